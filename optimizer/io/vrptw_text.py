"""The two texts that vehicle routing instances with time windows are published in: Solomon's, and LKH's ``.vrp``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text

__all__ = ["Customer", "RoutingText", "is_lkh", "is_solomon", "parse_lkh", "parse_solomon"]

_SOLOMON_COLUMNS = 7
_LARGEST = 10**6
_SECTIONS = ("NODE_COORD_SECTION", "DEMAND_SECTION", "TIME_WINDOW_SECTION", "SERVICE_TIME_SECTION", "DEPOT_SECTION")


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer, or the depot (number 0): coordinates, demand, window and service time as they stand in the file."""

    number: int
    x: Decimal
    y: Decimal
    demand: int
    ready: Decimal
    due: Decimal
    service: Decimal


@dataclass(frozen=True, slots=True)
class RoutingText:
    """An instance as it stands in its file; the depot is the first of ``customers``, which are numbered 0, 1, 2 …"""

    name: str
    vehicles: int
    capacity: int
    customers: tuple[Customer, ...]


def is_solomon(text: str) -> bool:
    """Whether a text has the heads of Solomon's and of Gehring and Homberger's files."""
    return (
        re.search(r"^\s*VEHICLE\s*$", text, re.M) is not None and re.search(r"^\s*CUSTOMER\s*$", text, re.M) is not None
    )


def is_lkh(text: str) -> bool:
    """Whether a text is a ``.vrp`` file with time windows."""
    return re.search(r"^\s*TYPE\s*:\s*C?VRPTW\s*$", text, re.M) is not None


def parse_solomon(text: str) -> RoutingText:
    """The instance of a text of Solomon's form.

    Raises
    ------
    InputError
        ``T140`` a part is missing, ``T141`` a row cannot be read, ``T142`` customers are missing or repeated.
    """
    lines = [(number, line.split()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    heads = [" ".join(words).upper() for _, words in lines]
    findings: list[Finding] = []
    fleet = _after(lines, heads, "NUMBER CAPACITY", findings)
    rows = [row for row in _after(lines, heads, "CUSTOMER", findings)[1:] if row[1] != ["EOF"]]
    numbers = _numbers(fleet[0], 2, findings, whole=(0, 1)) if fleet else None
    if fleet == [] and not findings:
        findings.append(_missing("VEHICLE"))
    customers = [customer for row in rows if (customer := _solomon_customer(row, findings)) is not None]
    findings.extend(_numbering_faults(customers))
    if findings or numbers is None:
        raise InputError(findings)
    ordered = tuple(sorted(customers, key=lambda customer: customer.number))
    return RoutingText(_title(lines), int(numbers[0]), int(numbers[1]), ordered)


def parse_lkh(text: str) -> RoutingText:
    """The instance of an LKH-style text; its node 1 is the depot (number 0), node *k* is customer *k* − 1.

    Raises
    ------
    InputError
        As :func:`parse_solomon`, and ``T143`` for distances that are not Euclidean.
    """
    heads, sections = _lkh_parts(text)
    findings: list[Finding] = []
    if heads.get("EDGE_WEIGHT_TYPE") != "EUC_2D":
        found = Text("EDGE_WEIGHT_TYPE 不是 EUC_2D", "EDGE_WEIGHT_TYPE is not EUC_2D")
        findings.append(_finding("T143", "EDGE_WEIGHT_TYPE", found, Text("只支持平面直线距离", "use EUC_2D")))
    points = _table(sections, "NODE_COORD_SECTION", 2, findings)
    demands = _table(sections, "DEMAND_SECTION", 1, findings, whole=(0, 1))
    windows = _table(sections, "TIME_WINDOW_SECTION", 2, findings)
    per_node = _table(sections, "SERVICE_TIME_SECTION", 1, findings) if "SERVICE_TIME_SECTION" in sections else {}
    plain = {key: _head_number(heads, key, findings) for key in ("CAPACITY", "VEHICLES", "DIMENSION")}
    service = _head_number(heads, "SERVICE_TIME", findings) if not per_node else Decimal(0)
    for name, table in (("DEMAND_SECTION", demands), ("TIME_WINDOW_SECTION", windows)):
        if table.keys() != points.keys() and not findings:
            found = Text("节点与 NODE_COORD_SECTION 不一致", "its nodes are not those of NODE_COORD_SECTION")
            findings.append(_finding("T142", name, found, Text("请逐一对应", "give each node once")))
    if findings:
        raise InputError(findings)
    customers = [
        Customer(
            number=node - 1,
            x=points[node][0],
            y=points[node][1],
            demand=int(demands[node][0]),
            ready=windows[node][0],
            due=windows[node][1],
            service=Decimal(0) if node == 1 else per_node.get(node, (service,))[0],
        )
        for node in sorted(points)
    ]
    findings.extend(_numbering_faults(customers, expected=int(plain["DIMENSION"])))
    if findings:
        raise InputError(findings)
    return RoutingText(heads.get("NAME", ""), int(plain["VEHICLES"]), int(plain["CAPACITY"]), tuple(customers))


_Line = tuple[int, list[str]]


def _title(lines: Sequence[_Line]) -> str:
    first = " ".join(lines[0][1])
    return "" if first.upper() == "VEHICLE" else first


def _after(lines: Sequence[_Line], heads: Sequence[str], head: str, findings: list[Finding]) -> list[_Line]:
    """The lines after the one that reads ``head``."""
    if head not in heads:
        findings.append(_missing(head))
        return []
    return list(lines[heads.index(head) + 1 :])


def _solomon_customer(row: _Line, findings: list[Finding]) -> Customer | None:
    numbers = _numbers(row, _SOLOMON_COLUMNS, findings, whole=(0, 3))
    if numbers is None:
        return None
    number, x, y, demand, ready, due, service = numbers
    return Customer(int(number), x, y, int(demand), ready, due, service)


def _numbers(row: _Line, count: int, findings: list[Finding], *, whole: Sequence[int] = (0,)) -> list[Decimal] | None:
    """The ``count`` numbers of a line, those at ``whole`` without a fraction; ``None`` after a finding."""
    line, words = row
    try:
        values = [Decimal(word) for word in words]
    except InvalidOperation:
        values = []
    is_sound = len(values) == count and all(value.is_finite() and abs(value) <= _LARGEST for value in values)
    if not is_sound or any(values[i] != int(values[i]) for i in whole):
        found = Text(
            f"“{' '.join(words)[:40]}”读不成 {count} 个合适的数",
            f'"{" ".join(words)[:40]}" is not {count} numbers that fit here',
        )
        findings.append(_finding("T141", f"line {line}", found, Text("请改正这一行", "correct this line")))
        return None
    return values


def _numbering_faults(customers: Sequence[Customer], expected: int | None = None) -> Iterator[Finding]:
    numbers = sorted(customer.number for customer in customers)
    if len(numbers) < 2 or numbers != list(range(len(numbers))) or (expected is not None and len(numbers) != expected):
        found = Text("客户编号有缺或重复", "customers are missing or numbered twice")
        action = Text("请从 0(站点)起连续编号", "number them 0 (the depot), 1, 2 …")
        yield _finding("T142", "customers", found, action)
    if any(customer.demand < 0 or customer.service < 0 for customer in customers):
        found = Text("需求或服务时间为负", "a negative demand or service time")
        yield _finding("T141", "customers", found, Text("请改正", "correct it"))


def _lkh_parts(text: str) -> tuple[dict[str, str], dict[str, list[_Line]]]:
    """Head lines by key, and the rows of each section."""
    heads: dict[str, str] = {}
    sections: dict[str, list[_Line]] = {}
    section: str | None = None
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words:
            continue
        if words[0] == "EOF":
            break
        if words[0].rstrip(":") in _SECTIONS:
            section = words[0].rstrip(":")
            sections[section] = []
        elif section is not None:
            sections[section].append((number, words))
        elif ":" in line:
            key, _, value = line.partition(":")
            heads[key.strip()] = value.strip()
    return heads, sections


def _table(
    sections: Mapping[str, Sequence[_Line]],
    name: str,
    columns: int,
    findings: list[Finding],
    *,
    whole: Sequence[int] = (0,),
) -> dict[int, tuple[Decimal, ...]]:
    if name not in sections:
        findings.append(_missing(name))
        return {}
    rows = [
        numbers for row in sections[name] if (numbers := _numbers(row, columns + 1, findings, whole=whole)) is not None
    ]
    return {int(numbers[0]): tuple(numbers[1:]) for numbers in rows}


def _head_number(heads: Mapping[str, str], key: str, findings: list[Finding]) -> Decimal:
    try:
        value = Decimal(heads[key])
        if value.is_finite() and 0 <= value <= _LARGEST and (value == int(value) or key == "SERVICE_TIME"):
            return value
    except (KeyError, InvalidOperation):
        pass
    found = Text(f"没有可用的 {key}", f"no usable {key}")
    findings.append(_finding("T140", key, found, Text("请补上", "add it")))
    return Decimal(0)


def _missing(part: str) -> Finding:
    return _finding("T140", part, Text(f"缺少“{part}”", f'"{part}" is missing'), Text("请补上", "add it"))


def _finding(code: str, where: str, found: Text, action: Text) -> Finding:
    return Finding(code=code, where=where, found=found, action=action)
