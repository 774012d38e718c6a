"""Rows of 优先级, 共享 and 阻隔."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.io.tables.caregivers import mode_of
from optimizer.io.tables.cells import identifier, is_any, items, minutes_as_seconds, text
from optimizer.io.tables.raw import CellValue
from optimizer.io.tables.reading import Reading
from optimizer.visits.model import Barrier, PriorityGroup, Sharing

__all__ = ["DEFAULT_PRIORITIES", "lowest_group", "read_barriers", "read_priorities", "read_sharing"]

DEFAULT_PRIORITIES = (
    PriorityGroup(id="1", price_s=5_000, zh="第一组（最先保障）", en="first group (served first)"),
    PriorityGroup(id="2", price_s=4_000, zh="第二组", en="second group"),
    PriorityGroup(id="3", price_s=3_000, zh="第三组", en="third group"),
)
"""Where the sheet is absent; the prices are assumptions and are printed with every result."""

_MOST_MINUTES = 1_000_000.0
_ASSUMPTION = ("假设", "assumption")
_ANY_SKILL = "*"


def read_priorities(reading: Reading) -> tuple[PriorityGroup, ...]:
    """The groups of the sheet, the shipped ones where it is absent."""
    if "priorities" not in reading.tables:
        return DEFAULT_PRIORITIES
    groups: list[PriorityGroup] = []
    for row in reading.rows("priorities"):
        name = reading.new_id(row, "group", "priority")
        price = row.read("minutes", minutes_as_seconds(0, _MOST_MINUTES), 0)
        zh = row.read("meaning", text, name or "")
        en = row.read("meaning_en", text, zh)
        source = row.read("source", _source, _ASSUMPTION[1])
        if name is not None:
            groups.append(PriorityGroup(id=name, price_s=price, zh=zh, en=en, source=source))
            reading.note(f'priorities["{name}"]', row, {"price_s": "minutes", "zh": "meaning", "source": "source"})
    return tuple(groups)


def lowest_group(groups: Sequence[PriorityGroup]) -> str | None:
    """The group with the lowest price: that of a visit of which nothing else is said."""
    return min(groups, key=lambda group: (group.price_s, group.id)).id if groups else None


def read_sharing(reading: Reading) -> tuple[Sharing, ...]:
    """Which institution lends which skill to which."""
    shared: list[Sharing] = []
    for row in reading.rows("sharing"):
        sharing = Sharing(
            skill=row.read("skill", _skill, ""),
            lender=row.read("lender", identifier, ""),
            borrower=row.read("borrower", identifier, ""),
        )
        reading.note(f"sharing[{len(shared)}]", row, {name: name for name in ("skill", "lender", "borrower")})
        shared.append(sharing)
    return tuple(shared)


def read_barriers(reading: Reading) -> tuple[Barrier, ...]:
    """Towns that some modes cannot reach from outside."""
    barriers: list[Barrier] = []
    for row in reading.rows("barriers"):
        barrier = Barrier(town=row.read("town", identifier, ""), modes=row.read("modes", _modes, ()))
        reading.note(f"barriers[{len(barriers)}]", row, {"town": "town", "modes": "modes"})
        barriers.append(barrier)
    return tuple(barriers)


def _source(value: CellValue) -> str:
    written = text(value)
    return _ASSUMPTION[1] if written in _ASSUMPTION else written


def _skill(value: CellValue) -> str:
    return _ANY_SKILL if is_any(value) else identifier(value)


def _modes(value: CellValue) -> tuple[str, ...]:
    return tuple(mode_of(item) for item in items(value))
