"""The persons of a workbook, known and new: who is who, and under which id."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from optimizer.common.roster import Person
from optimizer.io.tables.cells import CellError, text
from optimizer.io.tables.raw import CellValue, is_blank

__all__ = ["Persons", "words_of"]

_KEPT = ("phone", "address", "gender", "title", "hazards", "tasks")
_SEPARATORS = re.compile(r"([;；、，,\n])")
_NAME_IN_LOCK = re.compile(
    r"(?P<before>\s*(?:[^:：@＠/]*[:：])?\s*)(?P<name>[^@＠/:：]+?)(?P<after>\s*(?:[@＠/].*)?)", re.DOTALL
)


@dataclass(slots=True)
class Persons:
    """The persons of one kind.

    ``prefix`` begins the ids that are made; ``by_id`` are those of the roster and of the workbook.
    """

    prefix: str
    by_id: dict[str, Person]
    ids_of_name: dict[str, list[str]] = field(default_factory=dict)
    _next: int = 1
    _met: set[str] = field(default_factory=set)

    def remember(self, ident: str, person: Person) -> None:
        """Put a person into the roster under an id; what today's workbook leaves empty stays as it was."""
        known = self.by_id.get(ident, person)
        kept = {name: getattr(person, name) or getattr(known, name) for name in _KEPT}
        self.by_id[ident] = replace(person, id=ident, **kept)
        self._met.add(ident)
        if ident not in self.ids_of_name.setdefault(person.name, []):
            self.ids_of_name[person.name].append(ident)

    def id_of(self, person: Person, taken: frozenset[str]) -> str | None:
        """The id of a person: the one in the roster, else a new one; ``None`` where it may be one of several.

        The same name and the same phone or address is the same person. The same name alone is, if nothing contradicts
        it and no other row is that person already.
        """
        namesakes = [one for _, one in sorted(self.by_id.items()) if one.name == person.name]
        same = [one.id for one in namesakes if _agree(one.phone, person.phone) or _agree(one.address, person.address)]
        if same:
            return same[0]
        may_be = [one.id for one in namesakes if one.id not in self._met and not _contradict(one, person)]
        if may_be:
            return may_be[0] if len(may_be) == 1 else None
        while (ident := f"{self.prefix}{self._next:04d}") in self.by_id or ident in taken:
            self._next += 1
        return ident

    def ids_for(self, written: str) -> Sequence[str]:
        """The ids that a word may mean: itself where it is one, those of the persons of that name, or none."""
        return [written] if written in self.by_id else self.ids_of_name.get(written, [])

    def with_ids(self, written: str) -> tuple[str, list[tuple[str, int]]]:
        """A cell of one or more names (a lock may follow each) with ids, and the names in doubt with their number."""
        doubtful: list[tuple[str, int]] = []
        pieces = [self._piece(piece, doubtful) for piece in _SEPARATORS.split(written)]
        return "".join(pieces), doubtful

    def _piece(self, piece: str, doubtful: list[tuple[str, int]]) -> str:
        match = _NAME_IN_LOCK.fullmatch(piece)
        if match is None or _SEPARATORS.fullmatch(piece):
            return piece
        ids = self.ids_for(match["name"])
        if len(ids) == 1:
            return f"{match['before']}{ids[0]}{match['after']}"
        if ids or not re.search(r"\d", match["name"]):
            doubtful.append((match["name"], len(ids)))
        return piece


def _agree(known: str, today: str) -> bool:
    return bool(known) and known == today


def _contradict(known: Person, today: Person) -> bool:
    pairs = ((known.phone, today.phone), (known.address, today.address), (known.gender, today.gender))
    return any(before and now and before != now for before, now in pairs)


def words_of(value: CellValue) -> str:
    """A cell as words, full-width folded; empty where it holds none."""
    try:
        return "" if is_blank(value) else unicodedata.normalize("NFKC", text(value)).strip()
    except CellError:
        return ""
