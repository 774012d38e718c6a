"""A travel matrix in careplan's own JSON: embedded, or as the name of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.io.wire import Id, Rows
from optimizer.travel.matrix import MAX_DURATION, UNREACHABLE, TravelMatrix
from optimizer.visits.model import Problem

__all__ = ["WireMatrix", "matrix_from_wire", "matrix_of_seconds", "matrix_to_json", "numbers_of_rows"]

_LARGEST_METRES = 2**31 - 1
_TOLD = 5


class WireMatrix(BaseModel):
    """Either ``file`` alone, or ``locations`` and ``durations_s`` (by mode; row = from; ``null``: unreachable)."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    file: str | None = Field(None, min_length=1)
    locations: Rows[Id] = ()
    durations_s: dict[str, list[list[Any]]] = {}
    metres: dict[str, list[list[Any]]] = {}
    source: str = ""


def matrix_to_json(matrix: TravelMatrix, ticks_per_s: int) -> dict[str, Any]:
    """The JSON object of a travel matrix; durations in seconds."""
    durations = {}
    for mode in matrix.modes:
        ticks = matrix.durations[mode]
        seconds = ticks if ticks_per_s == 1 else ticks / ticks_per_s
        durations[mode] = _with_null(seconds, matrix.reachable[mode])
    raw: dict[str, Any] = {"locations": list(matrix.locations), "durations_s": durations}
    if matrix.metres:
        raw["metres"] = {mode: matrix.metres[mode].tolist() for mode in sorted(matrix.metres)}
    if matrix.source:
        raw["source"] = matrix.source
    return raw


def _with_null(values: NDArray[Any], reachable: NDArray[np.bool_]) -> list[list[Any]]:
    rows: list[list[Any]] = values.tolist()
    for i, j in np.argwhere(~reachable).tolist():
        rows[i][j] = None
    return rows


def matrix_from_wire(
    wire: WireMatrix | None, problem: Problem, *, beside: Path | None = None
) -> tuple[TravelMatrix | None, Path | None]:
    """The matrix that is embedded, or the path of the file that is named; ``(None, None)`` without either.

    Parameters
    ----------
    beside
        The file of the problem: a relative name counts from its folder.

    Raises
    ------
    InputError
        ``T122``: not square, not numbers, negative, too large, or places of the problem missing.
    """
    if wire is None:
        return None, None
    if wire.file is not None:
        if wire.locations or wire.durations_s or wire.metres:
            found = Text("文件名和内嵌矩阵只能给一种", "both a file and an embedded matrix")
            raise InputError([_fault("matrix", found, Text("请只留一种", "keep one of them"))])
        return None, beside.parent / wire.file if beside is not None else Path(wire.file)
    return _embedded(wire, problem, beside), None


def _embedded(wire: WireMatrix, problem: Problem, beside: Path | None) -> TravelMatrix:
    findings = _mode_faults(wire)
    n = len(wire.locations)
    durations = {
        mode: numbers_of_rows(rows, n, f"matrix.durations_s.{mode}", findings)
        for mode, rows in sorted(wire.durations_s.items())
    }
    metres = {
        mode: numbers_of_rows(rows, n, f"matrix.metres.{mode}", findings, largest=_LARGEST_METRES)
        for mode, rows in sorted(wire.metres.items())
    }
    matrix = matrix_of_seconds(
        {mode: values for mode, values in durations.items() if values is not None},
        wire.locations,
        problem,
        where="matrix",
        findings=findings,
        metres={mode: values for mode, values in metres.items() if values is not None},
        source=wire.source or (beside.name if beside is not None else ""),
    )
    if matrix is None:
        raise InputError(findings)
    return matrix


def matrix_of_seconds(
    seconds: Mapping[str, NDArray[np.float64]],
    places: tuple[str, ...],
    problem: Problem,
    *,
    where: str,
    findings: list[Finding],
    metres: Mapping[str, NDArray[np.float64]] | None = None,
    source: str = "",
) -> TravelMatrix | None:
    """The travel matrix of given seconds, rounded to the nearest tick of the problem.

    Parameters
    ----------
    seconds, metres
        By mode an array of shape ``(len(places), len(places))``; NaN in ``seconds``: cannot be travelled.
    where
        What the matrix is called in findings.
    findings
        Receives what is wrong under ``T122``; ``None`` is returned if there is anything in it.
    """
    findings.extend(_place_faults(places, problem, f"{where}.locations" if where == "matrix" else where))
    for mode, values in seconds.items():
        findings.extend(
            _size_faults(
                values, problem.ticks_per_s, f"{where} {mode}" if where != "matrix" else f"matrix.durations_s.{mode}"
            )
        )
    if findings:
        return None
    scaled = {mode: np.rint(values * problem.ticks_per_s) for mode, values in seconds.items()}
    reachable = {mode: ~np.isnan(values) for mode, values in seconds.items()}
    return TravelMatrix(
        locations=places,
        durations={
            mode: np.where(reachable[mode], ticks, UNREACHABLE).astype(np.int32) for mode, ticks in scaled.items()
        },
        reachable=reachable,
        metres={mode: np.rint(np.nan_to_num(values)).astype(np.int32) for mode, values in (metres or {}).items()},
        source=source,
    )


def _place_faults(places: Sequence[str], problem: Problem, where: str) -> list[Finding]:
    findings = []
    again = sorted(name for name, count in Counter(places).items() if count > 1)
    if again:
        found = Text(f"地点重复: {_listed(again)}", f"places are repeated: {_listed(again)}")
        findings.append(_fault(where, found, Text("每个地点只写一次", "name every place once")))
    names = set(places)
    absent = sorted(place.id for place in problem.locations if place.id not in names)
    if absent:
        found = Text(
            f"矩阵缺少 {len(absent)} 个地点: {_listed(absent)}", f"{len(absent)} places are missing: {_listed(absent)}"
        )
        findings.append(_fault(where, found, Text("请补上这些行和列", "add their rows and columns")))
    return findings


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_TOLD]) + (" …" if len(names) > _TOLD else "")


def _size_faults(seconds: NDArray[np.float64], ticks_per_s: int, where: str) -> list[Finding]:
    """The first duration that is negative or absurdly long."""
    wrong = (seconds < 0) | (seconds * ticks_per_s > MAX_DURATION)
    if not wrong.any():
        return []
    i, j = np.argwhere(wrong)[0].tolist()
    longest_h = MAX_DURATION // ticks_per_s // 3600
    found = Text(
        f"路程时间 {seconds[i, j]:g} 秒不合理",
        f"a travel time of {seconds[i, j]:g} s, not from 0 to {longest_h:,} hours",
    )
    action = Text("请改正;到不了的不要填时间", "correct it; give no time at all for what cannot be reached")
    return [_fault(f"{where}[{i}][{j}]", found, action)]


def _mode_faults(wire: WireMatrix) -> list[Finding]:
    if wire.durations_s:
        return []
    found = Text("没有时间矩阵,也没有文件名", "neither durations nor the name of a file")
    return [_fault("matrix", found, Text("请给 durations_s 或 file", "give durations_s or file"))]


def numbers_of_rows(
    rows: list[list[Any]],
    n: int,
    where: str,
    findings: list[Finding],
    *,
    largest: float = float("inf"),
    code: str = "T122",
    null: bool = True,
) -> NDArray[np.float64] | None:
    """The rows of an ``n`` × ``n`` matrix of numbers from 0 to ``largest``; NaN for ``null`` where that is allowed.

    The first fault is added to ``findings`` under ``code``; then the result is ``None``.
    """
    sizes = {where: len(rows)} | {f"{where}[{i}]": len(row) for i, row in enumerate(rows)}
    wrong = [place for place, size in sizes.items() if size != n]
    if wrong:
        found = Text(f"应有 {n} 个,现有 {sizes[wrong[0]]} 个", f"expected {n} entries, got {sizes[wrong[0]]}")
        action = Text("每个地点一行一列", "give one row and one column for each place")
        findings.append(Finding(code=code, where=wrong[0], found=found, action=action))
        return None
    kinds = (int, float, type(None)) if null else (int, float)
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            if type(cell) not in kinds or (cell is not None and not 0 <= cell <= largest):
                found = Text("不是合适的非负数字", "not a number from zero up that fits here")
                action = Text("请改正", "correct it" + ("; null for what cannot be reached" if null else ""))
                findings.append(Finding(code=code, where=f"{where}[{i}][{j}]", found=found, action=action))
                return None
    return np.array(rows, dtype=np.float64).reshape(n, n)


def _fault(where: str, found: Text, action: Text) -> Finding:
    return Finding(code="T122", where=where, found=found, action=action)
