"""The fields of a published home-healthcare instance (hhcrsp), as the reader needs them.

Two layouts exist: the older one (Mankowska, Kummer, Italian sets) has ``central_offices`` and rows of ``distances`` in
the order depot, patients; the extended one has ``departing_points``, an index into ``distances`` on patients and
caregivers, working shifts and incompatible caregivers. All times are in minutes. Fields that are not named here are
passed over.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from optimizer.io.wire import Id

__all__ = [
    "WireInstance",
    "WireNurse",
    "WireOffice",
    "WirePatient",
    "WireService",
    "WireSynchronization",
    "matrix_rows",
    "offices_of",
    "places_of",
]

_LONGEST_MIN = 100_000.0
Minutes = Annotated[float, Field(ge=0, le=_LONGEST_MIN)]
Pair = Annotated[list[Minutes], Field(min_length=2, max_length=2)]
Point = Annotated[list[float], Field(min_length=2, max_length=2)]
Index = Annotated[int, Field(ge=0)]


class _Foreign(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, allow_inf_nan=False)


class WireOffice(_Foreign):
    """A place where routes start and end."""

    id: Id
    location: Point | None = None
    distance_matrix_index: Index | None = None


class WireService(_Foreign):
    """A kind of service."""

    id: Id
    type: str | None = None
    default_duration: Minutes | None = None


class WireRequired(_Foreign):
    """One service that a patient needs."""

    service: Id
    duration: Minutes | None = None


class WireSynchronization(_Foreign):
    """How the two services of a patient hang together; ``distance`` from start to start."""

    type: Literal["simultaneous", "sequential"]
    distance: Pair | None = None


class WirePatient(_Foreign):
    """A patient."""

    id: Id
    location: Point | None = None
    time_window: Pair | None = None
    required_caregivers: Annotated[list[WireRequired], Field(min_length=1, max_length=2)]
    synchronization: WireSynchronization | None = None
    incompatible_caregivers: list[Id] | None = None
    distance_matrix_index: Index | None = None


class WireNurse(_Foreign):
    """A caregiver."""

    id: Id
    abilities: list[Id]
    starting_point_id: Id | None = None
    distance_matrix_index: Index | None = None
    working_shift: Pair | None = None


class WireInstance(_Foreign):
    """An instance in either layout."""

    name: str | None = None
    area: list[float] | None = None
    patients: Annotated[list[WirePatient], Field(min_length=1)]
    services: list[WireService]
    caregivers: list[WireNurse]
    central_offices: list[WireOffice] | None = None
    departing_points: list[WireOffice] | None = None
    distances: list[list[Any]]


def offices_of(instance: WireInstance) -> list[WireOffice]:
    """The places where routes start, whichever layout names them."""
    return instance.departing_points or instance.central_offices or []


def places_of(instance: WireInstance) -> list[WireOffice | WirePatient]:
    """Offices, then patients: the order of the rows where the file does not number them."""
    return [*offices_of(instance), *instance.patients]


def matrix_rows(instance: WireInstance) -> list[int]:
    """Row of ``distances`` of each place, in the order of :func:`places_of`.

    A departing point is numbered by itself, or else by the caregivers who start there.
    """
    by_caregivers = {
        nurse.starting_point_id: nurse.distance_matrix_index
        for nurse in instance.caregivers
        if nurse.distance_matrix_index is not None
    }
    rows = []
    for position, place in enumerate(places_of(instance)):
        named = place.distance_matrix_index
        if named is None and isinstance(place, WireOffice):
            named = by_caregivers.get(place.id)
        rows.append(position if named is None else named)
    return rows
