"""What a flow cannot see: joint choices, smallest classes, half days that share a place, rooms of one sex."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from optimizer.places.market import Market
from optimizer.places.model import CareType, PlacesProblem
from optimizer.places.policy import PlacesKind, Policy
from optimizer.places.served.network import Network

__all__ = ["Couplings", "coupled_parts", "couplings_of", "violated_pools"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_CARES = tuple(CareType)
MORNING, AFTERNOON = _CARES.index(CareType.MORNING), _CARES.index(CareType.AFTERNOON)


@dataclass(frozen=True, kw_only=True)
class Couplings:
    """Pools with couplings, by index.

    ``minimum``: smallest number for whom a pool nobody is in is opened. ``rooms``: number of rooms and beds in each,
    where a room takes one sex. ``sex``: 0 female, 1 male, -1 not told, of each applicant. ``half``: the half of a day
    each applicant needs (``MORNING``, ``AFTERNOON``, -1 for all of it). ``shared``: pools where halves share a place.
    """

    minimum: dict[int, int]
    rooms: dict[int, tuple[int, int]]
    sex: Ints
    half: Ints
    shared: frozenset[int]


def couplings_of(market: Market, problem: PlacesProblem, policy: Policy) -> Couplings:
    """The couplings of a market."""
    held = np.bincount(market.pool[market.held], minlength=len(market.pools))
    minimum = {
        p: int(market.min_class[p])
        for p in range(len(market.pools))
        if market.min_class[p] > 0 and market.staying[p] == 0 and held[p] == 0
    }
    care = market.fit.care
    half = np.where(np.isin(care, (MORNING, AFTERNOON)), care, -1)
    shares = (
        policy.half_days_share & market.fit.other_care(market.applicant, market.pool) & (half >= 0)[market.applicant]
    )
    return Couplings(
        minimum=minimum,
        rooms=_rooms(market, problem, policy),
        sex=market.fit.sex,
        half=half,
        shared=frozenset(int(p) for p in np.unique(market.pool[shares])),
    )


def _rooms(market: Market, problem: PlacesProblem, policy: Policy) -> dict[int, tuple[int, int]]:
    if policy.kind is not PlacesKind.BEDS or not policy.beds.rooms_by_sex:
        return {}
    by_id = {one.id: one for one in problem.pools}
    rooms: dict[int, tuple[int, int]] = {}
    for p, name in enumerate(market.pools):
        size = by_id[name].class_size
        if by_id[name].room_sex is None and size is not None and size > 1:
            now = market.applicant[market.held & (market.pool == p)]
            needed = sum(-(-int((market.fit.sex[now] == sex).sum()) // size) for sex in (0, 1))
            rooms[p] = (max(int(market.seats[p]) // size, needed), size)
    return rooms


def violated_pools(network: Network, couplings: Couplings, given: Ints) -> set[int]:
    """Pools in which a flow breaks a smallest class or the rooms."""
    market = network.market
    arcs = given[given >= 0]
    who, pool = network.applicant[arcs], network.pool[network.slot[arcs]]
    came = np.bincount(pool, minlength=len(market.pools))
    broken = {p for p, least in couplings.minimum.items() if 0 < came[p] < least}
    for p, (rooms, beds) in couplings.rooms.items():
        there = couplings.sex[who[pool == p]]
        if sum(-(-int((there == sex).sum()) // beds) for sex in (0, 1)) > rooms:
            broken.add(p)
    return broken


def coupled_parts(network: Network, couplings: Couplings, broken: set[int]) -> list[Ints]:
    """Applicants of every connected part of the market that has a unit, shared halves or a broken pool."""
    market = network.market
    pools, units = len(market.pools), len(market.units)
    seeds = sorted(broken | set(couplings.shared) | {pools + u for u in range(units)})
    if not seeds:
        return []
    unit = market.unit_of[network.members]
    inside = unit >= 0
    who = np.concatenate([network.applicant, network.members[inside]])
    node = np.concatenate([network.pool[network.slot], pools + unit[inside]])
    size = len(market.applicants) + pools + units
    ends = (who, len(market.applicants) + node)
    links = coo_matrix((np.ones(len(who), dtype=np.int8), ends), shape=(size, size))
    _, part = connected_components(links, directed=False)
    own = part[network.members]
    wanted = np.unique(part[len(market.applicants) + np.array(seeds)])
    found = [network.members[own == label] for label in wanted]
    return sorted((members for members in found if len(members)), key=lambda members: int(members[0]))
