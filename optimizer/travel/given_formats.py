"""The three formats of a given travel matrix, read into plain numbers: NaN is missing, infinity cannot be travelled."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.common.errors import Finding, Severity
from optimizer.common.language import Text

__all__ = ["RawMatrix", "given_fault", "raw_from_csv", "raw_from_json", "raw_from_npy"]

Floats = NDArray[np.float64]

MAX_EXAMPLES = 20
LARGEST_NUMBER = 10**18  # an integer beyond it does not fit a float; it is refused as too large all the same
UNREACHABLE_WORDS = ("unreachable", "不可达", "inf", "+inf", "infinity", "∞")
LIST_COLUMNS = {
    "from": ("from", "origin", "起点", "出发"),
    "to": ("to", "destination", "终点", "到达"),
    "duration": ("duration", "time", "seconds", "minutes", "时长", "时间", "秒", "分钟"),
    "metres": ("metres", "meters", "distance", "米", "距离"),
    "mode": ("mode", "出行方式"),
}


@dataclass(frozen=True, kw_only=True)
class RawMatrix:
    """Ids of ``n`` places and, by mode, ``(n, n)`` arrays in the units of the file."""

    ids: tuple[str, ...]
    durations: Mapping[str, Floats]
    metres: Mapping[str, Floats] = field(default_factory=dict)


def given_fault(
    code: str,
    path: Path,
    found: Text,
    action: Text,
    ids: tuple[str, ...] = (),
    severity: Severity = Severity.ERROR,
    where: str = "",
) -> Finding:
    """A finding about the matrix file."""
    place = f"{path.name} {where}".rstrip()
    return Finding(code=code, where=place, found=found, action=action, ids=ids, severity=severity)


def raw_from_npy(
    data: bytes, path: Path, mode: str, ids: Sequence[str] | None, findings: list[Finding]
) -> RawMatrix | None:
    """The array of an npy file with its ids, or ``None`` with findings."""
    try:
        array = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError, MemoryError) as error:
        findings.append(_no_matrix(path, str(error)))
        return None
    if array.dtype.kind not in "iuf" or array.ndim != 2 or array.shape[0] != array.shape[1]:
        shape = f"{array.dtype} {array.shape}"
        found = Text(f"需要方阵数值，实为 {shape}", f"expected a square of numbers, found {shape}")
        findings.append(given_fault("T312", path, found, Text("请检查文件", "check the file")))
        return None
    names = list(ids) if ids is not None else _ids_beside(path, findings)
    if names is None or not _ids_fit(names, array.shape[0], path, findings):
        return None
    return RawMatrix(ids=tuple(names), durations={mode: array.astype(np.float64)})


def raw_from_json(data: bytes, path: Path, findings: list[Finding]) -> RawMatrix | None:
    """The matrices of a json file, or ``None`` with findings."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        findings.append(_no_matrix(path, str(error)))
        return None
    names, durations = content.get("locations"), content.get("durations_s")
    metres = content.get("metres", {})
    if not isinstance(names, list) or not isinstance(durations, dict) or not durations or not isinstance(metres, dict):
        findings.append(_no_matrix(path, "locations, durations_s"))
        return None
    names = [str(name) for name in names]
    if not _ids_fit(names, len(names), path, findings):
        return None
    parts = {"durations_s": durations, "metres": metres}
    read = {
        part: {mode: _json_square(rows, names, f"{part}.{mode}", path, findings) for mode, rows in modes.items()}
        for part, modes in parts.items()
    }
    if findings:
        return None
    return RawMatrix(ids=tuple(names), durations=_whole(read["durations_s"]), metres=_whole(read["metres"]))


def raw_from_csv(data: bytes, path: Path, mode: str, findings: list[Finding]) -> RawMatrix | None:
    """The matrix of a csv file, square or as a list, or ``None`` with findings."""
    text = _decoded(data)
    if text is None or "\x00" in text:
        findings.append(_no_matrix(path, "csv, json, npy"))
        return None
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = [
            row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(map(str.strip, row))
        ]
    except csv.Error as error:
        findings.append(_no_matrix(path, str(error)))
        return None
    if len(rows) < 2 or len(rows[0]) < 2:
        findings.append(_no_matrix(path, "csv"))
        return None
    columns = _list_columns(rows[0])
    if {"from", "to", "duration"} <= columns.keys():
        return _raw_from_list(rows, columns, path, mode, findings)
    return _raw_from_square(rows, path, mode, findings)


def _raw_from_square(rows: list[list[str]], path: Path, mode: str, findings: list[Finding]) -> RawMatrix | None:
    names = [name.strip() for name in rows[0][1:]]
    if not _ids_fit(names, len(names), path, findings):
        return None
    row_names = [row[0].strip() for row in rows[1:]]
    if sorted(row_names) != sorted(names):
        odd = sorted(set(row_names) ^ set(names))
        listed = "、".join(odd[:5])
        found = Text(
            f"首行与首列的编号不同：{listed}", f"the ids of the first row and column differ: {', '.join(odd[:5])}"
        )
        findings.append(given_fault("T313", path, found, Text("请使两者相同", "make them equal"), tuple(odd[:5])))
        return None
    place = {name: i for i, name in enumerate(names)}
    values = np.full((len(names), len(names)), np.nan)
    for number, row in enumerate(rows[1:], start=2):
        cells = row[1:]
        if len(cells) != len(names):
            found = Text(
                f"有 {len(cells)} 个数值，应为 {len(names)} 个", f"{len(cells)} values instead of {len(names)}"
            )
            action = Text("请补齐这一行", "complete the row")
            findings.append(given_fault("T312", path, found, action, (row[0].strip(),), where=f"row {number}"))
            continue
        values[place[row[0].strip()]] = _numbers(cells, names, row[0].strip(), path, findings)
    return None if findings else RawMatrix(ids=tuple(names), durations={mode: values})


def _raw_from_list(
    rows: list[list[str]], columns: Mapping[str, int], path: Path, mode: str, findings: list[Finding]
) -> RawMatrix | None:
    def cell(row: list[str], column: str) -> str:
        position = columns.get(column, len(row))
        return row[position].strip() if position < len(row) else ""

    names = sorted({cell(row, end) for row in rows[1:] for end in ("from", "to")})
    if not _ids_fit(names, len(names), path, findings):
        return None
    place = {name: i for i, name in enumerate(names)}
    modes = sorted({cell(row, "mode") or mode for row in rows[1:]})
    arrays = {
        part: {name: np.full((len(names), len(names)), np.nan) for name in modes} for part in ("duration", "metres")
    }
    for row in rows[1:]:
        ends = cell(row, "from"), cell(row, "to")
        for part, by_mode in arrays.items():
            if part in columns:
                array, pair = by_mode[cell(row, "mode") or mode], (place[ends[0]], place[ends[1]])
                if not np.isnan(array[pair]):
                    found = Text("这一对出现两次", "the pair is given twice")
                    findings.append(given_fault("T321", path, found, Text("请只留一个", "keep one of them"), ends))
                array[pair] = _number(cell(row, part), ends, path, findings)
    for by_mode in arrays.values():
        for array in by_mode.values():
            diagonal = np.diagonal(array)
            np.fill_diagonal(array, np.where(np.isnan(diagonal), 0.0, diagonal))
    if findings:
        return None
    metres = arrays["metres"] if "metres" in columns else {}
    return RawMatrix(ids=tuple(names), durations=arrays["duration"], metres=metres)


def _list_columns(header: Sequence[str]) -> dict[str, int]:
    """Positions of the columns of a list, by their meaning; a unit in brackets is not part of the name."""
    names = [name.strip().lower().split("(")[0].split("（")[0].removesuffix("_s").strip() for name in header]
    return {
        meaning: next(i for i, name in enumerate(names) if name in words)
        for meaning, words in LIST_COLUMNS.items()
        if any(name in words for name in names)
    }


def _numbers(cells: list[str], names: list[str], origin: str, path: Path, findings: list[Finding]) -> Floats:
    try:
        return np.array(cells, dtype=np.float64)
    except ValueError:  # a word or an empty cell among them
        pairs = zip(cells, names, strict=True)
        return np.array([_number(cell.strip(), (origin, name), path, findings) for cell, name in pairs])


def _number(text: str, ends: tuple[str, str], path: Path, findings: list[Finding]) -> float:
    """The number of a cell: NaN for an empty one, infinity for the words that say so."""
    if text.lower() in UNREACHABLE_WORDS:
        return float("inf")
    try:
        return float(text) if text else float("nan")
    except ValueError:
        if len(findings) < MAX_EXAMPLES:
            found = Text(f"“{text[:40]}”不是数值", f"{text[:40]!r} is not a number")
            action = Text("请填写数值；到不了请写 不可达", "give a number, or write unreachable")
            findings.append(given_fault("T314", path, found, action, ends))
        return float("nan")


def _json_square(rows: Any, names: list[str], where: str, path: Path, findings: list[Finding]) -> Floats | None:
    n = len(names)
    if not isinstance(rows, list) or len(rows) != n or any(not isinstance(row, list) or len(row) != n for row in rows):
        found = Text(f"不是 {n} × {n} 的数值表", f"not a table of {n} × {n} values")
        findings.append(
            given_fault("T312", path, found, Text("请补齐行和列", "complete rows and columns"), where=where)
        )
        return None
    values = np.full((n, n), np.inf)
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                values[i, j] = min(value, LARGEST_NUMBER) if isinstance(value, int) else value
            elif value is not None and len(findings) < MAX_EXAMPLES:
                found = Text(f"{str(value)[:40]} 不是数值", f"{str(value)[:40]!r} is not a number")
                action = Text("请填写数值；到不了请写 null", "give a number, or null")
                findings.append(given_fault("T314", path, found, action, (names[i], names[j]), where=where))
    return values


def _whole(arrays: Mapping[str, Floats | None]) -> dict[str, Floats]:
    return {mode: array for mode, array in arrays.items() if array is not None}


def _ids_beside(path: Path, findings: list[Finding]) -> list[str] | None:
    beside = path.with_suffix(".ids.txt")
    text = _decoded(beside.read_bytes()) if beside.is_file() else None
    if text is None:
        found = Text("没有地点编号", "the ids of the places are not known")
        action = Text(f"请提供 {beside.name}，每行一个编号", f"give them in {beside.name}, one a line")
        findings.append(given_fault("T313", path, found, action))
        return None
    return [line.strip() for line in text.splitlines() if line.strip()]


def _ids_fit(names: Sequence[str], n: int, path: Path, findings: list[Finding]) -> bool:
    """Whether there are ``n`` different ids that are not empty; otherwise findings."""
    again = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if not names or "" in names:
        found = Text("有空的地点编号", "an id is empty")
        findings.append(given_fault("T313", path, found, Text("请填写编号", "give every place its id")))
    elif again:
        found = Text("地点编号重复", "ids are repeated")
        findings.append(
            given_fault("T313", path, found, Text("每个地点只写一次", "keep one of each"), tuple(again[:5]))
        )
    elif len(names) != n:
        found = Text(f"有 {len(names)} 个编号，应为 {n} 个", f"{len(names)} ids instead of {n}")
        findings.append(given_fault("T313", path, found, Text("请使两者相同", "make them equal")))
    else:
        return True
    return False


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _no_matrix(path: Path, detail: str) -> Finding:
    found = Text(f"不是路程表（{detail[:120]}）", f"not a travel matrix ({detail[:120]})")
    action = Text("请提供 csv、json 或 npy", "give a csv, json or npy file")
    return given_fault("T311", path, found, action)
