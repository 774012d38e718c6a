"""Places against other tools on one market: ``python -m benchmarks.places_peers --out benchmarks/results/places.csv``.

The market is a made one of Qidong under the policy ``lottery`` (one class, one draw; families apply as strangers), so
that every tool can state it: who may go where, in which order, how far, and how many seats there are. Two questions:

* ``stable``: nobody envies another rightly, and every applicant does as well as can be under that. Peer: ``matching``.
* ``served``: as many as possible, then the least metres. Peers: scipy and lapx (one column a seat), PuLP with CBC and
  with HiGHS (one variable a pair).

Greedy, what an office does by hand, takes the numbers of the draw one by one: the best free place (``stable``), the
nearest free place (``served``). One judge for all, which knows only the market: seats, pairs, blocking pairs, metres.
Peers are handed the finished market and are timed from there; careplan's time holds reading the tables, the market, the
solving and the proof.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.baseline import ROOT
from benchmarks.machine import stamp, thermometer
from benchmarks.peers import places as peers
from instances.places import make_qidong_places
from optimizer.places.allocate import allocate_places
from optimizer.places.market import Market, build_market
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import Policy
from optimizer.places.policy_text import shipped_policy
from optimizer.places.result import AllocationRule

__all__ = ["judge", "plain_market"]

ENTRY, SEED = date(2026, 9, 1), "7"
PATIENCE_S = 300.0
WARM_SIZE = 100
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "stable": ("careplan", "greedy", "matching"),
    "served": ("careplan", "greedy", "scipy", "lapx", "cbc", "highs"),
}
PEERS: Mapping[tuple[str, str], Callable[[Market], list[int]]] = {
    ("stable", "greedy"): peers.best_free_place,
    ("stable", "matching"): peers.by_matching,
    ("served", "greedy"): peers.nearest_free_place,
    ("served", "scipy"): peers.by_scipy,
    ("served", "lapx"): peers.by_lapx,
    ("served", "cbc"): lambda market: peers.by_pulp(market, "PULP_CBC_CMD"),
    ("served", "highs"): lambda market: peers.by_pulp(market, "HiGHS"),
}


def main() -> int:
    """Run every tool on every size and print the table."""
    parser = argparse.ArgumentParser(description="Allocate places with careplan and with other tools.")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--sizes", nargs="*", type=int, default=[1_000, 3_000, 10_000])
    parser.add_argument("--one", nargs=3, metavar=("QUESTION", "TOOL", "SIZE"), help="one run, as JSON (internal)")
    options = parser.parse_args()
    if options.one:
        question, tool, size = options.one
        print(json.dumps(_run(question, tool, int(size))))
        return 0
    marks, rows = stamp(), []
    for size in options.sizes:
        for question, tools in QUESTIONS.items():
            for tool in tools:
                known = {"question": question, "tool": tool, "applicants": size, "load": thermometer()}
                rows.append(known | _in_process(question, tool, size) | marks)
                print(_line(rows[-1]), file=sys.stderr, flush=True)
    if options.out:
        _write(options.out, rows)
    print("| question | applicants | tool | s | placed | blocking pairs | km | word |\n" + "|---" * 8 + "|")
    print("\n".join(_line(row) for row in rows))
    return 0


def _run(question: str, tool: str, size: int) -> dict[str, Any]:
    """Seconds, and what the judge finds; a tiny market first, so that importing and loading count for nobody."""
    if size > WARM_SIZE:
        _run(question, tool, WARM_SIZE)
    problem, policy = plain_market(size)
    started = time.perf_counter()
    if tool == "careplan":
        given_ids = _own(problem, policy, question)
        seconds = time.perf_counter() - started
        market = build_market(problem, policy, SEED)
        given = _pairs_of(market, given_ids)
    else:
        market = build_market(problem, policy, SEED)
        started = time.perf_counter()
        given = PEERS[question, tool](market)
        seconds = time.perf_counter() - started
    return {"seconds": round(seconds, 3)} | judge(market, given)


def plain_market(applicants: int) -> tuple[PlacesProblem, Policy]:
    """A market that every tool can state: families apply as strangers."""
    problem = make_qidong_places(applicants, 1)
    alone = tuple(replace(one, family=None) for one in problem.applicants)
    policy = replace(shipped_policy("lottery"), entry_date=ENTRY)
    return replace(problem, applicants=alone, family_preferences=()), policy


def _own(problem: PlacesProblem, policy: Policy, question: str) -> dict[str, str]:
    result = allocate_places(problem, policy, rule=AllocationRule(question), seed=SEED)
    return {one.applicant: one.pool for one in result.assignments}


def _pairs_of(market: Market, given: Mapping[str, str]) -> list[int]:
    """The pair of each applicant, -1 where none."""
    number = {
        (market.applicants[i], market.pools[p]): pair
        for pair, (i, p) in enumerate(zip(market.applicant.tolist(), market.pool.tolist(), strict=True))
    }
    return [number[name, given[name]] if name in given else -1 for name in market.applicants]


def judge(market: Market, given: list[int]) -> dict[str, Any]:
    """What an allocation comes to, from the market alone, in plain Python.

    A pair blocks if its applicant prefers it to the own place, and the pool has a free seat or somebody who comes later
    in its order.
    """
    pool, key, metres = market.pool.tolist(), market.key.tolist(), market.metres.tolist()
    start, seats = market.start.tolist(), market.seats.tolist()
    taken: dict[int, list[int]] = {}
    faults = 0
    for applicant, pair in enumerate(given):
        if pair >= 0:
            faults += not start[applicant] <= pair < start[applicant + 1]
            taken.setdefault(pool[pair], []).append(key[pair])
    faults += sum(len(keys) > seats[number] for number, keys in taken.items())
    last = {number: max(keys) if len(keys) >= seats[number] else None for number, keys in taken.items()}
    blocking = 0
    for applicant, pair in enumerate(given):
        for other in range(start[applicant], start[applicant + 1] if pair < 0 else pair):
            number = pool[other]
            worst = last.get(number)
            blocking += seats[number] > 0 and (worst is None or key[other] < worst)
    return {
        "placed": sum(pair >= 0 for pair in given),
        "blocking": int(blocking),
        "km": round(sum(metres[pair] for pair in given if pair >= 0) / 1000, 3),
        "word": f"{faults} faults" if faults else "",
    }


def _in_process(question: str, tool: str, size: int) -> dict[str, Any]:
    """A run in a process of its own, with an end to patience."""
    nothing = {"seconds": "", "placed": "", "blocking": "", "km": ""}
    command = [sys.executable, "-m", "benchmarks.places_peers", "--one", question, tool, str(size)]
    try:
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        return nothing | {"word": f"not back after {PATIENCE_S:.0f} s"}
    if ended.returncode:
        return nothing | {"word": (ended.stderr.strip().splitlines() or ["crashed"])[-1][:120]}
    return dict(json.loads(ended.stdout.strip().splitlines()[-1]))


def _line(row: Mapping[str, Any]) -> str:
    columns = ("question", "applicants", "tool", "seconds", "placed", "blocking", "km", "word")
    return "| " + " | ".join(str(row[name]) for name in columns) + " |"


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    sys.exit(main())
