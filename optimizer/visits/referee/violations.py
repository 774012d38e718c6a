"""Collects broken rules and words them."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.common.language import Text
from optimizer.visits.evaluation import Violation
from optimizer.visits.referee.rules import RULES

__all__ = ["ViolationLog", "Where", "clock_text"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Where:
    """The ids that a violation names, as far as it is about them."""

    visit: str | None = None
    caregiver: str | None = None
    shift: str | None = None


class ViolationLog:
    """The broken rules found so far.

    Parameters
    ----------
    ticks_per_s
        Ticks in a second, to word ticks as minutes.
    """

    def __init__(self, ticks_per_s: int) -> None:
        self._ticks_per_s = ticks_per_s
        self._found: list[Violation] = []

    def add(
        self,
        rule: str,
        where: Where,
        *,
        amount_t: int | None = None,
        start_t: int | None = None,
        **words: object,
    ) -> None:
        """Note that ``rule`` (a name in :data:`RULES`) is broken; ``words`` and ``start_t`` go into its sentence."""
        fields = {
            "visit": where.visit,
            "caregiver": where.caregiver,
            "shift": where.shift,
            "amount": amount_t,
            "minutes": "" if amount_t is None else _minutes_text(amount_t, self._ticks_per_s),
            "start": "" if start_t is None else clock_text(start_t, self._ticks_per_s),
            **words,
        }
        known = RULES[rule]
        text = Text(known.sentence.zh.format(**fields), known.sentence.en.format(**fields))
        self._found.append(
            Violation(
                code=known.code,
                rule=rule,
                text=text,
                visit=where.visit,
                caregiver=where.caregiver,
                shift=where.shift,
                amount_t=amount_t,
            )
        )

    def sorted(self) -> tuple[Violation, ...]:
        """All of them by code, visit, caregiver and shift, so that their order never depends on the plan's."""
        return tuple(
            sorted(self._found, key=lambda v: (v.code, v.visit or "", v.caregiver or "", v.shift or "", v.text.en))
        )


def clock_text(moment_t: int, ticks_per_s: int) -> str:
    """``HH:MM``, with seconds and fractions only where they are not zero."""
    seconds, rest = divmod(abs(moment_t), ticks_per_s)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    if seconds % 60 or rest:
        text += f":{seconds % 60:02d}"
    if rest:
        text += f"{rest / ticks_per_s:.3f}"[1:]
    return f"-{text}" if moment_t < 0 else text


def _minutes_text(amount_t: int, ticks_per_s: int) -> str:
    minutes = amount_t / (60 * ticks_per_s)
    if 0 < abs(minutes) < 0.01:
        return "<0.01"
    return f"{minutes:.2f}".rstrip("0").rstrip(".")
