"""摇号结果表: number, draw key, hash and rank of every application, with the recipe to recompute it; no names."""

from __future__ import annotations

from optimizer.common.language import Language, Text
from optimizer.places.decision.draw import DrawRecord, recipe
from optimizer.report.clock import DayClock
from optimizer.report.workbook_book import Book, Column, Kind, Tone

__all__ = ["DRAW_COLUMNS", "draw_workbook"]

DRAW_COLUMNS = (
    Column(Text("名次", "Rank"), Kind.WHOLE, 8),
    Column(Text("申请编号", "Application"), Kind.TEXT, 14),
    Column(Text("摇号键", "Draw key"), Kind.TEXT, 14),
    Column(Text("哈希值", "Hash"), Kind.TEXT, 70),
)


def draw_workbook(record: DrawRecord, *, language: Language = Language.ZH) -> bytes:
    """The printed table of a draw as a workbook; the same record gives the same bytes."""
    book = Book(record.source_date, language, DayClock(1))
    name = Text("摇号结果表", "Draw")
    sheet = book.add_sheet(book.reserve_name(book.text(name)), landscape=True, footer=record.list_hash)
    book.set_widths(sheet, DRAW_COLUMNS)
    wide = len(DRAW_COLUMNS)
    book.put_wide(sheet, 0, wide, book.text(name), "title", height=24)
    row = 1
    for line in _head(record):
        book.put_wide(sheet, row, wide, line, "note", height=16)
        row += 1
    for line in recipe(record):
        book.put_wide(sheet, row, wide, line, "note", height=16)
        row += 1
    rows = (((lot.rank, lot.application, lot.key, lot.hash), Tone.PLAIN) for lot in record.lots)
    book.put_table(sheet, row, DRAW_COLUMNS, rows)
    sheet.freeze_panes(row + 1, 0)
    sheet.repeat_rows(row)
    return book.finish()


def _head(record: DrawRecord) -> list[Text]:
    lines = [
        Text(f"名单哈希值（SHA-256）：{record.list_hash}", f"Hash of the list (SHA-256): {record.list_hash}"),
        Text(f"名单封存时间：{record.frozen_at}", f"List fixed at: {record.frozen_at}"),
        Text(
            f"公开号码来源：{record.source}，产生日期 {record.source_date}",
            f"Public number: {record.source}, known on {record.source_date}",
        ),
    ]
    for position, run in enumerate(record.runs, start=1):
        why = Text(f"，重摇理由：{run.reason}", f", repeated because: {run.reason}") if run.reason else Text("", "")
        lines.append(
            Text(
                f"第 {position} 次摇号：{run.drawn_at}，号码 {run.number}{why.zh}",
                f"Draw {position}: {run.drawn_at}, number {run.number}{why.en}",
            )
        )
    return lines
