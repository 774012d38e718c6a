"""Writes a day of visits as a workbook or as a folder of CSV files, and makes sure that it reads back the same."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from optimizer.common.errors import Finding, InputError, OutputError, Severity
from optimizer.common.language import Language, Text
from optimizer.io.files import write_beside
from optimizer.io.tables.book import write_workbook
from optimizer.io.tables.calls import service_code
from optimizer.io.tables.columns import VISIT_SHEETS
from optimizer.io.tables.limits import DEFAULT_LIMITS
from optimizer.io.tables.messages import finding_with
from optimizer.io.tables.problem_rows import Cells, problem_rows
from optimizer.io.tables.raw import CellValue, RawSheet
from optimizer.io.tables.schema import SheetSpec
from optimizer.io.tables.visits import problem_of_sheets
from optimizer.visits.model import Problem

__all__ = ["write_tables"]

_KINDS = ("locations", "clients", "visits", "links", "caregivers", "priorities", "sharing", "barriers")
_SHOWN = 5


def write_tables(
    problem: Problem, path: Path, *, language: Language = Language.ZH, inputs: Sequence[Path] = ()
) -> tuple[Finding, ...]:
    """Write a problem as tables: a workbook where ``path`` ends in ``.xlsx``, else a new folder of CSV files.

    Parameters
    ----------
    language
        Of sheet names, headers and words.
    inputs
        Files that were given as input of the same run: they are never written over.

    Returns
    -------
    tuple
        Warnings (``T280``) about what tables have no column for: free extras, a published plan, the frozen moment.

    Raises
    ------
    OutputError
        The file cannot be written, or the problem holds what would not read back the same.
    """
    if problem.ticks_per_s != 1:
        raise _cannot_hold(Text("小于一秒的时间", "times finer than a second"))
    rows = problem_rows(problem, language)
    _refuse_what_changes(problem, rows, language)
    if path.suffix.lower() == ".xlsx":
        with write_beside(path, inputs=inputs) as beside:
            write_workbook(beside, VISIT_SHEETS, rows, language=language, made=problem.date)
    elif path.suffix:
        found = f"{path}: 只写 .xlsx 或文件夹", f"{path}: only .xlsx or a folder can be written"
        raise OutputError(Text(*found))
    else:
        _write_folder(path, rows, language)
    return tuple(_not_held(problem, path))


def _cannot_hold(what: Text) -> OutputError:
    text = finding_with("T280", "", {"what": what})
    return OutputError(Text(f"{text.found.zh}；{text.action.zh}", f"{text.found.en}; {text.action.en}"))


def _not_held(problem: Problem, path: Path) -> Sequence[Finding]:
    lost = {
        Text("附加数据 ext", "the free extras ext"): _without_extras(problem) != problem,
        Text("已发布的计划", "the published plan"): bool(problem.published),
        Text("冻结时刻", "the frozen moment"): problem.frozen_before_t is not None,
        Text("成本单位", "the cost unit"): problem.cost_unit_s != 1,
    }
    return [
        finding_with("T280", path.name, {"what": what}, severity=Severity.WARNING)
        for what, is_so in lost.items()
        if is_so
    ]


def _refuse_what_changes(problem: Problem, rows: Mapping[str, Sequence[Cells]], language: Language) -> None:
    sheets = [_raw(spec, rows[spec.key], language) for spec in VISIT_SHEETS]
    try:
        back = problem_of_sheets(sheets, source="", day=problem.date, limits=DEFAULT_LIMITS).problem
    except InputError as error:
        raise _cannot_hold(_sentences(error.findings)) from error
    changed = list(_changed(_comparable(problem), _comparable(back)))
    if changed:
        more = " …" if len(changed) > _SHOWN else ""
        names = ", ".join(changed[:_SHOWN]) + more
        raise _cannot_hold(Text(names, names))


def _sentences(findings: Sequence[Finding]) -> Text:
    errors = [finding for finding in findings if finding.severity is Severity.ERROR][:_SHOWN]
    return Text(
        " | ".join(finding.sentence(Language.ZH) for finding in errors),
        " | ".join(finding.sentence(Language.EN) for finding in errors),
    )


def _changed(given: Problem, back: Problem) -> Sequence[str]:
    names: list[str] = ["name"] if given.name != back.name else []
    for kind in _KINDS:
        before, after = list(getattr(given, kind)), list(getattr(back, kind))
        names.extend(f"{kind}[{i}]" for i, element in enumerate(before) if i >= len(after) or after[i] != element)
        names.extend(f"{kind}[{i}]" for i in range(len(before), len(after)))
    return names


def _comparable(problem: Problem) -> Problem:
    bare: Problem = _without_extras(problem)
    return replace(
        bare,
        locations=tuple(sorted(bare.locations, key=lambda place: place.id)),
        visits=tuple(replace(visit, service=service_code(visit.service)) for visit in bare.visits),
    )


def _without_extras(element: Any) -> Any:
    """The element and all that it holds with empty ``ext``."""
    if isinstance(element, tuple):
        return tuple(_without_extras(part) for part in element)
    if not hasattr(element, "__dataclass_fields__"):
        return element
    parts = {field.name: _without_extras(getattr(element, field.name)) for field in fields(element)}
    return type(element)(**{**parts, "ext": {}}) if "ext" in parts else type(element)(**parts)


def _raw(spec: SheetSpec, rows: Sequence[Cells], language: Language) -> RawSheet:
    header: tuple[CellValue, ...] = tuple(column.title.in_(language) for column in spec.columns)
    body = (tuple(row.get(column.key) for column in spec.columns) for row in rows)
    title = spec.title_in(language)
    return RawSheet(title=title, label=title, rows=(header, *body))


def _write_folder(folder: Path, rows: Mapping[str, Sequence[Cells]], language: Language) -> None:
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise OutputError(
                Text(
                    f"{folder}: 已存在且不是空文件夹；请换一个名字",
                    f"{folder}: exists and is not an empty folder; give another name",
                )
            )
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name[:40]}-", dir=folder.resolve().parent))
        try:
            for spec in VISIT_SHEETS:
                _write_csv(beside / f"{spec.title_in(language)}.csv", _raw(spec, rows[spec.key], language))
            beside.chmod(0o755)
            if folder.exists():
                folder.rmdir()
            beside.rename(folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        cause = error.strerror or type(error).__name__
        found = f"{folder}: 无法写入（{cause}）", f"{folder}: cannot be written ({cause}); choose another place"
        raise OutputError(Text(*found)) from error


def _write_csv(path: Path, sheet: RawSheet) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([["" if value is None else _text(value) for value in row] for row in sheet.rows])
    path.write_bytes(stream.getvalue().encode("utf-8-sig"))  # with a mark, so that Excel opens it as UTF-8


def _text(value: CellValue) -> str:
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else str(value)
