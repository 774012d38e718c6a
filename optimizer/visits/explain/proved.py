"""From a way to place a visit to a reason whose change has been tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from optimizer.common.language import Text
from optimizer.visits.explain.desk import Able, Desk
from optimizer.visits.explain.extending import extending
from optimizer.visits.explain.obstacles import Step
from optimizer.visits.explain.options import Option, freeing, lifting, pushing, shortening, unlocking, widening
from optimizer.visits.explain.proof import insert, neighbourhood
from optimizer.visits.explain.state import Key
from optimizer.visits.explain.wording import change_of, clock
from optimizer.visits.plan import Change, Reason, ReasonKind

__all__ = ["holds", "proved_reason", "ranked", "relaxations", "where_text"]

_WEIGHTS_S = {"occupied": 45 * 60, "lock": 60 * 60, "duration": 30 * 60, "neighbour": 10 * 60}
"""What a change that is no wait counts as, in seconds of one, when changes are ranked; an order of taste, no cost."""


def relaxations(desk: Desk, group: tuple[str, ...], able: Able) -> Iterator[Option]:
    """The ways to place a group that does not fit, in the order in which they are looked for."""
    yield from widening(desk, group, able)
    if len(group) == 1 and desk.day.visits[group[0]].team_size == 1:
        yield from extending(desk, group[0], able)
        yield from pushing(desk, group[0], able)
        yield from shortening(desk, group[0], able)
    yield from lifting(desk, group, able)
    mandatory = any(_must(desk, name) for name in group)
    yield from freeing(desk, group, able, mandatory=mandatory)
    yield from unlocking(desk, group, able)


def ranked(desk: Desk, group: tuple[str, ...], options: Iterable[Option]) -> list[Option]:
    """Short waits first, then optional visits to free, then whatever takes longer or frees a mandatory visit."""
    asked_s = 0 if any(_must(desk, name) for name in group) else 4 * 3600

    def weight_t(option: Option) -> int:
        freed_s = 2 * 3600 + asked_s if any(_must(desk, name) for name in option.found.freed) else 0
        return (_WEIGHTS_S.get(option.code, 0) + freed_s) * desk.problem.ticks_per_s + option.amount_t

    return sorted(options, key=weight_t)


def _must(desk: Desk, visit: str) -> bool:
    return desk.problem.is_mandatory(desk.day.visits[visit])


def where_text(desk: Desk, visit: str, option: Option) -> Text:
    """Who would come, and when."""
    crew = [spot.key[0] for spot in option.placement.spots if spot.visit == visit]
    at = clock(desk.day, option.placement.timing.starts[visit])
    return Text(f"护理员 {'、'.join(crew)} {at} 到", f"{' and '.join(crew)} at {at}")


def proved_reason(
    desk: Desk,
    visit: str,
    kind: ReasonKind,
    option: Option,
    text: Text,
    *,
    code: str = "",
    before: Sequence[Step] = (),
) -> Reason | None:
    """The reason with its change, or ``None`` if the insertion made with it breaks any rule.

    Parameters
    ----------
    code
        The rule to name, where it is not the option's own.
    before
        Steps that come before those of the option.
    """
    steps = (*before, *option.steps)
    if not steps:
        return None
    change = change_of(desk.day, steps)
    if not holds(desk, visit, (ride.key for ride in option.placement.rides), option.found.freed, change):
        return None
    caregiver = next((spot.key[0] for spot in option.placement.spots if spot.visit == visit), None)
    return Reason(kind=kind, code=code or option.code, text=text, change=change, caregiver=caregiver)


def holds(desk: Desk, visit: str, keys: Iterable[Key], freed: Sequence[str], change: Change) -> bool:
    """Whether the insertion can be made after a change, with the caregivers of these shifts alone."""
    touched = {*keys, *(key for name in freed for key in desk.state.keys_of.get(name, ()))}
    names = (*desk.group(visit), *freed)
    problem, plan = neighbourhood(desk.day, desk.state, desk.plan, sorted(touched), names)
    return insert(problem, desk.travel, plan, visit, change) is not None
