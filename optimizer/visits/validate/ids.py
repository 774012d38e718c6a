"""Rules about ids: present, unique, without stray blanks (V001–V003)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.common.errors import Severity
from optimizer.common.language import Text
from optimizer.visits.validate.context import Context
from optimizer.visits.validate.rule import Observation, rule, seen

__all__ = ["RULES"]


@rule(
    "V001",
    Severity.ERROR,
    title=Text("编号为空", "an id is empty"),
    action=Text("填写一个编号", "give it an id"),
)
def v001_empty_id(context: Context) -> Iterator[Observation]:
    """An id that is empty or only blanks."""
    for scope, position, name in _ids(context):
        if not name.strip():
            yield seen(f"{scope}[{position}].id", "编号为空", "the id is empty")


@rule(
    "V002",
    Severity.ERROR,
    title=Text("编号重复", "an id occurs twice"),
    action=Text("改用不同的编号，或删除重复的一行", "give one of them another id, or delete the repeated row"),
)
def v002_repeated_id(context: Context) -> Iterator[Observation]:
    """An id that was used before by an object of the same kind."""
    first: dict[tuple[str, str], int] = {}
    for scope, position, name in _ids(context):
        if not name.strip():
            continue
        earlier = first.setdefault((scope, name), position)
        if earlier != position:
            place = f"{scope}[{earlier}]"
            yield seen(f"{scope}[{position}].id", f"编号与 {place} 重复", f"the id is already used by {place}", name)


@rule(
    "V003",
    Severity.WARNING,
    title=Text("编号首尾有空格", "an id begins or ends with a blank"),
    action=Text("删除多余的空格，否则对不上其他表中的编号", "remove the blank, or other sheets will not match it"),
)
def v003_blank_around_id(context: Context) -> Iterator[Observation]:
    """An id with white space at an end, which looks the same on paper but is not."""
    for scope, position, name in _ids(context):
        if name.strip() and name != name.strip():
            yield seen(f"{scope}[{position}].id", "编号首尾有空格", "the id begins or ends with a blank", name)


def _ids(context: Context) -> Iterator[tuple[str, int, str]]:
    """Every id of the problem: the list it is in, its position there, the id."""
    problem = context.problem
    kinds: dict[str, list[str]] = {
        "locations": [one.id for one in problem.locations],
        "clients": [one.id for one in problem.clients],
        "visits": [one.id for one in problem.visits],
        "links": [one.id for one in problem.links],
        "caregivers": [one.id for one in problem.caregivers],
        "priorities": [one.id for one in problem.priorities],
    }
    for scope, names in kinds.items():
        for position, name in enumerate(names):
            yield scope, position, name
    for i, caregiver in enumerate(problem.caregivers):
        for j, shift in enumerate(caregiver.shifts):
            yield f"caregivers[{i}].shifts", j, shift.id
            for k, pause in enumerate(shift.breaks):
                yield f"caregivers[{i}].shifts[{j}].breaks", k, pause.id


RULES = (v001_empty_id, v002_repeated_id, v003_blank_around_id)
