"""A travel matrix that the user gives: csv, json or npy, recognised by content.

* **csv** (comma, semicolon or tab; UTF-8 or GB18030), as a square with the ids in the first row and the first column,
  or as a list with the columns ``from, to, duration`` (起点, 终点, 时长) and, where known, ``metres`` (米) and ``mode``
  (出行方式). In a list every pair of different places is needed; a place to itself is 0 unless listed.
* **json** as in careplan's own problem files: ``locations``, ``durations_s`` by mode, ``metres`` by mode; ``null`` is a
  pair that cannot be travelled.
* **npy**: a square array, with the ids given or in a text file of the same name with ``.ids.txt``, one a line.

A zero is a real zero. A pair that cannot be travelled is written ``inf``, ``unreachable`` or ``不可达``. An empty cell
or NaN is neither: it is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from optimizer.common.errors import Finding, InputError, Severity
from optimizer.common.language import Text
from optimizer.travel.given_formats import RawMatrix, given_fault, raw_from_csv, raw_from_json, raw_from_npy
from optimizer.travel.matrix import MAX_DURATION, UNREACHABLE, TravelMatrix

__all__ = ["DurationUnit", "GivenTravel", "read_given_matrix"]

MAX_BYTES = 1_000_000_000
MAX_EXAMPLES = 20
LARGEST_METRES = 2**31 - 1
SHORTEST_LONGEST_TRIP_S, LONGEST_USUAL_TRIP_S = 180.0, 5 * 3600.0


class DurationUnit(StrEnum):
    """Unit of the durations in a csv or npy file (json files are always in seconds)."""

    SECONDS = "s"
    MINUTES = "min"
    MILLISECONDS = "ms"

    @property
    def seconds(self) -> float:
        """Seconds in one unit."""
        return {DurationUnit.SECONDS: 1.0, DurationUnit.MINUTES: 60.0, DurationUnit.MILLISECONDS: 0.001}[self]


@dataclass(frozen=True, kw_only=True)
class GivenTravel:
    """A matrix as it was read, and the findings that do not stop a run."""

    matrix: TravelMatrix
    warnings: tuple[Finding, ...] = ()


def read_given_matrix(
    path: Path,
    *,
    mode: str = "ebike",
    unit: DurationUnit = DurationUnit.SECONDS,
    ticks_per_s: int = 1,
    ids: Sequence[str] | None = None,
) -> GivenTravel:
    """Read a travel matrix.

    Parameters
    ----------
    path
        The file; its format is recognised from its content.
    mode
        Mode of travel of a file that names none.
    unit
        Unit of the durations of a csv or npy file.
    ticks_per_s
        Ticks in a second of the problem; durations are rounded to whole ticks.
    ids
        Ids of the rows of an npy file, where they are not in a file beside it.

    Raises
    ------
    InputError
        Every finding: ``T310`` not readable, ``T311`` not a matrix, ``T312`` not square, ``T313`` ids absent, repeated
        or unequal, ``T314`` not a number, ``T315`` missing value, ``T316`` negative, ``T317`` too large, ``T321`` a
        pair given twice.

    Notes
    -----
    Warnings: ``T318`` the unit looks wrong, ``T319`` a place is away from itself, ``T320`` most durations are zero.
    """
    data = _bytes_of(path)
    findings: list[Finding] = []
    if data.startswith(b"\x93NUMPY"):
        raw = raw_from_npy(data, path, mode, ids, findings)
    elif data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        raw, unit = raw_from_json(data, path, findings), DurationUnit.SECONDS
    else:
        raw = raw_from_csv(data, path, mode, findings)
    if raw is None:
        raise InputError(findings)
    per_unit = unit.seconds * ticks_per_s
    for values in raw.durations.values():
        findings.extend(_value_faults(raw, values, path, MAX_DURATION / per_unit))
    for values in raw.metres.values():
        findings.extend(_value_faults(raw, values, path, LARGEST_METRES))
    if findings:
        raise InputError(findings)
    matrix = _matrix(raw, per_unit, path.name)
    return GivenTravel(matrix=matrix, warnings=tuple(_warnings(matrix, path, ticks_per_s)))


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            found = Text(f"文件超过 {MAX_BYTES:,} 字节", f"the file is larger than {MAX_BYTES:,} bytes")
            raise InputError([given_fault("T310", path, found, Text("请换一个文件", "choose another file"))])
        return path.read_bytes()
    except OSError as error:
        found = Text(f"无法读取：{error.strerror}", f"cannot be read: {error.strerror}")
        action = Text("请检查文件名和权限", "check the name and the permissions")
        raise InputError([given_fault("T310", path, found, action)]) from error


def _matrix(raw: RawMatrix, per_unit: float, source: str) -> TravelMatrix:
    durations, reachable = {}, {}
    for mode, values in sorted(raw.durations.items()):
        open_ = np.isfinite(values)
        durations[mode] = np.where(open_, np.rint(np.where(open_, values, 0.0) * per_unit), UNREACHABLE).astype(
            np.int32
        )
        reachable[mode] = open_
    metres = {
        mode: np.rint(np.where(np.isfinite(values), values, 0.0)).astype(np.int32)
        for mode, values in sorted(raw.metres.items())
    }
    return TravelMatrix(locations=raw.ids, durations=durations, reachable=reachable, metres=metres, source=source)


def _value_faults(raw: RawMatrix, values: NDArray[np.float64], path: Path, largest: float) -> Iterator[Finding]:
    """Findings about single values: the first twenty of each kind, and how many more there are."""
    with np.errstate(invalid="ignore"):
        kinds = (
            (
                "T315",
                np.isnan(values),
                Text("缺少数值", "the value is missing"),
                Text("请填写数值；到不了请写 不可达", "give a number, or write unreachable"),
            ),
            (
                "T316",
                values < 0,
                Text("数值为负", "the value is negative"),
                Text("请填写零或正数", "give zero or more"),
            ),
            (
                "T317",
                np.isfinite(values) & (values > largest),
                Text(f"数值大于 {largest:,.0f}", f"the value is larger than {largest:,.0f}"),
                Text("请检查单位；到不了请写 不可达", "check the unit, or write unreachable"),
            ),
        )
    for code, wrong, found, action in kinds:
        pairs = np.argwhere(wrong)
        for i, j in pairs[:MAX_EXAMPLES].tolist():
            yield given_fault(code, path, found, action, (raw.ids[i], raw.ids[j]))
        more = len(pairs) - MAX_EXAMPLES
        if more > 0:
            yield given_fault(code, path, Text(f"另有 {more} 处：{found.zh}", f"{more} more: {found.en}"), action)


def _warnings(matrix: TravelMatrix, path: Path, ticks_per_s: int) -> Iterator[Finding]:
    for mode in matrix.modes:
        durations, reachable = matrix.durations[mode], matrix.reachable[mode]
        away = durations[reachable & ~np.eye(len(durations), dtype=np.bool_)] / ticks_per_s
        yield from _unit_warning(away, path)
        for i in np.flatnonzero(np.diagonal(durations))[:MAX_EXAMPLES].tolist():
            found = Text("到自己的时长不是零", "a place is away from itself")
            action = Text("如属笔误请改为零", "write zero unless it is meant")
            yield given_fault("T319", path, found, action, (matrix.locations[i],), Severity.WARNING)
        if len(away) and np.count_nonzero(away) < len(away) / 2:
            found = Text("一半以上的时长为零", "more than half of the durations are zero")
            action = Text("零表示不用时间；缺少的数值请补上", "zero means no time at all; give the missing values")
            yield given_fault("T320", path, found, action, severity=Severity.WARNING)


def _unit_warning(away_s: NDArray[np.float64], path: Path) -> Iterator[Finding]:
    moving = away_s[away_s > 0]
    if len(moving) < MAX_EXAMPLES:
        return
    longest, usual = float(moving.max()), float(np.median(moving))
    if longest < SHORTEST_LONGEST_TRIP_S or usual > LONGEST_USUAL_TRIP_S:
        found = Text(
            f"最长 {longest:,.0f} 秒，一般 {usual:,.0f} 秒",
            f"the longest trip takes {longest:,.0f} s, the usual {usual:,.0f} s",
        )
        action = Text("请检查单位（秒或分钟）", "check the unit (seconds or minutes)")
        yield given_fault("T318", path, found, action, severity=Severity.WARNING)
