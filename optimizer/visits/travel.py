"""The travel matrix of a problem: from the coordinates of its places, or from a matrix that was given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizer.common.errors import TravelError
from optimizer.travel.matrix import TravelMatrix
from optimizer.travel.speeds import StraightLineSettings
from optimizer.travel.straight_line import Points, straight_line_matrix
from optimizer.visits.model import Location, Problem

__all__ = ["location_points", "problem_modes", "problem_travel"]


def problem_travel(
    problem: Problem,
    *,
    given: TravelMatrix | None = None,
    settings: StraightLineSettings | None = None,
    with_metres: bool = False,
) -> TravelMatrix:
    """The matrix of all places of a problem, sorted by id, for every mode its caregivers use.

    A given matrix wins over any provider, with its own word on what is reachable; only the modes it does not hold are
    computed from straight lines, to which the barriers of the problem apply.

    Parameters
    ----------
    problem
        The day; its locations, modes, barriers and ``ticks_per_s`` are read.
    given
        A matrix in the ticks of the problem that holds at least the problem's places.
    settings
        Assumptions of the straight-line provider.
    with_metres
        Whether the straight-line provider keeps metres too.

    Raises
    ------
    TravelError
        A place is missing in the given matrix, or has no coordinates where they are needed.
    """
    locations = sorted(problem.locations, key=lambda location: location.id)
    ids = tuple(location.id for location in locations)
    modes = problem_modes(problem)
    held = _given_part(given, ids, modes) if given is not None else None
    missing = [mode for mode in modes if held is None or mode not in held.durations]
    if held is not None and not missing:
        return held
    cut_off = {mode: [barrier.town for barrier in problem.barriers if mode in barrier.modes] for mode in missing}
    computed = straight_line_matrix(
        location_points(locations),
        missing,
        settings,
        ticks_per_s=problem.ticks_per_s,
        cut_off=cut_off,
        with_metres=with_metres,
    )
    return computed if held is None else _joined(held, computed)


def problem_modes(problem: Problem) -> tuple[str, ...]:
    """The modes of travel that the caregivers use, sorted."""
    return tuple(sorted({caregiver.mode for caregiver in problem.caregivers}))


def location_points(locations: Sequence[Location]) -> Points:
    """Places as columns for the providers; absent coordinates become NaN."""
    nan = float("nan")
    return Points(
        ids=tuple(location.id for location in locations),
        lat=np.array([nan if location.lat is None else location.lat for location in locations], dtype=np.float64),
        lon=np.array([nan if location.lon is None else location.lon for location in locations], dtype=np.float64),
        systems=tuple(location.system for location in locations),
        towns=tuple(location.town for location in locations),
    )


def _given_part(given: TravelMatrix, ids: tuple[str, ...], modes: tuple[str, ...]) -> TravelMatrix:
    """The rows, columns and modes of the given matrix that the problem needs."""
    lost = [name for name in ids if name not in given.index]
    if lost:
        named = ", ".join(lost[:5]) + (" …" if len(lost) > 5 else "")
        raise TravelError(
            f"the given travel matrix lacks {len(lost)} places ({named}); add a row and a column for each"
        )
    used = TravelMatrix(
        locations=given.locations,
        durations={mode: given.durations[mode] for mode in modes if mode in given.durations},
        reachable={mode: given.reachable[mode] for mode in modes if mode in given.reachable},
        metres={mode: given.metres[mode] for mode in modes if mode in given.metres},
        source=given.source,
    )
    return used if used.locations == ids else used.subset(ids)


def _joined(held: TravelMatrix, computed: TravelMatrix) -> TravelMatrix:
    sources = f"{held.source}; {', '.join(computed.modes)}: {computed.source}" if held.durations else computed.source
    return TravelMatrix(
        locations=held.locations,
        durations={**held.durations, **computed.durations},
        reachable={**held.reachable, **computed.reachable},
        metres={**held.metres, **computed.metres},
        source=sources,
    )
