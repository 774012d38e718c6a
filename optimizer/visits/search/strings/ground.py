"""An indexed problem and an objective as the arrays of the string search."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.visits.index import FAR, IndexedProblem
from optimizer.visits.objective import Objective
from optimizer.visits.search.classes import Classes, classes_of
from optimizer.visits.search.reference import TABLE_WORDS, bind
from optimizer.visits.search.strings import records
from optimizer.visits.search.strings.near import common_kinds, near_shifts, near_tasks
from optimizer.visits.search.strings.records import CHOICES, INFINITE, POOLED, SEEDS, Board

__all__ = ["MANDATORY_S", "Ground", "can_carry", "empty_board", "fresh_board", "ground_of"]

Ints = NDArray[np.int64]
Ground = dict[str, NDArray[Any]]

MANDATORY_S = 20_000
"""Seconds of travel that a mandatory visit left out counts at least; and four times the dearest optional one."""

NEAR, NEAR_SHIFTS = 40, 12

WAITING = 0.3
"""What a tick in which members of a team wait for each other counts beside a tick of travel, when gaps are compared.

It is no part of the cost, but time that is waited is time that no other visit has.
"""


def can_carry(indexed: IndexedProblem) -> bool:
    """Whether the string search knows every hard rule of the day.

    It does not know shifts with several breaks or with a break at a place, nor times that do not fit its int32.
    """
    if not indexed.tasks or not indexed.shifts:
        return False
    if (np.diff(indexed.break_first) > 1).any() or (indexed.break_location >= 0).any():
        return False
    times = (indexed.window_earliest, indexed.window_latest, indexed.shift_start, indexed.shift_latest_return)
    largest = max(int(array[array < FAR].max(initial=0)) for array in times)
    return largest + int(indexed.visit_duration.max(initial=0)) < INFINITE // 2


def ground_of(indexed: IndexedProblem, objective: Objective) -> Ground:
    """All arrays of a :class:`Board` that never change, by name."""
    classes = classes_of(indexed)
    table, kind = _kinds(indexed.task_able[classes.task])
    stop = _stops(indexed, classes, kind)
    shift = _shifts(indexed)
    ahead = _travel(indexed)
    ground: Ground = {
        "stop": stop,
        "shift": shift,
        "window": np.column_stack([_short(indexed.window_earliest), _last_starts(indexed)]),
        "ahead": ahead,
        "back": ahead if _is_symmetric(ahead) else _turned(ahead),
        "able": table,
        "able_first": np.concatenate(([0], np.cumsum(table.sum(axis=1, dtype=np.int64)))).astype(np.int32),
        "able_shift": np.nonzero(table)[1].astype(np.int32),
        "position": _position(indexed, objective),
        "bundle_first": classes.bundle_first.astype(np.int32),
        "bundle_class": classes.bundle_class.astype(np.int32),
        "class_": _classes(classes),
        "link": _links(classes),
        "rule_first": classes.rule_first.astype(np.int32),
        "rule": classes.rule.astype(np.int32).reshape(-1, 3),
        **_prices(indexed, objective, classes),
        "offset": np.array([objective.change_caregiver * len(indexed.published_start)]),
        "weight": np.array([1.0, WAITING]) * objective.travel / indexed.problem.ticks_per_cost_unit,
        "frozen": _frozen(indexed, classes),
        "empty": _empty_routes(indexed, objective, shift),
        "task": classes.task,
    }
    ground.update(_near(ground))
    return ground


def fresh_board(ground: Ground, *, seed: int) -> Board:
    """A board with all routes empty and every bundle in the pool."""
    stop, shift = ground["stop"], ground["shift"]
    tasks, shifts, bundles = len(ground["near"]), len(shift), len(ground["price"])
    members = int((ground["class_"]["end"] - ground["class_"]["first"]).max(initial=1))
    kept = {name: array for name, array in ground.items() if name in Board._fields}
    kept["frozen"] = kept["frozen"].copy()  # a part holds still what it shares with another part
    board = Board(
        **kept,
        node=ground["empty"].copy(),
        span=np.column_stack([stop["opens"][:tasks], stop["closes"][:tasks]]),
        route=np.zeros(shifts, dtype=records.ROUTE),
        total=np.array([ground["price"].sum()]),
        seed=np.arange(tasks, dtype=np.int32),
        pool=np.arange(bundles, dtype=np.int32),
        pool_at=np.arange(bundles, dtype=np.int32),
        random=np.maximum(np.random.SeedSequence(seed).generate_state(1, np.uint64), np.uint64(1)),
        counter=np.zeros(16, dtype=np.int64),
        removed=np.zeros(bundles + 1, dtype=np.int32),
        rank=np.zeros(max(bundles, members) + 1),
        saved=np.zeros(len(stop), dtype=np.int64),
        met=np.zeros(shifts, dtype=np.int64),
        ruined=np.zeros(shifts, dtype=np.int64),
        work=np.zeros((4 * len(stop) + 1000, 2), dtype=np.int32),
        log_node=np.zeros(len(stop), dtype=records.NODE),
        log_id=np.zeros(len(stop), dtype=np.int32),
        log_span=np.zeros((len(stop), 2), dtype=np.int32),
        log_route=np.zeros(shifts, dtype=records.ROUTE),
        log_route_id=np.zeros(shifts, dtype=np.int32),
        choice=np.zeros((members, CHOICES), dtype=records.SEAT),
        chosen=np.zeros((2, members), dtype=records.SEAT),
        table=np.zeros(TABLE_WORDS * len(Board._fields), dtype=np.int64),
    )
    board.counter[POOLED], board.counter[SEEDS] = bundles, tasks
    board = Board._make(_laid_out(array) for array in board)
    bind(board)
    return board


def empty_board(board: Board, ground: Ground) -> None:
    """Take everything off a board; the stream of chance goes on."""
    tasks, bundles = len(board.near), len(board.price)
    board.node[:] = ground["empty"]
    board.span[:, 0], board.span[:, 1] = ground["stop"]["opens"][:tasks], ground["stop"]["closes"][:tasks]
    board.route[:] = np.zeros(1, dtype=records.ROUTE)
    board.total[0] = ground["price"].sum()
    board.pool[:] = board.pool_at[:] = np.arange(bundles)
    board.counter[POOLED] = bundles


def _laid_out(array: NDArray[Any]) -> NDArray[Any]:
    """The array as the compiled functions expect every one: rows first, writable. Anything else compiles anew."""
    array = array if array.flags.c_contiguous and array.flags.writeable else array.copy(order="C")
    return array.view(np.recarray) if array.dtype.fields else array


def _short(ticks: Ints) -> NDArray[np.int32]:
    """Ticks as int32; "no limit" becomes half of never, which no real time reaches."""
    return np.minimum(ticks, INFINITE // 2).astype(np.int32)


def _kinds(able: NDArray[np.bool_]) -> tuple[NDArray[np.uint8], Ints]:
    """Different rows of ``(T, R)`` who can do what, and the row of each task."""
    _, first, kind = np.unique(np.packbits(able, axis=1), axis=0, return_index=True, return_inverse=True)
    return np.ascontiguousarray(able[first]).view(np.uint8), kind.reshape(-1)


def _stops(indexed: IndexedProblem, classes: Classes, kind: Ints) -> NDArray[np.void]:
    """Tasks, then the starts and the ends of the routes."""
    tasks, shifts = indexed.tasks, indexed.shifts
    stop = np.zeros(tasks + 2 * shifts, dtype=records.STOP)
    visit = indexed.task_visit[classes.task]
    task = stop[:tasks]
    task["place"] = indexed.visit_location[visit]
    task["service"] = indexed.visit_duration[visit]
    task["kind"] = kind
    task["load"] = np.minimum(indexed.visit_load[visit], INFINITE)
    task["visit"] = visit
    task["cls"] = classes.of_task
    task["bundle"] = classes.bundle[classes.of_task]
    task["window_first"] = indexed.window_first[visit]
    task["window_end"] = indexed.window_first[visit + 1]
    if tasks:
        task["opens"] = _short(np.minimum.reduceat(indexed.window_earliest, indexed.window_first[:-1]))[visit]
        task["closes"] = np.maximum.reduceat(_last_starts(indexed), indexed.window_first[:-1])[visit]
    _fix(task, indexed.task_fixed_start[classes.task], indexed, classes)
    sizes = np.bincount(task["bundle"], minlength=1)
    task["alone"] = sizes[task["bundle"]] == 1
    task["team"] = np.bincount(task["cls"], minlength=1)[task["cls"]] > 1
    stop["place"][tasks : tasks + shifts] = indexed.shift_start_location
    stop["place"][tasks + shifts :] = indexed.shift_end_location
    stop["bundle"][tasks:] = stop["visit"][tasks:] = stop["cls"][tasks:] = -1
    return stop


def _last_starts(indexed: IndexedProblem) -> NDArray[np.int32]:
    """Last start of each window; where lateness costs, its due time, if that is not before it opens."""
    due = np.maximum(indexed.window_due, indexed.window_earliest)
    return _short(np.minimum(indexed.window_latest, due))


def _fix(task: NDArray[np.void], fixed: Ints, indexed: IndexedProblem, classes: Classes) -> None:
    """A fixed start is the only one. Outside of the windows none is left, unless it is frozen."""
    for t in np.flatnonzero(fixed >= 0).tolist():
        visit, start = int(task["visit"][t]), int(fixed[t])
        rows = slice(int(indexed.window_first[visit]), int(indexed.window_first[visit + 1]))
        inside = (indexed.window_earliest[rows] <= start) & (start <= indexed.window_latest[rows])
        allowed = bool(inside.any()) or bool(indexed.task_frozen[classes.task[t]])
        task["opens"][t], task["closes"][t] = (start, start) if allowed else (INFINITE // 2, 0)
        task["window_end"][t] = task["window_first"][t] + 1


def _shifts(indexed: IndexedProblem) -> NDArray[np.void]:
    shift = np.zeros(indexed.shifts, dtype=records.SHIFT)
    shift["mode"], shift["caregiver"] = indexed.shift_mode, indexed.shift_caregiver
    shift["pause_opens"], shift["pause_closes"] = INFINITE, -1
    has = np.flatnonzero(np.diff(indexed.break_first) > 0)
    at = indexed.break_first[has]
    shift["pause_opens"][has] = indexed.break_earliest[at]
    shift["pause_closes"][has] = _short(indexed.break_latest[at])
    shift["pause"][has] = indexed.break_duration[at]
    shift["open_end"] = indexed.shift_end_location < 0
    shift["max_load"] = np.minimum(indexed.shift_max_load, INFINITE)
    shift["max_travel"] = np.minimum(indexed.shift_max_travel, INFINITE)
    return shift


def _latest_return(indexed: IndexedProblem, objective: Objective) -> Ints:
    """Latest return: the shift's end where overtime costs, and never into the same caregiver's next shift."""
    latest = indexed.shift_latest_return.copy()
    if objective.overtime:
        latest = np.minimum(latest, indexed.shift_end)
    order = np.lexsort((indexed.shift_start, indexed.shift_caregiver))
    for earlier, later in pairwise(order):
        if indexed.shift_caregiver[earlier] == indexed.shift_caregiver[later]:
            latest[earlier] = min(latest[earlier], indexed.shift_start[later])
    return latest


def _empty_routes(indexed: IndexedProblem, objective: Objective, shift: NDArray[np.void]) -> NDArray[np.void]:
    """Nodes of a plan without tasks, timed: whoever leaves late enough does not owe the break any more."""
    tasks, shifts = indexed.tasks, indexed.shifts
    node = np.zeros(tasks + 2 * shifts, dtype=records.NODE)
    node["next"] = node["prev"] = node["route"] = node["done0"] = node["done1"] = -1
    node["last0"] = node["last1"] = INFINITE + 1
    start, end = node[tasks : tasks + shifts], node[tasks + shifts :]
    start["next"] = np.arange(tasks + shifts, tasks + 2 * shifts)
    end["prev"] = np.arange(tasks, tasks + shifts)
    start["route"] = end["route"] = np.arange(shifts)
    leave, latest = _short(indexed.shift_start), _short(_latest_return(indexed, objective))
    owes = shift["pause_closes"] >= 0
    over = shift["pause_opens"] + shift["pause"]
    start["done0"] = leave  # without a break the two states are the same
    start["done1"] = np.where(owes, np.maximum(leave, over), leave)
    end["last0"] = np.where(owes, np.minimum(latest, shift["pause_closes"]), latest)
    end["last1"] = latest
    start["last0"], start["last1"] = end["last0"], end["last1"]
    return node


def _travel(indexed: IndexedProblem) -> NDArray[np.int32]:
    """``(M, L, L)``, without a copy if there is one mode."""
    if len(indexed.durations) == 1:
        return indexed.durations[0][np.newaxis]
    return np.stack(indexed.durations)


def _is_symmetric(tables: NDArray[np.int32], block: int = 512) -> bool:
    """Whether travel is the same both ways, looked at in blocks."""
    return all(
        np.array_equal(table[i : i + block, j : j + block], table[j : j + block, i : i + block].T)
        for table in tables
        for i in range(0, len(table), block)
        for j in range(i, len(table), block)
    )


def _turned(tables: NDArray[np.int32], block: int = 512) -> NDArray[np.int32]:
    """Each table with rows and columns exchanged; in blocks, which is several times faster."""
    turned = np.empty_like(tables)
    for i in range(0, tables.shape[1], block):
        for j in range(0, tables.shape[2], block):
            turned[:, j : j + block, i : i + block] = tables[:, i : i + block, j : j + block].transpose(0, 2, 1)
    return turned


def _position(indexed: IndexedProblem, objective: Objective) -> NDArray[np.float32]:
    """``(V, C)``: what it costs that this caregiver does a task of the visit; a kept published caregiver earns."""
    cost: NDArray[Any] = np.zeros((1, 1), dtype=np.float32)
    if objective.preference and indexed.not_preferred.any():
        cost = cost + np.float32(objective.preference) * indexed.not_preferred
    if objective.continuity and indexed.unknown.any():
        cost = cost + np.float32(objective.continuity) * indexed.unknown
    if objective.change_caregiver and len(indexed.published_start):
        kept = np.zeros(indexed.unknown.shape, dtype=bool)
        rows = np.repeat(np.arange(indexed.visits), np.diff(indexed.published_first))
        known = indexed.published_caregiver >= 0
        kept[rows[known], indexed.published_caregiver[known]] = True
        cost = cost - np.float32(objective.change_caregiver) * kept
    return cost.astype(np.float32)


def _prices(indexed: IndexedProblem, objective: Objective, classes: Classes) -> Ground:
    """What a bundle costs while it is left out: to the search, truly; and how many mandatory visits it has.

    To the search a mandatory visit of a team counts once for each member, and what is frozen far more than all else.
    """
    price = np.where(indexed.mandatory, 0.0, objective.left_out * indexed.price)
    team = np.diff(indexed.first_task)
    dearest = float((price / team).max(initial=0.0))
    high = max(MANDATORY_S * objective.travel / indexed.problem.cost_unit_s, 4.0 * dearest)
    frozen = np.zeros(indexed.visits, dtype=bool)
    frozen[indexed.task_visit[indexed.task_frozen]] = True
    each = np.where(frozen, 1000.0 * high, np.where(indexed.mandatory, high * team, price))
    visits = indexed.task_visit[classes.task]
    once = np.unique(visits, return_index=True)[1]
    bundle = classes.bundle[classes.of_task[once]]
    values = {"price": each, "true_price": price, "mandatory": indexed.mandatory.astype(np.float64)}
    count = len(classes.bundle_first) - 1
    return {name: np.bincount(bundle, weights=value[visits[once]], minlength=count) for name, value in values.items()}


def _frozen(indexed: IndexedProblem, classes: Classes) -> NDArray[np.uint8]:
    frozen = np.zeros(len(classes.bundle_first) - 1, dtype=np.uint8)
    bundle = classes.bundle[classes.of_task]
    frozen[bundle[indexed.task_frozen[classes.task]]] = 1
    return frozen


def _classes(classes: Classes) -> NDArray[np.void]:
    result = np.zeros(len(classes.records), dtype=records.CLASS)
    for name in records.CLASS.names or ():
        result[name] = classes.records[name]
    return result


def _links(classes: Classes) -> NDArray[np.void]:
    result = np.zeros(len(classes.links), dtype=records.LINK)
    for name in records.LINK.names or ():
        result[name] = np.minimum(classes.links[name], INFINITE)
    return result


def _near(ground: Ground) -> Ground:
    """The lists of near tasks and near shifts."""
    stop, shift, able = (_laid_out(ground[name]) for name in ("stop", "shift", "able"))
    tasks = len(stop) - 2 * len(shift)
    wide = min(NEAR, max(1, tasks - 1))
    near = np.full((tasks, wide), -1, dtype=np.int32)
    sure, score = np.zeros((1, wide // 2), dtype=np.int32), np.zeros((2, max(NEAR, NEAR_SHIFTS)))
    table = common_kinds(able)
    there, back = (_laid_out(ground[name])[0] for name in ("ahead", "back"))
    near_tasks(there, back, stop, table, 0, tasks, near, sure, score)
    near_shift = np.full((tasks, min(NEAR_SHIFTS, len(shift))), -1, dtype=np.int32)
    near_shifts(_laid_out(ground["ahead"]), stop, shift, able, near_shift, score)
    return {"near": near, "near_shift": near_shift}
