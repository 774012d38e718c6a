"""Indicators on which towns and cities are graded: numerator, denominator, value, target and gap; checked claims."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.common.language import Text
from optimizer.places.model import AreaLevel

__all__ = ["Claim", "ClaimCheck", "Indicator", "IndicatorRow", "SplitRow"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Indicator:
    """A definition. The value is ``per × numerator ÷ denominator`` (1: share, 1000: per thousand, 0: a number).

    ``cited``: the document and phrase that the definition follows.
    """

    id: str
    name: Text
    numerator: Text
    denominator: Text
    per: int
    cited: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IndicatorRow:
    """An indicator of an area: ``gap`` is what the numerator lacks for the target (0: met, ``None``: no target).

    ``value`` is ``None`` where the denominator is not given or zero. ``target_year`` says which target was taken.
    """

    area: str
    level: AreaLevel
    indicator: str
    numerator: float
    denominator: float | None
    value: float | None
    target: float | None = None
    target_year: int | None = None
    gap: float | None = None
    document: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SplitRow:
    """The share of a town in what a city must add by a year: places to have, and to add since the year before."""

    town: str
    indicator: str
    year: int
    target_total: int
    to_add: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A sentence of a document with figures that must agree: ``per × numerator ÷ denominator = value``.

    ``denominators``: the figures that the same documents give for it, by name; ``tolerance`` is relative.
    """

    id: str
    document: str
    phrase: str
    numerator: float
    value: float
    per: float
    denominators: tuple[tuple[str, float], ...]
    tolerance: float = 0.005


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimCheck:
    """What a claim implies. ``implied``: the denominator that makes it true; ``agrees``: the named ones that do."""

    claim: Claim
    implied: float
    agrees: tuple[str, ...]
    differs: tuple[tuple[str, float], ...]
    text: Text

    @property
    def holds(self) -> bool:
        """Whether every figure given agrees."""
        return not self.differs
