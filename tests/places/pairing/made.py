"""Small pairings drawn at random, and the best one found by trying everything."""

from __future__ import annotations

import itertools
from random import Random

from optimizer.places.model import Ban, GivenDistance, Institution, InstitutionKind, PlacesProblem

__all__ = ["best_by_hand", "cases", "drawn"]


def drawn(seed: int, n: int = 4, m: int = 5, *, largest: int = 9, bans: int = 3, towns: int = 3) -> PlacesProblem:
    """A pairing by given distances; small numbers, so that there are many ties."""
    random = Random(seed)
    kinds = [(f"E{i}", InstitutionKind.ELDERCARE) for i in range(n)] + [
        (f"C{j}", InstitutionKind.CHILDCARE) for j in range(m)
    ]
    institutions = [
        Institution(id=name, kind=kind, town=random.choice(["", *(f"t{t}" for t in range(towns))]))
        for name, kind in kinds
    ]
    distances = [
        GivenDistance(origin=f"E{i}", destination=f"C{j}", metres=random.randint(0, largest))
        for i in range(n)
        for j in range(m)
        if random.random() < 0.9
    ]
    banned = [Ban(first=f"C{random.randrange(m)}", second=f"E{random.randrange(n)}") for _ in range(bans)]
    random.shuffle(institutions)
    return PlacesProblem(name="drawn", institutions=tuple(institutions), distances=tuple(distances), bans=tuple(banned))


def cases(problem: PlacesProblem) -> dict[tuple[str, str], int]:
    """Allowed pairs and their metres."""
    banned = {frozenset((ban.first, ban.second)) for ban in problem.bans}
    return {
        (one.origin, one.destination): one.metres
        for one in problem.distances
        if frozenset((one.origin, one.destination)) not in banned
    }


def best_by_hand(
    problem: PlacesProblem, number: int, max_left: int = 1, max_right: int = 1
) -> list[tuple[tuple[str, str], ...]]:
    """Every choice of exactly ``number`` allowed pairs within the limits."""
    pairs = sorted(cases(problem))
    return [
        choice
        for choice in itertools.combinations(pairs, number)
        if all(sum(one == a for a, _ in choice) <= max_left for one in {a for a, _ in choice})
        and all(sum(one == b for _, b in choice) <= max_right for one in {b for _, b in choice})
    ]
