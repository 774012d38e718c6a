"""Published location instances: p-median graphs (``pmed``) and single-source location (``sscflp``).

``pmed``: nodes, edges, medians; then edges (from, to, length). Where an edge stands twice, the last one counts; costs
are shortest paths. ``sscflp``: sites, customers; then capacity and opening cost of each site, the demands, and the
costs site by site. Some files end in NUL bytes, or in
left-overs of another file behind them: reading stops at the first one.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.io.files import read_input
from optimizer.places.cluster import GroupNetwork

__all__ = ["read_pmed", "read_sscflp"]


def read_pmed(path: Path) -> GroupNetwork:
    """A p-median instance.

    Raises
    ------
    InputError
        ``T181`` the file is not of this format.
    """
    numbers = _numbers(path)
    if len(numbers) < 3 or len(numbers) != 3 + 3 * int(numbers[1]):
        raise InputError([_finding(path)])
    n, medians = int(numbers[0]), int(numbers[2])
    length: dict[tuple[int, int], float] = {}
    for one, other, metres in numbers[3:].reshape(-1, 3).tolist():
        length[min(int(one), int(other)) - 1, max(int(one), int(other)) - 1] = metres
    tails, heads = np.array(list(length)).T
    graph = csr_array((np.array(list(length.values())), (tails, heads)), shape=(n, n))
    cost = shortest_path(graph, directed=False)
    ids = tuple(f"{k + 1:0{len(str(n))}d}" for k in range(n))
    return GroupNetwork(
        leader_ids=ids,
        member_ids=ids,
        cost=np.where(np.isfinite(cost), cost, 0.0),
        allowed=np.isfinite(cost),
        open_cost=np.zeros(n),
        capacity=np.full(n, np.inf),
        demand=np.ones(n),
        own=np.full(n, -1, dtype=np.int64),
        groups=medians,
        must_lead=np.zeros(n, dtype=bool),
    )


def read_sscflp(path: Path) -> GroupNetwork:
    """A single-source capacitated facility location instance.

    Raises
    ------
    InputError
        ``T181`` the file is not of this format.
    """
    numbers = _numbers(path)
    h, m = (int(numbers[0]), int(numbers[1])) if len(numbers) > 2 else (0, 0)
    if not h or len(numbers) != 2 + 2 * h + m + h * m:
        raise InputError([_finding(path)])
    sites = numbers[2 : 2 + 2 * h].reshape(h, 2)
    demand = numbers[2 + 2 * h : 2 + 2 * h + m]
    return GroupNetwork(
        leader_ids=tuple(f"S{k + 1:0{len(str(h))}d}" for k in range(h)),
        member_ids=tuple(f"C{k + 1:0{len(str(m))}d}" for k in range(m)),
        cost=numbers[2 + 2 * h + m :].reshape(h, m),
        allowed=np.ones((h, m), dtype=bool),
        open_cost=sites[:, 1],
        capacity=sites[:, 0],
        demand=demand,
        own=np.full(h, -1, dtype=np.int64),
        must_lead=np.zeros(h, dtype=bool),
    )


def _numbers(path: Path) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    text = read_input(path).split(b"\0", 1)[0].decode("ascii", "replace")
    try:
        return np.array([float(word) for word in text.split()], dtype=np.float64)
    except ValueError as error:
        raise InputError([_finding(path)]) from error


def _finding(path: Path) -> Finding:
    return Finding(
        code="T181",
        where=str(path),
        found=Text("不是所选格式的选址算例", "the file is not a location instance of the format asked for"),
        action=Text("请核对 --format（pmed 或 sscflp）", "check --format (pmed or sscflp)"),
    )
