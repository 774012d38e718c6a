"""A travel matrix in careplan's own JSON: embedded, or as the name of a file."""

from __future__ import annotations

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

__all__ = ["WireMatrix", "matrix_from_wire", "matrix_to_json", "numbers_of_rows"]

_LARGEST_METRES = 2**31 - 1


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
        ``T122``: not square, not numbers, negative, too large, between two ticks, or places of the problem missing.
    """
    if wire is None:
        return None, None
    if wire.file is not None:
        if wire.locations or wire.durations_s or wire.metres:
            found = Text("文件名和内嵌矩阵只能给一种", "both a file and an embedded matrix")
            raise InputError([_fault("matrix", found, Text("请只留一种", "keep one of them"))])
        return None, beside.parent / wire.file if beside is not None else Path(wire.file)
    findings = [*_place_faults(wire, problem), *_mode_faults(wire)]
    n = len(wire.locations)
    durations: dict[str, NDArray[np.int32]] = {}
    reachable: dict[str, NDArray[np.bool_]] = {}
    metres: dict[str, NDArray[np.int32]] = {}
    for mode, rows in sorted(wire.durations_s.items()):
        values = numbers_of_rows(rows, n, f"matrix.durations_s.{mode}", findings)
        if values is not None:
            reachable[mode] = ~np.isnan(values)
            durations[mode] = _ticks(values, problem.ticks_per_s, f"matrix.durations_s.{mode}", findings)
    for mode, rows in sorted(wire.metres.items()):
        values = numbers_of_rows(rows, n, f"matrix.metres.{mode}", findings, largest=_LARGEST_METRES)
        if values is not None:
            metres[mode] = np.rint(np.nan_to_num(values)).astype(np.int32)
    if findings:
        raise InputError(findings)
    source = wire.source or (str(beside) if beside is not None else "")
    return (
        TravelMatrix(locations=wire.locations, durations=durations, reachable=reachable, metres=metres, source=source),
        None,
    )


def _place_faults(wire: WireMatrix, problem: Problem) -> list[Finding]:
    findings = []
    names = set(wire.locations)
    if len(names) < len(wire.locations):
        seen: set[str] = set()
        again = sorted({name for name in wire.locations if name in seen or seen.add(name)})  # type: ignore[func-returns-value]
        found = Text(f"地点重复: {', '.join(again[:5])}", f"places are repeated: {', '.join(again[:5])}")
        findings.append(_fault("matrix.locations", found, Text("每个地点只写一次", "name every place once")))
    absent = sorted(place.id for place in problem.locations if place.id not in names)
    if absent:
        listed = ", ".join(absent[:5]) + ("…" if len(absent) > 5 else "")
        found = Text(f"矩阵缺少 {len(absent)} 个地点: {listed}", f"{len(absent)} places are missing: {listed}")
        findings.append(_fault("matrix.locations", found, Text("请补上这些行和列", "add their rows and columns")))
    return findings


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


def _ticks(seconds: NDArray[np.float64], ticks_per_s: int, where: str, findings: list[Finding]) -> NDArray[np.int32]:
    exact = np.nan_to_num(seconds * ticks_per_s, nan=0.0)
    whole = np.rint(exact)
    for wrong, found, action in (
        (
            np.abs(exact - whole) > 1e-6 * np.maximum(1.0, np.abs(exact) * 1e-6),
            Text(f"比 1/{ticks_per_s} 秒更细", f"finer than the file's ticks ({ticks_per_s} in a second)"),
            Text("请取整,或加大 ticks_per_s", "round it, or raise ticks_per_s"),
        ),
        (
            whole > MAX_DURATION,
            Text("路程时间超过两天", "a travel time of more than two days"),
            Text("到不了请写 null", "write null for what cannot be reached"),
        ),
    ):
        if wrong.any():
            i, j = np.argwhere(wrong)[0].tolist()
            findings.append(_fault(f"{where}[{i}][{j}]", found, action))
            return np.zeros(seconds.shape, dtype=np.int32)
    return np.where(np.isnan(seconds), UNREACHABLE, whole).astype(np.int32)


def _fault(where: str, found: Text, action: Text) -> Finding:
    return Finding(code="T122", where=where, found=found, action=action)
