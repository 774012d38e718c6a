"""Matches an address to the longest name that is known, then to the village, then to the town.

A match never crosses a town: where the town is said (in its own cell or in the address), only names of that town count.
A name that two towns have is no match without the town. The name of a road or an estate is not taken for the village
it is named after (惠丰路 is not 惠丰).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import NamedTuple

from optimizer.travel.coordinates import CoordinateSystem

__all__ = ["AddressBook", "AddressMatch", "Clash", "PlaceEntry", "Precision", "shipped_entries"]

_NOT_A_VILLAGE = re.compile(
    r"[东西南北中]?(?:[一二三四五六七八九十\d]*(?:路|街道?|大道|巷|弄|桥|河|港|苑|园|花园|小区|新村|家园|公寓|广场|大厦|超市|市场|公司|厂|店"
    r"|学校|中学|小学|幼儿园|医院|卫生院|敬老院|养老院))"
)
_VILLAGE_SUFFIX = ("村", "社区", "居委会", "居", "镇", "片区", "片", "集镇", "老街")
_TOWN_SUFFIXES = ("街道", "镇", "乡")


class Precision(StrEnum):
    """How near a point is to the door."""

    DOOR = "door"
    ESTATE = "estate"
    VILLAGE = "village"
    TOWN = "town"


class Clash(StrEnum):
    """Why an address has no match although something in it is known."""

    TWO_TOWNS = "two_towns"
    """the cell of the town and the address name different towns"""
    AMBIGUOUS = "ambiguous"
    """places of the same name lie in several towns"""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceEntry:
    """A name with a point. ``group`` is the 组 or 小区; ``own``: of the user's own place book."""

    name: str
    town: str
    village: str = ""
    group: str = ""
    aliases: tuple[str, ...] = ()
    lat: float
    lon: float
    system: CoordinateSystem = CoordinateSystem.WGS84
    precision: Precision = Precision.VILLAGE
    own: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressMatch:
    """The entry found, and the words of the address that named it; ``town_assumed``: no town was said."""

    entry: PlaceEntry
    words: str
    precision: Precision
    town_assumed: bool = False


class _Place(NamedTuple):
    """A name as it is compared, its town, and the entry."""

    name: str
    town: str
    entry: PlaceEntry


@cache
def shipped_entries() -> tuple[PlaceEntry, ...]:
    """Towns and centres of old towns of the two cities (GeoNames, CC BY 4.0)."""
    text = resources.files("optimizer.io.gazetteer").joinpath("places.csv").read_text(encoding="utf-8")
    return tuple(
        PlaceEntry(
            name=row["village"] or row["town"],
            town=row["town"],
            village=row["village"],
            aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            precision=Precision(row["level"]),
        )
        for row in csv.DictReader(text.splitlines())
    )


class AddressBook:
    """The user's own place book before the shipped places.

    Parameters
    ----------
    own
        Entries of the user's own.
    shipped
        Towns and villages that come with the program.
    """

    def __init__(self, own: Iterable[PlaceEntry] = (), shipped: Sequence[PlaceEntry] | None = None) -> None:
        entries = (*own, *(shipped_entries() if shipped is None else shipped))
        self._towns = {_plain(entry.town): entry for entry in entries if entry.precision is Precision.TOWN}
        self._town_names = frozenset(self._towns) | {_plain(entry.town) for entry in entries if entry.town}
        places = [self._place(name, entry) for entry in entries for name in (entry.name, *entry.aliases)]
        self._places = sorted(
            (place for place in places if place.name and place.entry.precision is not Precision.TOWN),
            key=lambda place: (-len(place.name), not place.entry.own, place.name, place.town),
        )

    def _place(self, name: str, entry: PlaceEntry) -> _Place:
        """A name without its town, which may stand in front of it or in its own cell."""
        plain = _plain(name)
        town = self._town_of(_plain(entry.town), whole=True) or self._town_of(plain, whole=False)
        return _Place(plain.removeprefix(town), town, entry)

    def find(self, address: str, *, town: str = "", village: str = "") -> AddressMatch | Clash | None:
        """The best match of an address, ``None`` where nothing in it is known.

        Parameters
        ----------
        address
            As it is written.
        town, village
            Their own cells, where the sheet has them.
        """
        written = _plain(address)
        said = self._town_of(_plain(town), whole=True)
        inside = self._town_of(written, whole=False)
        if said and inside and said != inside:
            return Clash.TWO_TOWNS
        chosen = said or inside
        if _plain(town) and not said:
            return None  # a town that nobody knows: its villages are not here either
        rest = written.replace(chosen, "", 1) if chosen else written
        for words in (rest, _plain(village)):
            found = self._place_in(words, chosen, is_cell=words is not rest)
            if found is not None:
                return found
        if chosen and chosen in self._towns:
            return AddressMatch(entry=self._towns[chosen], words=chosen, precision=Precision.TOWN)
        return None

    def _town_of(self, words: str, *, whole: bool) -> str:
        """The town that a cell or an address names; with its suffix, or without where it is the whole cell."""
        if not words:
            return ""
        if whole:
            with_suffix = (words, *(words + suffix for suffix in _TOWN_SUFFIXES))
            exact = next((name for name in with_suffix if name in self._town_names), "")
            if exact:
                return exact
        named = [name for name in self._town_names if name.endswith(_TOWN_SUFFIXES) and name in words]
        # The town stands before everything else; of two that begin alike the longer one is meant.
        return min(named, key=lambda name: (words.index(name), -len(name), name)) if named else ""

    def _place_in(self, words: str, town: str, *, is_cell: bool) -> AddressMatch | Clash | None:
        hits = [
            place
            for place in self._places
            if town in ("", place.town) or (place.entry.own and not place.town)
            if _names(words, place.name, place.entry, bare=is_cell or bool(town))
        ]
        if not hits:
            return None
        longest = [place for place in hits if len(place.name) == len(hits[0].name)]
        best = next((place for place in longest if place.entry.own), longest[0])
        namesakes = {place.town for place in longest if place.entry.own == best.entry.own and place.name == best.name}
        if not town and len(namesakes) > 1:
            return Clash.AMBIGUOUS
        return AddressMatch(
            entry=best.entry,
            words=best.name,
            precision=best.entry.precision,
            town_assumed=not town and not best.entry.own,
        )


def _names(words: str, name: str, entry: PlaceEntry, *, bare: bool) -> bool:
    """Whether the words hold the name as a place, not as part of a road's or a school's name."""
    at = words.find(name)
    while at >= 0:
        rest = words[at + len(name) :]
        if entry.own and entry.precision in (Precision.DOOR, Precision.ESTATE):
            # 5号 must not be found in 15号, nor 1组 in 1组 of 11组: the number ends and begins here.
            if not (name[:1].isdigit() and words[at - 1 : at].isdigit()) and not (
                name[-1:].isdigit() and rest[:1].isdigit()
            ):
                return True
        elif not _NOT_A_VILLAGE.match(rest) and (
            bare or rest.startswith(_VILLAGE_SUFFIX) or name.endswith(_VILLAGE_SUFFIX)
        ):
            return True
        at = words.find(name, at + 1)
    return False


def _plain(words: str) -> str:
    folded = re.sub(r"[\s,，.。、·()（）-]", "", unicodedata.normalize("NFKC", words))
    return re.sub(r"^(?:中国)?(?:江苏省?)?(?:南通市?|泰州市?)?(?:启东市|海陵区)?", "", folded)
