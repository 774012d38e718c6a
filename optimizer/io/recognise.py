"""Reads a day of visits in any format: which one it is, is told by the content, never by the name of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.io.files import read_input
from optimizer.io.hhcrsp import hhcrsp_from_json, hhcrsp_plan_from_json
from optimizer.io.json_text import parse_json_object
from optimizer.io.matrix_file import read_matrix_file
from optimizer.io.plan_json import plan_from_json
from optimizer.io.problem_file import UNDATED, ProblemFile
from optimizer.io.problem_json import problem_from_json
from optimizer.io.tables import DEFAULT_OPTIONS, TableOptions, is_tables, read_tables
from optimizer.io.tables.plan_book import HandPlan, is_plan_workbook, read_plan_workbook
from optimizer.io.vrptw import decoded_text, vrptw_from_text
from optimizer.io.vrptw_text import is_lkh, is_solomon
from optimizer.visits.model import Problem
from optimizer.visits.plan import Plan

__all__ = ["Format", "read_hand_plan", "read_plan", "read_problem"]


class Format(StrEnum):
    """A format that a day of visits can be read from."""

    CAREPLAN = "careplan"
    TABLES = "tables"
    HHCRSP = "hhcrsp"
    VRPTW = "vrptw"


def read_problem(
    path: Path,
    *,
    format_: Format | None = None,
    day: date | None = None,
    first_customers: int | None = None,
    tables: TableOptions = DEFAULT_OPTIONS,
) -> ProblemFile:
    """The problem of a workbook, a folder of CSV files, or a file of JSON or text (which may be gzip-compressed).

    Parameters
    ----------
    format_
        Forces a format; ``None``: told by the content.
    day
        The day to plan. For tables it chooses the rows; a file of own JSON must be of that day; published instances,
        which have no date, are taken to be of that day.
    first_customers
        For VRPTW: keep so many customers from the start of the file.
    tables
        For tables: names of the user's own, and rows to leave out.

    Returns
    -------
    ProblemFile
        With ``matrix`` read, if the input holds or names one.

    Raises
    ------
    InputError
        Every finding; ``T150`` if no format fits, ``T151`` for a plan, ``T152`` for another day.
    """
    if format_ is Format.TABLES or (format_ is None and _is_tables(path)):
        return _tables(path, day, tables)
    data = read_input(path)
    if format_ is Format.VRPTW or (format_ is None and not _begins_json(data)):
        return _text(data, path, day or UNDATED, first_customers, is_forced=format_ is not None)
    raw = parse_json_object(data, where=str(path))
    chosen = format_ or _json_format(raw, path)
    if chosen is Format.HHCRSP:
        return hhcrsp_from_json(raw, name=path.name.split(".json")[0], day=day or UNDATED, sources=(path,))
    return _with_matrix(_of_day(problem_from_json(raw, source=path), day))


def read_hand_plan(path: Path, problem: Problem) -> HandPlan:
    """The plan of a file with its locks and cells; only a plan workbook has any.

    Raises
    ------
    InputError
        What keeps the plan from being read.
    """
    if path.is_file() and is_plan_workbook(path):
        return read_plan_workbook(path, problem)
    return HandPlan(plan=read_plan(path, problem), locks={}, places={})


def read_plan(path: Path, problem: Problem) -> Plan:
    """The plan of a file: careplan's own, a plan workbook, or a published hhcrsp solution.

    Raises
    ------
    InputError
        What keeps the plan from being read.
    """
    if path.is_file() and is_plan_workbook(path):
        return read_plan_workbook(path, problem).plan
    raw = parse_json_object(read_input(path), where=str(path))
    if "schema_version" not in raw and _is_hhcrsp_solution(raw):
        return hhcrsp_plan_from_json(raw, problem)
    return plan_from_json(raw, problem)


def _is_tables(path: Path) -> bool:
    try:
        return path.exists() and is_tables(path)
    except OSError:  # not readable: the reader of files says so with a finding
        return False


def _begins_json(data: bytes) -> bool:
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def _json_format(raw: Mapping[str, Any], path: Path) -> Format:
    if "patients" in raw and "distances" in raw:
        return Format.HHCRSP
    if "routes" in raw and "visits" not in raw:
        found = Text("这是一份计划,不是任务", "this is a plan, not a day of visits")
        action = Text(
            "请给任务文件;核对计划请用 careplan visits check", "give the day; to judge a plan: careplan visits check"
        )
        raise InputError([Finding(code="T151", where=str(path), found=found, action=action)])
    if "schema_version" in raw or "visits" in raw:
        return Format.CAREPLAN
    raise InputError([_unknown(path)])


def _text(data: bytes, path: Path, day: date, first_customers: int | None, *, is_forced: bool) -> ProblemFile:
    text = decoded_text(data, str(path)) if is_forced else data.decode("utf-8-sig", "replace")
    if not is_forced and not (is_lkh(text) or is_solomon(text)):
        raise InputError([_unknown(path)])
    return vrptw_from_text(text, first_customers=first_customers, day=day, sources=(path,))


def _unknown(path: Path) -> Finding:
    found = Text("认不出是哪种格式", "its content is none of the known formats")
    action = Text(
        "请给工作簿(.xlsx)、CSV 文件夹、careplan 或 hhcrsp 的 JSON、VRPTW 文本,或用 --format 指定",
        "give a workbook (.xlsx), a folder of CSV files, JSON of careplan or hhcrsp, or VRPTW text; --format names one",
    )
    return Finding(code="T150", where=str(path), found=found, action=action)


def _of_day(file: ProblemFile, day: date | None) -> ProblemFile:
    if day is None or file.problem.date == day:
        return file
    found = Text(f"文件日期是 {file.problem.date},不是 {day}", f"the file is of {file.problem.date}, not of {day}")
    action = Text("请去掉 --date,或给那一天的文件", "leave out --date, or give the file of that day")
    raise InputError([Finding(code="T152", where="date", found=found, action=action)])


def _tables(path: Path, day: date | None, options: TableOptions) -> ProblemFile:
    tables = read_tables(path, day=day, limits=options.limits, options=options)
    return _with_matrix(
        ProblemFile(
            problem=tables.problem,
            format=Format.TABLES.value,
            matrix_file=tables.travel_matrix,
            warnings=tables.warnings,
            sources=(path,),
            locate=tables.source.locate,
        )
    )


def _with_matrix(file: ProblemFile) -> ProblemFile:
    """The same with the matrix file read, if there is one."""
    if file.matrix_file is None:
        return file
    sources = tuple(dict.fromkeys((*file.sources, file.matrix_file)))
    return replace(file, matrix=read_matrix_file(file.matrix_file, file.problem), sources=sources)


def _is_hhcrsp_solution(raw: Mapping[str, Any]) -> bool:
    routes = raw.get("routes")
    return isinstance(routes, list) and any(isinstance(route, dict) and "caregiver_id" in route for route in routes)
