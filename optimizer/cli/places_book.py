"""``careplan places-book``: the user's own place book, which grows from day to day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.console import output, print_findings
from optimizer.cli.groups import PLACES_BOOK
from optimizer.cli.visits_options import Columns, Day
from optimizer.cli.words import LANGUAGE, say
from optimizer.io.tables import VISIT_SHEETS, TableOptions, read_mapping, read_tables
from optimizer.io.tables.mapping import NO_MAPPING
from optimizer.io.tables.place_book import read_place_book, write_missing_places

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help=PLACES_BOOK.help)

Workbook = Annotated[Path, typer.Argument(help=say("工作簿或 CSV 文件夹", "a workbook or a folder of CSV files"))]
Book = Annotated[Path, typer.Option("--book", help=say("地点簿（没有就新建）", "the place book, made if it is absent"))]


@app.callback()
def places_book() -> None:
    """Keep several commands under one name."""


@app.command(help=say("把还没有准确坐标的地址写进地点簿，等待填写。", "Write the addresses still to be located."))
def missing(path: Workbook, book: Book = Path("地点簿.xlsx"), day: Day = None, columns: Columns = None) -> None:
    own, reading = read_place_book(book) if book.exists() else ((), None)
    if reading is not None:
        print_findings(reading.log.findings)
    mapping = NO_MAPPING if columns is None else read_mapping(columns, VISIT_SHEETS)
    options = TableOptions(mapping=mapping, places=own)
    tables = read_tables(path, day=None if day is None else day.date(), options=options)
    added, _ = write_missing_places(book, tables.located, language=LANGUAGE, inputs=(path,))
    output.print(
        say(
            f"{book}：新增 {added} 个待定位的地址；填好经纬度后，排班时加 --places-book {book}",
            f"{book}: {added} addresses to locate; fill in the points, then plan with --places-book {book}",
        ),
        markup=False,
    )
