"""What links ask of the starts of visits, as differences between them, and whether that can be met.

Each link says ``start(b) − start(a) ≥ gap`` for some pairs. Visits that hang together by links form a group. Raising
starts from their earliest until every difference holds (Bellman and Ford's method for longest paths) ends either with
the earliest starts that obey all links, or with a ring of visits each of which pushes the next one later for ever.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from optimizer.visits.model import Link, LinkKind

__all__ = ["LinkGroup", "Ring", "link_groups"]

Difference = tuple[str, str, int]
"""``(a, b, gap)``: b starts at least ``gap`` ticks after a (before it by at most that much, where negative)."""


@dataclass(frozen=True)
class Ring:
    """Visits of which each pushes the next later, and the first of them again."""

    visits: tuple[str, ...]


@dataclass(frozen=True)
class LinkGroup:
    """Links that share visits, directly or by others, with their positions in the input."""

    links: tuple[tuple[int, Link], ...]

    @cached_property
    def visits(self) -> tuple[str, ...]:
        """Ids of the visits, sorted."""
        return tuple(sorted({name for _, link in self.links for name in link.visits}))

    def circle(self) -> tuple[str, ...] | None:
        """Visits of which each comes before the next and the last before the first, if there are such."""
        order: TopologicalSorter[str] = TopologicalSorter()
        for _, link in self.links:
            if link.kind is LinkKind.SEQUENTIAL:
                for before, after in pairwise(link.visits):
                    order.add(after, before)
        try:
            order.prepare()
        except CycleError as error:
            return tuple(error.args[1])
        return None

    def position_of(self, visits: Sequence[str]) -> int:
        """Position in the input of the last link that holds two neighbours of ``visits``."""
        pairs = {frozenset(pair) for pair in pairwise((*visits, visits[0]))}
        holds = [i for i, link in self.links if any(frozenset(pair) in pairs for pair in pairwise(link.visits))]
        return max(holds, default=self.links[-1][0])

    def earliest_starts(self, earliest_t: Mapping[str, int]) -> Mapping[str, int] | Ring:
        """The earliest starts, none before ``earliest_t``, that obey every link; or why there are none."""
        differences = list(_differences(link for _, link in self.links))
        start = {name: earliest_t[name] for name in self.visits}
        pushed_by: dict[str, str] = {}
        while True:
            moved = False
            for before, after, gap in differences:
                if start[before] + gap > start[after]:
                    start[after] = start[before] + gap
                    pushed_by[after] = before
                    moved = True
            if not moved:
                return start
            ring = _ring(pushed_by)
            if ring is not None:
                return ring


def link_groups(links: Sequence[tuple[int, Link]]) -> list[LinkGroup]:
    """The links in groups that share no visit, in the order of their first links."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for _, link in links:
        for name in link.visits[1:]:
            parent[root(name)] = root(link.visits[0])
    groups: dict[str, list[tuple[int, Link]]] = defaultdict(list)
    for i, link in links:
        groups[root(link.visits[0])].append((i, link))
    return [LinkGroup(tuple(group)) for group in groups.values()]


def _differences(links: Iterator[Link]) -> Iterator[Difference]:
    for link in links:
        pairs = list(pairwise(link.visits))
        is_simultaneous = link.kind is LinkKind.SIMULTANEOUS
        smallest, largest = (0, 0) if is_simultaneous else (link.min_gap_t, link.max_gap_t)
        yield from ((before, after, smallest) for before, after in pairs)
        if largest is not None:
            yield from ((after, before, -largest) for before, after in reversed(pairs))


def _ring(pushed_by: Mapping[str, str]) -> Ring | None:
    """A ring among the visits that pushed each other, in the order of the pushing."""
    done: set[str] = set()
    for first in pushed_by:
        path: dict[str, int] = {}
        name: str | None = first
        while name is not None and name not in done and name not in path:
            path[name] = len(path)
            name = pushed_by.get(name)
        if name is not None and name in path:
            return Ring(tuple(reversed(list(path)[path[name] :])))
        done.update(path)
    return None
