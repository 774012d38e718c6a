"""Published vehicle routing instances with time windows, as a day of visits.

Customers become mandatory visits with hard windows, vehicles become identical caregivers whose shift is the depot's
window, and capacity is the shift's largest load. Distances are Euclidean, cut to one decimal (the rule of the 12th
DIMACS implementation challenge); a unit of distance is a unit of time: a tick is a tenth of it, a "second" the whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.io.files import read_input
from optimizer.io.problem_file import GIVEN_MODE, UNDATED, ProblemFile
from optimizer.io.vrptw_text import Customer, RoutingText, is_lkh, is_solomon, parse_lkh, parse_solomon
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Caregiver, Client, Location, Problem, Shift, TimeWindow, Visit
from optimizer.visits.plan import Plan, Route, Stop, Unassigned

__all__ = ["TICKS_PER_UNIT", "decoded_text", "read_vrptw", "read_vrptw_solution", "vrptw_from_text"]

TICKS_PER_UNIT = 10
"""Ticks in a unit of distance or time: distances are cut to one decimal."""

_SHIFT_ID = "day"
_MOST_DECIMALS = 2
_ROUTE = re.compile(r"^\s*Route\s*#?\s*(\d+)\s*:(.*)$", re.M | re.I)
_COST = re.compile(r"^\s*Cost:?\s+(\d+(?:\.\d+)?)\s*$", re.M | re.I)


def read_vrptw(source: bytes | Path, *, first_customers: int | None = None) -> ProblemFile:
    """The problem of a file in Solomon's or LKH's form, or of its bytes.

    Parameters
    ----------
    first_customers
        Keep the depot and so many customers from the start of the file; capacity and windows stay as they are.

    Raises
    ------
    InputError
        ``T104`` for text in an unknown encoding, ``T140`` to ``T144`` for what is wrong in it.
    """
    data = read_input(source) if isinstance(source, Path) else source
    sources = (source,) if isinstance(source, Path) else ()
    return vrptw_from_text(decoded_text(data), first_customers=first_customers, sources=sources)


def vrptw_from_text(
    text: str, *, first_customers: int | None = None, day: date = UNDATED, sources: tuple[Path, ...] = ()
) -> ProblemFile:
    """The problem of a text; see :func:`read_vrptw`."""
    instance = _parsed(text)
    if first_customers is not None:
        if first_customers < 1:
            raise ValueError(f"first_customers: expected one or more, got {first_customers}")
        kept = tuple(one for one in instance.customers if one.number <= first_customers)
        instance = RoutingText(instance.name, instance.vehicles, instance.capacity, kept)
    problem = _problem(instance, day)
    durations = _durations(instance.customers)
    matrix = TravelMatrix(
        locations=tuple(str(customer.number) for customer in instance.customers),
        durations={GIVEN_MODE: durations},
        reachable={GIVEN_MODE: np.ones(durations.shape, dtype=np.bool_)},
        source=f"{instance.name}: straight lines, cut to one decimal",
    )
    return ProblemFile(problem=problem, format="vrptw", matrix=matrix, objective="vrptw", sources=sources)


def _parsed(text: str) -> RoutingText:
    if is_lkh(text):
        return parse_lkh(text)
    if is_solomon(text):
        return parse_solomon(text)
    found = Text("不是 Solomon 或 LKH 格式", "neither Solomon's nor LKH's form")
    action = Text("请核对文件,或用 --format 指定格式", "check the file, or name its format with --format")
    raise InputError([Finding(code="T140", where="line 1", found=found, action=action)])


def _problem(instance: RoutingText, day: date) -> Problem:
    depot, *customers = instance.customers
    vehicles = min(instance.vehicles, len(customers))
    shift = Shift(
        id=_SHIFT_ID,
        start_location=str(depot.number),
        end_location=str(depot.number),
        start_t=_ticks(depot.ready),
        end_t=_ticks(depot.due),
        max_load=instance.capacity,
    )
    width = len(str(vehicles))
    return Problem(
        name=instance.name,
        date=day,
        ticks_per_s=TICKS_PER_UNIT,
        locations=tuple(_location(customer) for customer in instance.customers),
        clients=tuple(Client(id=str(one.number), location=str(one.number)) for one in customers),
        visits=tuple(_visit(one) for one in customers),
        caregivers=tuple(
            Caregiver(id=f"v{number:0{width}d}", shifts=(shift,), mode=GIVEN_MODE) for number in range(1, vehicles + 1)
        ),
    )


def _location(customer: Customer) -> Location:
    point = {"x": float(customer.x), "y": float(customer.y)}
    return Location(id=str(customer.number), is_station=customer.number == 0, ext={"vrptw": point})


def _visit(customer: Customer) -> Visit:
    window = TimeWindow(earliest_t=_ticks(customer.ready), latest_t=_ticks(customer.due))
    return Visit(
        id=str(customer.number),
        client=str(customer.number),
        service_duration_t=_ticks(customer.service),
        windows=(window,),
        load=customer.demand,
    )


def _ticks(units: Decimal) -> int:
    ticks = units * TICKS_PER_UNIT
    if ticks != ticks.to_integral_value():
        found = Text(f"时间 {units} 多于一位小数", f"the time {units} has more than one decimal")
        raise InputError(
            [Finding(code="T144", where="times", found=found, action=Text("请取一位小数", "give one decimal"))]
        )
    return int(ticks)


def _durations(customers: Sequence[Customer]) -> NDArray[np.int32]:
    """Whole tenths of the distances, exactly: the square root is taken of integers."""
    decimals = max(_decimals(value) for customer in customers for value in (customer.x, customer.y))
    if decimals > _MOST_DECIMALS:
        found = Text(f"坐标多于 {_MOST_DECIMALS} 位小数", f"coordinates with more than {_MOST_DECIMALS} decimals")
        action = Text("请减少小数位", "give fewer decimals")
        raise InputError([Finding(code="T144", where="coordinates", found=found, action=action)])
    scale = 10**decimals
    x = np.array([int(customer.x * scale) for customer in customers], dtype=np.int64)
    y = np.array([int(customer.y * scale) for customer in customers], dtype=np.int64)
    squares = (x[:, None] - x[None, :]) ** 2 + (y[:, None] - y[None, :]) ** 2
    return _whole_roots(squares * TICKS_PER_UNIT**2 // scale**2).astype(np.int32)


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _whole_roots(squares: NDArray[np.int64]) -> NDArray[np.int64]:
    roots = np.sqrt(squares.astype(np.float64)).astype(np.int64)
    roots -= roots * roots > squares
    roots += (roots + 1) * (roots + 1) <= squares
    return roots


def read_vrptw_solution(source: bytes | Path, problem: Problem, matrix: TravelMatrix) -> tuple[Plan, float | None]:
    """The plan of a published ``.sol`` file with earliest starts, and the cost that the file states.

    Raises
    ------
    InputError
        ``T145``: customers that the problem does not have, or more routes than vehicles.
    """
    text = decoded_text(read_input(source) if isinstance(source, Path) else source)
    tours = [numbers.split() for _, numbers in _ROUTE.findall(text)]
    visits = {visit.id: visit for visit in problem.visits}
    planned = [name for tour in tours for name in tour]
    faults = sorted({name for name in planned if name not in visits})
    if faults or len(tours) > len(problem.caregivers) or not tours:
        found = Text("路线与任务文件不符", "its routes are not for this instance")
        action = Text("请核对两个文件是否配套", "check that the two files belong together")
        raise InputError([Finding(code="T145", where="routes", ids=tuple(faults[:5]), found=found, action=action)])
    routes = tuple(
        Route(
            caregiver=caregiver.id, shift=_SHIFT_ID, stops=_earliest([visits[name] for name in tour], caregiver, matrix)
        )
        for caregiver, tour in zip(problem.caregivers, tours, strict=False)
        if tour
    )
    left = tuple(Unassigned(visit=name) for name in sorted(visits.keys() - set(planned)))
    cost = _COST.search(text)
    return Plan(routes=routes, unassigned=left), None if cost is None else float(cost[1])


def _earliest(visits: Sequence[Visit], caregiver: Caregiver, matrix: TravelMatrix) -> tuple[Stop, ...]:
    shift = caregiver.shifts[0]
    durations = matrix.durations[caregiver.mode]
    place, now = matrix.index[shift.start_location], shift.start_t
    stops = []
    for visit in visits:
        there = matrix.index[visit.client]
        start_t = max(now + int(durations[place, there]), visit.windows[0].earliest_t)
        stops.append(Stop(visit=visit.id, start_t=start_t))
        place, now = there, start_t + visit.service_duration_t
    return tuple(stops)


def decoded_text(data: bytes, where: str = "file") -> str:
    """The text of bytes in UTF-8.

    Raises
    ------
    InputError
        ``T104``: they are not.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = Text(f"不是 UTF-8 文本(第 {error.start + 1} 字节)", f"not UTF-8 text (byte {error.start + 1})")
        action = Text("请另存为 UTF-8", "save it as UTF-8")
        raise InputError([Finding(code="T104", where=where, found=found, action=action)]) from error
