"""A given travel matrix in a file of its own: ``.json``, ``.csv`` or ``.npy``, told by content.

* JSON: the object of :class:`optimizer.io.matrix_json.WireMatrix` (``locations``, ``durations_s`` by mode, ``metres``).
* CSV: the ids of the places in the first row and in the first column (the corner is free), seconds between; an empty
  cell is a pair that cannot be travelled. It holds for every mode of the problem.
* npy: a square array of seconds, rows and columns in the order of the ids of the problem's places, sorted; NaN is a
  pair that cannot be travelled. It holds for every mode of the problem.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.io.files import read_input
from optimizer.io.json_text import parse_json_object
from optimizer.io.matrix_json import WireMatrix, matrix_from_wire, matrix_of_seconds
from optimizer.io.wire_findings import findings_of
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Problem
from optimizer.visits.travel import problem_modes

__all__ = ["read_matrix_file"]

_NPY_MAGIC = b"\x93NUMPY"


def read_matrix_file(path: Path, problem: Problem) -> TravelMatrix:
    """The travel matrix of a problem from a file.

    Returns
    -------
    TravelMatrix
        In the ticks of the problem, for at least the problem's places.

    Raises
    ------
    InputError
        ``T101``–``T119`` for the file, ``T122`` for the matrix in it.
    """
    data = read_input(path)
    if data.startswith(_NPY_MAGIC):
        return _from_npy(data, path, problem)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _from_json(data, path, problem)
    return _from_csv(data, path, problem)


def _from_json(data: bytes, path: Path, problem: Problem) -> TravelMatrix:
    raw = parse_json_object(data, where=str(path))
    try:
        wire = WireMatrix.model_validate(raw)
    except ValidationError as error:
        raise InputError(findings_of(error, raw, WireMatrix)) from error
    if wire.file is not None:
        found = Text("矩阵文件又指向另一个文件", "the matrix file points to another file")
        raise InputError([_fault(f"{path} file", found, Text("请直接给出矩阵", "give the matrix itself"))])
    matrix, _ = matrix_from_wire(wire, problem, beside=path)
    if matrix is None:
        raise InputError([_fault(str(path), Text("没有矩阵", "no matrix"), Text("请给出矩阵", "give a matrix"))])
    return matrix


def _from_npy(data: bytes, path: Path, problem: Problem) -> TravelMatrix:
    try:
        array = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        found = Text("npy 文件无法读取", "the npy file cannot be read")
        raise InputError(
            [_fault(str(path), found, Text("请重新保存", "save it again, without pickled objects"))]
        ) from error
    places = tuple(sorted(place.id for place in problem.locations))
    n = len(places)
    if array.shape != (n, n) or array.dtype.kind not in "iuf":
        found = Text(
            f"应为 {n} × {n} 的数字矩阵,现为 {array.dtype} {array.shape}",
            f"expected an array of numbers of the shape ({n}, {n}), got {array.dtype} {array.shape}",
        )
        action = Text("行列按地点编号排序", "one row and one column for each place, sorted by id")
        raise InputError([_fault(str(path), found, action)])
    return _checked(array.astype(np.float64), places, path, problem)


def _from_csv(data: bytes, path: Path, problem: Problem) -> TravelMatrix:
    rows = [
        row for row in csv.reader(io.StringIO(_decoded(data, path), newline="")) if any(cell.strip() for cell in row)
    ]
    head, *body = rows if rows else [[]]
    columns = [cell.strip() for cell in head[1:]]
    names = [row[0].strip() for row in body]
    if not columns or sorted(names) != sorted(columns) or len(set(names)) < len(names):
        found = Text(
            "首行和首列的地点编号不一致或有重复", "the ids of the first row and of the first column differ or repeat"
        )
        action = Text("请让每个地点各占一行一列", "give one row and one column for each place")
        raise InputError([_fault(str(path), found, action)])
    seconds = _cells(body, columns, path)
    order = [columns.index(name) for name in names]
    return _checked(seconds[:, order], tuple(names), path, problem)


def _decoded(data: bytes, path: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    found = Text("文字编码既不是 UTF-8 也不是 GB18030", "neither UTF-8 nor GB18030 text")
    raise InputError(
        [Finding(code="T104", where=str(path), found=found, action=Text("请另存为 UTF-8", "save it as UTF-8"))]
    )


def _cells(body: Sequence[Sequence[str]], columns: Sequence[str], path: Path) -> NDArray[np.float64]:
    seconds = np.full((len(body), len(columns)), np.nan)
    findings = []
    for i, row in enumerate(body):
        if len(row) > len(columns) + 1:
            found = Text(f"这一行有 {len(row)} 格", f"this row has {len(row)} cells")
            action = Text(f"应为 {len(columns) + 1} 格", f"it should have {len(columns) + 1}")
            findings.append(_fault(f"{path} row {i + 2}", found, action))
        for j, cell in enumerate(row[1 : len(columns) + 1]):
            if not cell.strip():
                continue
            try:
                seconds[i, j] = _number(cell)
            except ValueError:
                found = Text(f"“{cell[:40]}”不是秒数", f'"{cell[:40]}" is not a number of seconds')
                action = Text("请写秒数,到不了留空", "write seconds, or leave it empty where nobody can travel")
                findings.append(_fault(f"{path} row {i + 2} column {j + 2}", found, action))
    if findings:
        raise InputError(findings[:200])
    return seconds


def _number(cell: str) -> float:
    value = float(cell)
    if not np.isfinite(value):
        raise ValueError(cell)
    return value


def _checked(seconds: NDArray[np.float64], places: tuple[str, ...], path: Path, problem: Problem) -> TravelMatrix:
    findings: list[Finding] = []
    matrix = matrix_of_seconds(
        dict.fromkeys(problem_modes(problem), seconds),
        places,
        problem,
        where=str(path),
        findings=findings,
        source=path.name,
    )
    if findings or matrix is None:
        raise InputError(findings)
    return matrix


def _fault(where: str, found: Text, action: Text) -> Finding:
    return Finding(code="T122", where=where, found=found, action=action)
