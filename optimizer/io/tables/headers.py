"""Which row holds the headers, and which header means which column."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from optimizer.io.tables.log import FindingLog
from optimizer.io.tables.mapping import ColumnMapping
from optimizer.io.tables.raw import RawSheet, is_blank
from optimizer.io.tables.schema import SheetSpec, header_key, is_account_header, is_personal_header

__all__ = ["header_row", "known_columns", "tell_titles"]

_CLOSE = 0.75


def tell_titles(sheet: RawSheet, header: int, log: FindingLog) -> None:
    """Say how many rows above the headers were taken for titles."""
    titles = [number for number in range(1, header) if any(not is_blank(value) for value in sheet.rows[number - 1])]
    if titles:
        log.notice("T291", sheet.place(titles[0], 1), count=len(titles))


def header_row(sheet: RawSheet, spec: SheetSpec, search: int) -> int | None:
    """The first row with two or more known headers, else the first that holds anything."""
    filled = [number for number, row in enumerate(sheet.rows, start=1) if any(not is_blank(value) for value in row)]
    for number in filled:
        headers = {header_key(value) for value in sheet.rows[number - 1] if isinstance(value, str)}
        if number <= search and len(headers & spec.by_header.keys()) >= 2:
            return number
    return filled[0] if filled else None


def known_columns(
    sheet: RawSheet, spec: SheetSpec, header: int, log: FindingLog, mapping: ColumnMapping
) -> Mapping[str, int]:
    """For each known column its number (from 1); what is unknown or there twice goes to the log."""
    columns: dict[str, int] = {}
    unknown: list[tuple[str, int]] = []
    for number, value in enumerate(sheet.rows[header - 1], start=1):
        if is_blank(value):
            continue
        name = " ".join(str(value).split())
        own = (spec.key, header_key(name))
        if own in mapping.columns:
            meant = mapping.columns[own]
            column = None if meant is None else spec.column(meant)
            if column is None:
                continue
            log.notice("T297", sheet.place(header, number), name=name, meant=column.title)
        else:
            column = spec.by_header.get(header_key(name))
        if column is None:
            unknown.append((name, number))
        elif column.key in columns:
            log.error("T218", sheet.place(header, number), name=name, other=sheet.place(header, columns[column.key]))
        else:
            columns[column.key] = number
    for name, number in unknown:
        _note_unknown(name, sheet.place(header, number), spec, columns, log)
    return columns


def _note_unknown(name: str, place: str, spec: SheetSpec, columns: Mapping[str, int], log: FindingLog) -> None:
    if is_account_header(name):
        log.warning("T221", place, name=name)
        return
    if is_personal_header(name):
        log.warning("T222", place, name=name)
        return
    absent = {key: column for key, column in spec.by_header.items() if column.key not in columns}
    close = difflib.get_close_matches(header_key(name), absent, n=1, cutoff=_CLOSE)
    if close:
        log.error("T220", place, name=name, hint=absent[close[0]].title)
    else:
        log.warning("T219", place, name=name)
