"""Programs against counting: what HiGHS calls optimal is the optimum, through PuLP and directly."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.sparse import csr_array

from optimizer.places.mixed import Milp, MilpStatus, solve_milp


def drawn(seed):
    """Two whole variables and one with fractions share one demand; none stands anywhere else."""
    random = np.random.default_rng(seed)
    return Milp(
        cost=random.integers(1, 9, 3).astype(np.float64),
        lower=np.zeros(3),
        upper=random.integers(3, 9, 3).astype(np.float64),
        integer=np.array([True, True, False]),
        rows=csr_array(random.integers(1, 4, (1, 3)).astype(np.float64)),
        row_lower=np.array([random.integers(3, 12) + 0.5]),
        row_upper=np.array([np.inf]),
        names=("a", "b", "c"),
    )


def least_cost(milp):
    """By counting the whole variables; the third is what is left."""
    factors, least = milp.rows.toarray()[0], np.inf
    for a, b in itertools.product(*(range(int(most) + 1) for most in milp.upper[:2])):
        c = max(0.0, (milp.row_lower[0] - factors[0] * a - factors[1] * b) / factors[2])
        if c <= milp.upper[2]:
            least = min(least, float(milp.cost @ [a, b, c]))
    return least


@pytest.mark.parametrize("pulp_limit", [0, 100])
def test_what_is_called_optimal_is_the_optimum(pulp_limit):
    for seed in range(200):
        milp = drawn(seed)
        found = solve_milp(milp, gap=1e-9, pulp_limit=pulp_limit)
        least = least_cost(milp)
        if np.isinf(least):
            assert found.status is MilpStatus.INFEASIBLE, seed
        else:
            assert found.status is MilpStatus.OPTIMAL and found.cost == pytest.approx(least, abs=1e-4), seed
