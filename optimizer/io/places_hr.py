"""Reads hospital-residents files: programmes with places and their order of residents, residents with their choices.

Two CSV files side by side, ``program….csv`` (``id, name, numberOfPos, rol``) and ``resident….csv``
(``id, firstname, lastname, rol``); ``rol`` is a list in brackets, the best first. Names are not kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.io.files import read_input
from optimizer.places.model import Applicant, Institution, PlacesProblem, Pool, Ranking

__all__ = ["read_hr"]

_LONGEST_FIELD = 100_000_000


def read_hr(path: Path) -> tuple[PlacesProblem, tuple[Path, ...]]:
    """The problem of a pair of files, and the files that were read.

    Parameters
    ----------
    path
        One of the two files; the other one has the same name with ``program`` and ``resident`` exchanged.

    Raises
    ------
    InputError
        ``T101``–``T104`` a file cannot be read, ``T130`` no such pair, ``T131`` missing columns, ``T132`` a row that
        cannot be understood.
    """
    programs, residents = _pair(path)
    findings: list[Finding] = []
    places = _rows(programs, ("id", "numberOfPos", "rol"), findings)
    people = _rows(residents, ("id", "rol"), findings)
    pools: list[Pool] = []
    for line, row in enumerate(places, start=2):
        if not row["numberOfPos"].strip().isdigit():
            findings.append(_bad(programs, line, row["numberOfPos"]))
            continue
        pools.append(Pool(id=row["id"], institution=row["id"], capacity=int(row["numberOfPos"])))
    if findings:
        raise InputError(findings)
    problem = PlacesProblem(
        name=programs.stem,
        applicants=tuple(Applicant(id=row["id"], preferences=_list(row["rol"])) for row in people),
        institutions=tuple(Institution(id=row["id"], name=row.get("name") or row["id"]) for row in places),
        pools=tuple(pools),
        rankings=tuple(
            Ranking(institution=row["id"], applicant=name, rank=rank)
            for row in places
            for rank, name in enumerate(_list(row["rol"]), start=1)
        ),
    )
    return problem, (programs, residents)


def _pair(path: Path) -> tuple[Path, Path]:
    name = path.name
    if "program" in name:
        return path, path.with_name(name.replace("program", "resident", 1))
    if "resident" in name:
        return path.with_name(name.replace("resident", "program", 1)), path
    found = Text("文件名里没有 program 或 resident", "the name has neither program nor resident in it")
    action = Text("请给出 program….csv，旁边放 resident….csv", "give program….csv, with resident….csv beside it")
    raise InputError([Finding(code="T130", where=str(path), found=found, action=action)])


def _rows(path: Path, needed: Sequence[str], findings: list[Finding]) -> list[Mapping[str, str]]:
    try:
        content = read_input(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = Text("不是 UTF-8 文本", "not UTF-8 text")
        fault = Finding(code="T104", where=str(path), found=found, action=Text("请另存为 UTF-8", "save it as UTF-8"))
        raise InputError([fault]) from error
    limit = csv.field_size_limit(_LONGEST_FIELD)
    try:
        reader = csv.DictReader(io.StringIO(content, newline=""))
        rows = list(reader)
    except csv.Error as error:
        raise InputError([_bad(path, 1, str(error))]) from error
    finally:
        csv.field_size_limit(limit)
    missing = [name for name in needed if name not in (reader.fieldnames or ())]
    if missing:
        names = ", ".join(missing)
        found = Text(f"缺少列 {names}", f"columns missing: {names}")
        action = Text("请检查表头", "check the headers")
        raise InputError([Finding(code="T131", where=str(path), found=found, action=action)])
    kept: list[Mapping[str, str]] = []
    for line, row in enumerate(rows, start=2):
        if any(not isinstance(row[name], str) or not row[name] for name in needed):
            findings.append(_bad(path, line, "…"))
        else:
            kept.append(row)
    return kept


def _list(text: str) -> tuple[str, ...]:
    return tuple(part for item in text.strip().removeprefix("[").removesuffix("]").split(",") if (part := item.strip()))


def _bad(path: Path, line: int, shown: str) -> Finding:
    found = Text(f"第 {line} 行看不懂：{shown[:40]}", f"row {line} cannot be understood: {shown[:40]}")
    return Finding(
        code="T132",
        where=f"{path.name}:{line}",
        found=found,
        action=Text("请改正这一行", "correct the row"),
    )
