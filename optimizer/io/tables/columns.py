"""The sheets and columns of the visits tables, as ``visit_columns.toml`` fixes them, and their description."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any

from optimizer.common.language import Language, Text
from optimizer.io.tables.schema import Column, SheetSpec
from optimizer.io.tables.words import (
    CAREGIVERS_OF_LINK,
    COORDINATE_SYSTEMS,
    GENDERS,
    LINK_KINDS,
    MODES,
    PLACE_KINDS,
    STATUSES,
    YES_NO,
)

__all__ = ["VISIT_SHEETS", "column_reference", "load_sheets", "visit_sheet"]

_CHOICES: Mapping[str, tuple[Text, ...]] = {
    "caregivers_of_link": CAREGIVERS_OF_LINK.texts,
    "coordinate_systems": COORDINATE_SYSTEMS.texts,
    "genders": GENDERS.texts,
    "link_kinds": LINK_KINDS.texts,
    "modes": MODES.texts,
    "place_kinds": PLACE_KINDS.texts,
    "statuses": STATUSES.texts,
    "yes_no": YES_NO.texts,
}


def load_sheets(resource: str, choices: Mapping[str, tuple[Text, ...]] = MappingProxyType({})) -> tuple[SheetSpec, ...]:
    """The sheets that a ``.toml`` file of this package fixes, in its order; ``choices`` are words for more lists."""
    fixed = tomllib.loads(resources.files("optimizer.io.tables").joinpath(resource).read_text(encoding="utf-8"))
    return tuple(_sheet(sheet, {**_CHOICES, **choices}) for sheet in fixed["sheet"])


def _sheet(fixed: Mapping[str, Any], choices: Mapping[str, tuple[Text, ...]]) -> SheetSpec:
    return SheetSpec(
        key=fixed["key"],
        zh=fixed["zh"],
        purpose=Text(**fixed["purpose"]),
        required=fixed.get("required", False),
        ids_by_row=fixed.get("ids_by_row", False),
        synonyms=tuple(fixed.get("synonyms", ())),
        columns=tuple(_column(column, choices) for column in fixed["column"]),
    )


def _column(fixed: Mapping[str, Any], choices: Mapping[str, tuple[Text, ...]]) -> Column:
    return Column(
        key=fixed["key"],
        zh=fixed["zh"],
        form=Text(**fixed["form"]),
        kind=fixed.get("kind", "text"),
        empty=Text(**fixed["empty"]) if "empty" in fixed else None,
        synonyms=tuple(fixed.get("synonyms", ())),
        choices=choices[fixed["choices"]] if "choices" in fixed else (),
        examples=tuple(fixed.get("examples", ())),
        reads=fixed.get("reads", ""),
    )


VISIT_SHEETS = load_sheets("visit_columns.toml")
"""The sheets of the visits tables, in the order of the template."""


def visit_sheet(key: str) -> SheetSpec:
    """The sheet of that key."""
    return next(sheet for sheet in VISIT_SHEETS if sheet.key == key)


def column_reference(language: Language, sheets: tuple[SheetSpec, ...] = VISIT_SHEETS) -> str:
    """Every sheet and column as Markdown tables, for the README."""
    return "\n".join(_sheet_reference(sheet, language) for sheet in sheets)


def _sheet_reference(sheet: SheetSpec, language: Language) -> str:
    need = Text("必需", "required") if sheet.required else Text("可没有", "optional")
    other = sheet.key if language is Language.ZH else sheet.zh
    head = Text("| 列 | 英文列名 | 写法 | 空着时 |", "| column | in Chinese | how it is written | empty |")
    lines = [
        f"### {sheet.title_in(language)} ({other}, {need.in_(language)})",
        "",
        sheet.purpose.in_(language),
        "",
        head.in_(language),
        "|---|---|---|---|",
        *(_column_reference(column, language) for column in sheet.columns),
        "",
    ]
    return "\n".join(lines)


def _column_reference(column: Column, language: Language) -> str:
    names = (column.zh, column.key) if language is Language.ZH else (column.key, column.zh)
    empty = Text("必填", "must be filled in") if column.empty is None else column.empty
    cells = (*names, column.form.in_(language), empty.in_(language))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
