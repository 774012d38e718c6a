"""What each kind of change does to a problem. Nearly every one only lifts something: the rest of a plan stays valid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from optimizer.visits.model import Caregiver, CaregiverStatus, Client, Problem, Sharing, Shift, Skill, Visit
from optimizer.visits.plan import Change, ChangeKind, Plan, Route, Unassigned

__all__ = ["apply_step", "freed_visits", "steps_of", "without_visits"]

Values = Mapping[str, Any]


def steps_of(change: Change) -> tuple[tuple[ChangeKind, Values], ...]:
    """The single steps of a change: its own, then those under ``also``."""
    own = {name: value for name, value in change.values.items() if name != "also"}
    also: Sequence[Values] = change.values.get("also", ())
    return ((change.kind, own), *((ChangeKind(one["kind"]), one["values"]) for one in also))


def freed_visits(change: Change) -> tuple[str, ...]:
    """Visits that a change takes off the plan, sorted."""
    names = (name for kind, values in steps_of(change) if kind is ChangeKind.FREE_VISIT for name in values["visits"])
    return tuple(sorted(names))


def apply_step(problem: Problem, kind: ChangeKind, values: Values) -> Problem:
    """The problem after one step.

    Raises
    ------
    ValueError
        If the step names something that the problem does not have.
    """
    return _STEPS[kind](problem, values)


def without_visits(problem: Problem, plan: Plan, names: Sequence[str]) -> Plan:
    """The plan without some visits, which become unassigned; a route that loses its last visit goes too."""
    gone = frozenset(names)
    routes = [
        Route(
            caregiver=route.caregiver,
            shift=route.shift,
            stops=tuple(stop for stop in route.stops if stop.visit not in gone),
            breaks=route.breaks,
        )
        for route in plan.routes
    ]
    known = {one.visit: one for one in plan.unassigned}
    known.update({name: Unassigned(visit=name) for name in names if name not in known})
    return Plan(
        routes=tuple(route for route in routes if route.stops),
        unassigned=tuple(known[name] for name in sorted(known)),
    )


def _nothing(problem: Problem, values: Values) -> Problem:
    return problem


def _widen_window(problem: Problem, values: Values) -> Problem:
    def widened(visit: Visit) -> Visit:
        windows = list(visit.windows)
        at = values["window"]
        windows[at] = replace(windows[at], earliest_t=values["earliest_t"], latest_t=values["latest_t"])
        return replace(visit, windows=tuple(windows))

    return _with_visit(problem, values["visit"], widened)


def _shorten_visit(problem: Problem, values: Values) -> Problem:
    return _with_visit(
        problem, values["visit"], lambda one: replace(one, service_duration_t=values["service_duration_t"])
    )


def _remove_lock(problem: Problem, values: Values) -> Problem:
    return _with_visit(problem, values["visit"], lambda one: replace(one, locks=()))


def _extend_shift(problem: Problem, values: Values) -> Problem:
    limits = {name: values[name] for name in ("start_t", "end_t") if name in values}
    return _with_shift(problem, values, lambda one: replace(one, **limits))


def _raise_load(problem: Problem, values: Values) -> Problem:
    return _with_shift(problem, values, lambda one: replace(one, max_load=values["max_load"]))


def _raise_travel(problem: Problem, values: Values) -> Problem:
    return _with_shift(problem, values, lambda one: replace(one, max_travel_t=values["max_travel_t"]))


def _give_skill(problem: Problem, values: Values) -> Problem:
    given = Skill(skill=values["skill"], level=values["level"])
    return _with_caregiver(problem, values["caregiver"], lambda one: replace(one, skills=(*one.skills, given)))


def _call_in(problem: Problem, values: Values) -> Problem:
    return _with_caregiver(problem, values["caregiver"], lambda one: replace(one, status=CaregiverStatus.ON_DUTY))


def _change_mode(problem: Problem, values: Values) -> Problem:
    return _with_caregiver(problem, values["caregiver"], lambda one: replace(one, mode=values["mode"]))


def _share_provider(problem: Problem, values: Values) -> Problem:
    shared = Sharing(skill=values["skill"], lender=values["lender"], borrower=values["borrower"])
    return replace(problem, sharing=(*problem.sharing, shared))


def _allow_caregiver(problem: Problem, values: Values) -> Problem:
    rule, caregiver = values["rule"], values["caregiver"]
    if rule == "required":
        return _with_visit(
            problem,
            values["visit"],
            lambda one: replace(one, required_caregivers=(*one.required_caregivers, caregiver)),
        )
    if rule == "provider":
        return _with_visit(problem, values["visit"], lambda one: replace(one, provider=None))
    lifted: Mapping[str, Callable[[Client], Client]] = {
        "gender": lambda one: replace(one, gender=None),
        "dialect": lambda one: replace(one, dialect=None),
        "forbidden": lambda one: replace(one, forbidden=tuple(name for name in one.forbidden if name != caregiver)),
    }
    clients = tuple(lifted[rule](one) if one.id == values["client"] else one for one in problem.clients)
    return replace(problem, clients=clients)


def _with_visit(problem: Problem, name: str, change: Callable[[Visit], Visit]) -> Problem:
    _must_have(name, (one.id for one in problem.visits))
    return replace(problem, visits=tuple(change(one) if one.id == name else one for one in problem.visits))


def _with_caregiver(problem: Problem, name: str, change: Callable[[Caregiver], Caregiver]) -> Problem:
    _must_have(name, (one.id for one in problem.caregivers))
    return replace(problem, caregivers=tuple(change(one) if one.id == name else one for one in problem.caregivers))


def _with_shift(problem: Problem, values: Values, change: Callable[[Shift], Shift]) -> Problem:
    def changed(caregiver: Caregiver) -> Caregiver:
        shifts = tuple(change(one) if one.id == values["shift"] else one for one in caregiver.shifts)
        return replace(caregiver, shifts=shifts)

    return _with_caregiver(problem, values["caregiver"], changed)


def _must_have(name: str, known: Any) -> None:
    if name not in known:
        raise ValueError(f"{name}: expected an id of the problem, which has none such")


_STEPS: Mapping[ChangeKind, Callable[[Problem, Values], Problem]] = {
    ChangeKind.WIDEN_WINDOW: _widen_window,
    ChangeKind.EXTEND_SHIFT: _extend_shift,
    ChangeKind.FREE_VISIT: _nothing,
    ChangeKind.GIVE_SKILL: _give_skill,
    ChangeKind.ALLOW_CAREGIVER: _allow_caregiver,
    ChangeKind.SHARE_PROVIDER: _share_provider,
    ChangeKind.RAISE_LOAD: _raise_load,
    ChangeKind.REMOVE_LOCK: _remove_lock,
    ChangeKind.SHORTEN_VISIT: _shorten_visit,
    ChangeKind.RAISE_TRAVEL: _raise_travel,
    ChangeKind.CALL_IN: _call_in,
    ChangeKind.CHANGE_MODE: _change_mode,
    ChangeKind.PLAN_ANYWAY: _nothing,
}
