"""What grouping is asked for and what it is: leading institutions, their members, and the bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from optimizer.common.language import Text
from optimizer.common.status import Status
from optimizer.places.model import InstitutionKind

__all__ = ["ClusterOptions", "ClusterResult", "Group", "LeftOut", "Member"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterOptions:
    """How groups of one leading institution and ``N`` others (1+N) are formed.

    Attributes
    ----------
    kind
        Institutions of this kind; kindergartens count as childcare by the switch.
    groups
        Number of groups; ``None``: those of ``leaders``, or the fewest in which everybody has a place.
    leaders
        Ids of institutions that lead a group in any case.
    leader_levels
        Only institutions whose ``level`` holds one of these words may lead (beside ``leaders``); empty: all may.
    least_members, most_members
        Bounds of ``N``.
    max_distance_m
        Largest distance between a member and its leader.
    capacity
        Most places (of all pools) that the members of a group may have together.
    """

    kind: InstitutionKind = InstitutionKind.CHILDCARE
    kindergartens: bool = True
    groups: int | None = None
    leaders: tuple[str, ...] = ()
    leader_levels: tuple[str, ...] = ()
    least_members: int = 0
    most_members: int | None = None
    max_distance_m: int | None = None
    capacity: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A member of a group: what it costs (metres, or the file's unit) and what it brings (places, demand)."""

    id: str
    cost: float
    demand: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A leading institution with its members, sorted by id."""

    leader: str
    members: tuple[Member, ...]
    open_cost: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """An institution in no group, and why."""

    id: str
    reason: Text


@dataclass(frozen=True, kw_only=True)
class ClusterResult:
    """Groups with the least cost.

    ``cost`` and ``bound``: sum of the members' costs and of ``open_cost``; nobody can do better than ``bound`` with as
    few left out. ``infeasible``: not everybody can have a place; then the fewest are left out.
    """

    status: Status
    groups: tuple[Group, ...]
    left_out: tuple[LeftOut, ...]
    cost: float
    bound: float
    gap: float
    method: str
    options: ClusterOptions | None = None
    input_hash: str = ""
    seconds: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)
