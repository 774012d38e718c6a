"""What the gate says of two sides: the ratio of minima of each case, and the limits it is held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

__all__ = ["FAIL_ABOVE", "WARN_ABOVE", "Comparison", "Level", "compare", "doubtful"]

FAIL_ABOVE, WARN_ABOVE = 1.5, 1.25
LEAST_MB = 32.0
"""Memory added below this is rounded up to it: a few MB more or less come from the allocator, not from the code."""

Round = Mapping[str, Mapping[str, Any]]
"""What one process measured, by case."""


class Level(IntEnum):
    """How bad; the gate's outcome is the worst."""

    FINE = 0
    SKIPPED = 1
    WARNING = 2
    FAILURE = 3


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One case and one quantity (``s``, ``s cpu`` or ``MB``) on both sides.

    ``ratio`` is the least of the candidate divided by the least of the baseline; ``None`` where one side has none.
    """

    case: str
    quantity: str
    baseline: float | None
    candidate: float | None
    ratio: float | None
    level: Level
    word: str = ""

    def line(self) -> str:
        """One line with the name and both figures."""
        if self.ratio is None:
            return f"{self.level.name.lower():8} {self.case:38} {self.word}"
        figures = f"{self.candidate:10.4f} against {self.baseline:10.4f} {self.quantity}"
        return f"{self.level.name.lower():8} {self.case:38} {figures}  × {self.ratio:.2f} {self.word}".rstrip()


def compare(baseline: Sequence[Round], candidate: Sequence[Round]) -> list[Comparison]:
    """Seconds and memory of every case that the candidate was asked for.

    A case that the candidate cannot run because it fails is a failure; one that the baseline cannot run is skipped with
    a word, and so is one that neither side has yet.
    """
    found = []
    for case in dict.fromkeys(name for one in candidate for name in one):
        ours = [one[case] for one in candidate if case in one]
        theirs = [one[case] for one in baseline if case in one]
        stopped = _not_comparable(case, ours, theirs)
        if stopped is not None:
            found.append(stopped)
            continue
        found.append(_slower(case, theirs, ours))
        found.append(_compared(case, "MB", _least(theirs, "added_mb"), _least(ours, "added_mb"), LEAST_MB))
    return found


def doubtful(comparisons: Sequence[Comparison]) -> list[str]:
    """Cases above the limit of failure: they are measured again before they count."""
    return sorted({one.case for one in comparisons if one.ratio is not None and one.ratio > FAIL_ABOVE})


def _not_comparable(
    case: str, ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]]
) -> Comparison | None:
    error = next((one["error"] for one in ours if "error" in one), None)
    lack = next((one["lack"] for one in ours if "lack" in one), None)
    their_lack = next((one.get("lack") or one.get("error") for one in theirs if "seconds" not in one), None)
    if error is not None:
        level, word = Level.FAILURE, f"cannot run: {error}"
    elif lack is not None:
        had = any("seconds" in one for one in theirs)
        level, word = (Level.FAILURE if had else Level.SKIPPED), lack + (", but the baseline has it" if had else "")
    elif their_lack is not None:
        level, word = Level.SKIPPED, f"the baseline cannot run it: {their_lack}"
    else:
        return None
    return Comparison(
        case=case, quantity="", baseline=None, candidate=None, ratio=None, level=level, word=word.replace("\n", " ")
    )


def _slower(case: str, theirs: Sequence[Mapping[str, Any]], ours: Sequence[Mapping[str, Any]]) -> Comparison:
    """Wall-clock or processor seconds, whichever accuses less.

    A busy machine stretches the first and hardly the second; work that has really grown stretches both. What only waits
    longer is not seen, and nothing that is timed here waits.
    """
    wall = _compared(case, "s", _least(theirs, "seconds"), _least(ours, "seconds"), 0.0)
    cpu = _compared(case, "s cpu", _least(theirs, "cpu_s"), _least(ours, "cpu_s"), 0.0)
    return min(wall, cpu, key=lambda one: one.ratio or 0.0)


def _least(measured: Sequence[Mapping[str, Any]], key: str) -> float:
    return min(float(one[key]) for one in measured)


def _compared(case: str, quantity: str, baseline: float, candidate: float, floor: float) -> Comparison:
    ratio = max(candidate, floor) / max(baseline, floor)
    level = Level.FAILURE if ratio > FAIL_ABOVE else Level.WARNING if ratio > WARN_ABOVE else Level.FINE
    return Comparison(case=case, quantity=quantity, baseline=baseline, candidate=candidate, ratio=ratio, level=level)
