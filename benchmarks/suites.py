"""Reads ``suites.toml``: which runs there are."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contenders import CONTENDERS
from benchmarks.instances import expand

__all__ = ["SUITES", "Run", "best_known", "runs_of", "suite_names"]

SUITES = Path(__file__).resolve().parent / "suites.toml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One contender on one day with one seed and one limit."""

    suite: str
    instance: str
    contender: str
    seed: int
    limit_s: float


def suite_names(path: Path = SUITES) -> list[str]:
    """Names of the suites, in the order of the file."""
    return list(tomllib.loads(path.read_text())["suites"])


def best_known(path: Path = SUITES) -> dict[str, float]:
    """Best values that do not come with a published file, by instance."""
    return {name: float(value) for name, value in tomllib.loads(path.read_text()).get("best_known", {}).items()}


def runs_of(
    suite: str,
    *,
    data: Path,
    path: Path = SUITES,
    contenders: Sequence[str] = (),
    limits_s: Sequence[float] = (),
    seeds: Sequence[int] = (),
) -> Iterator[Run]:
    """The runs of a suite, instance by instance; what is given replaces what the suite says.

    Raises
    ------
    ValueError
        No such suite or contender.
    """
    suites = tomllib.loads(path.read_text())["suites"]
    if suite not in suites:
        raise ValueError(f"{suite}: no such suite; there are {', '.join(suites)}")
    table = suites[suite]
    wanted = _known(contenders or table["contenders"])
    for instance in expand(table["instances"], data):
        for limit_s in limits_s or table["limits_s"]:
            for contender in wanted:
                for seed in _seeds(contender, seeds or table["seeds"]):
                    yield Run(suite=suite, instance=instance, contender=contender, seed=seed, limit_s=float(limit_s))


def _known(names: Iterable[str]) -> list[str]:
    names = list(names)
    unknown = sorted(set(names) - set(CONTENDERS))
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: no such contender; there are {', '.join(CONTENDERS)}")
    return names


def _seeds(contender: str, seeds: Sequence[int]) -> Sequence[int]:
    """The yardstick and VROOM draw nothing at random: one run of them says it all."""
    return seeds[:1] if contender in ("greedy", "vroom", "ortools-default") else seeds
