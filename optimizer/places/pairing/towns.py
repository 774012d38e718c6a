"""Pairs with one in as many towns as possible: a linear program whose corners are whole numbers.

The network (towns, left institutions, right institutions) is totally unimodular, so the simplex method ends at whole
numbers, and its duals are whole numbers too; they become the certificate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, vstack

from optimizer.common.errors import SolverError
from optimizer.places.pairing.augment import Arcs

__all__ = ["TownPairs", "pairs_by_town"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class TownPairs:
    """The mask of pairs over the arcs, and the duals in the terms of :class:`PairProof`."""

    used: Bools
    price: int
    left_price: Ints
    right_price: Ints
    town_price: Ints
    town_step: int


def pairs_by_town(arcs: Arcs, max_left: Ints, max_right: Ints, groups: Bools, *, pairs: int, towns: int) -> TownPairs:
    """Least cost of exactly ``pairs`` pairs with at least ``towns`` groups of left institutions having one.

    ``groups (g, n)`` says which left institutions are in which town that needs a pair.

    Raises
    ------
    SolverError
        The program has no optimum although a max flow said that it has one.
    """
    e, g = len(arcs.cost), len(groups)
    ones, column = np.ones(e), np.arange(e)
    left = csr_array((ones, (arcs.left, column)), shape=(len(max_left), e))
    right = csr_array((ones, (arcs.right, column)), shape=(len(max_right), e))
    in_town = csr_array(groups.astype(np.float64)) @ left
    identity, none = csr_array(np.eye(g)), csr_array((1, g))
    rows = vstack(
        [
            hstack([left, csr_array((len(max_left), g))]),
            hstack([right, csr_array((len(max_right), g))]),
            hstack([-in_town, identity]),
            hstack([csr_array((1, e)), csr_array(-np.ones((1, g)))]),
        ],
        format="csr",
    )
    limits = np.concatenate([max_left, max_right, np.zeros(g), [-towns]]).astype(np.float64)
    solved = linprog(
        np.concatenate([arcs.cost.astype(np.float64), np.zeros(g)]),
        A_ub=rows,
        b_ub=limits,
        A_eq=hstack([csr_array(ones[None, :]), none], format="csr"),
        b_eq=[float(pairs)],
        bounds=(0.0, 1.0),
        method="highs-ds",
    )
    if solved.status != 0:
        raise SolverError(f"pairs by town: {solved.message}")
    duals = -np.rint(solved.ineqlin.marginals).astype(np.int64)
    parts: Sequence[Ints] = np.split(duals, np.cumsum([len(max_left), len(max_right), g]))
    return TownPairs(
        used=solved.x[:e] > 0.5,
        price=int(np.rint(solved.eqlin.marginals[0])),
        left_price=parts[0],
        right_price=parts[1],
        town_price=parts[2],
        town_step=int(parts[3][0]),
    )
