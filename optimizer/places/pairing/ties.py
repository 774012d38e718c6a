"""Ties by id: of all optimal choices, the one that comes first when pairs are walked through by id.

Any optimal choice consists of the pairs below their price (forced) and of pairs at their price (tight), and fills every
institution whose price is above zero (complementary slackness). So a tight pair can be had, without loss, exactly if
the residual graph of the tight pairs has a cycle through it. Pairs are walked through by left id, then right id; each
that can be had together with what was decided before is taken.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.places.pairing.augment import Arcs

__all__ = ["first_by_id"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_MANY = 5_000
"""Above so many tight pairs that are not used the choice is left as it is: the same for every order of the input."""

_SOURCE, _SINK = -1, -2


def first_by_id(
    arcs: Arcs, used: Bools, left_price: Ints, right_price: Ints, price: int, max_left: Ints, max_right: Ints
) -> Bools:
    """The mask of the pairs of the optimal choice that comes first by id; arrays as in :class:`Growth`."""
    tight = arcs.cost == price - left_price[arcs.left] - right_price[arcs.right]
    if not tight.any() or int((tight & ~used).sum()) > _MANY:
        return used
    graph = _Residual(arcs, used, tight, left_price, right_price, max_left, max_right)
    order = np.flatnonzero(tight)
    for e in order[np.lexsort((arcs.right[order], arcs.left[order]))].tolist():
        graph.decide(e)
    return graph.used


class _Residual:
    """The tight pairs as a circulation that is changed cycle by cycle."""

    def __init__(
        self,
        arcs: Arcs,
        used: Bools,
        tight: Bools,
        left_price: Ints,
        right_price: Ints,
        max_left: Ints,
        max_right: Ints,
    ) -> None:
        self.used = used.copy()
        self._open = tight.copy()
        self._left, self._right = arcs.left.tolist(), arcs.right.tolist()
        self._max_left, self._max_right = max_left, max_right
        self._count_left = np.bincount(arcs.left[used], minlength=len(max_left))
        self._count_right = np.bincount(arcs.right[used], minlength=len(max_right))
        self._free_left = np.flatnonzero(left_price == 0).tolist()
        self._free_right = np.flatnonzero(right_price == 0).tolist()
        self._is_free_left, self._is_free_right = left_price == 0, right_price == 0
        self._of_left: dict[int, list[int]] = {}
        self._of_right: dict[int, list[int]] = {}
        for e in np.flatnonzero(tight).tolist():
            self._of_left.setdefault(self._left[e], []).append(e)
            self._of_right.setdefault(self._right[e], []).append(e)

    def decide(self, e: int) -> None:
        """Take the pair if that can be, and never change it again."""
        self._open[e] = False
        if self.used[e]:
            return
        cycle = self._path(self._right[e], self._left[e])
        if cycle is None:
            return
        for changed in [e, *cycle]:
            step = -1 if self.used[changed] else 1
            self.used[changed] = not self.used[changed]
            self._count_left[self._left[changed]] += step
            self._count_right[self._right[changed]] += step

    def _path(self, right: int, left: int) -> list[int] | None:
        """Pairs to flip on a path from a right institution to a left one; ``None`` where there is no path.

        Nodes are ``("r", j)``, ``("l", i)``, and the source and sink, which stand for having a pair more or less.
        """
        first, goal = ("r", right), ("l", left)
        came: dict[tuple[str, int], tuple[tuple[str, int], int | None]] = {}
        queue = deque([first])
        while queue:
            node = queue.popleft()
            for following, flipped in self._steps(node):
                if following == first or following in came:
                    continue
                came[following] = (node, flipped)
                if following == goal:
                    return self._flips(came, first, goal)
                queue.append(following)
        return None

    @staticmethod
    def _flips(
        came: dict[tuple[str, int], tuple[tuple[str, int], int | None]], first: tuple[str, int], node: tuple[str, int]
    ) -> list[int]:
        flips: list[int] = []
        while node != first:
            node, flipped = came[node]
            if flipped is not None:
                flips.append(flipped)
        return flips

    def _steps(self, node: tuple[str, int]) -> Iterator[tuple[tuple[str, int], int | None]]:
        kind, at = node
        if kind == "r":
            for e in self._of_right.get(at, ()):
                if self._open[e] and self.used[e]:
                    yield ("l", self._left[e]), e
            if self._is_free_right[at] and self._count_right[at] < self._max_right[at]:
                yield ("t", _SINK), None
        elif kind == "l":
            for e in self._of_left.get(at, ()):
                if self._open[e] and not self.used[e]:
                    yield ("r", self._right[e]), e
            if self._is_free_left[at] and self._count_left[at] > 0:
                yield ("s", _SOURCE), None
        elif kind == "t":
            for j in self._free_right:
                if self._count_right[j] > 0:
                    yield ("r", j), None
        else:
            for i in self._free_left:
                if self._count_left[i] < self._max_left[i]:
                    yield ("l", i), None
