"""The drill: a draw that nobody can steer, and a recipe that anybody can follow."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.common.errors import InputError
from optimizer.common.language import Language
from optimizer.places.allocate import allocate_places
from optimizer.places.decision.draw import DrawRecord, draw_lots, draw_reference, recipe
from optimizer.places.decision.frozen import FrozenList, freeze
from optimizer.places.digest import problem_hash
from optimizer.places.model import Applicant, Ban, FamilyChoice, PlacesProblem
from optimizer.places.policy import Policy
from optimizer.places.referee.decision.draw_check import check_draw, check_frozen
from optimizer.report.draw_workbook import draw_workbook
from tests.places.markets import policies, problems
from tests.places.small import small_policy, small_problem

FROZEN_AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
DRAWN_AT = datetime(2026, 6, 3, 10, 0, tzinfo=UTC)
SOURCE, SOURCE_DATE = "某期开奖号码", date(2026, 6, 3)
NUMBER = "05 12 19 23 30 33 08"


def frozen_list(problem: PlacesProblem, policy: Policy) -> tuple[FrozenList, dict[str, str]]:
    frozen, numbers = freeze(
        problem, policy, at=FROZEN_AT, source=SOURCE, source_date=SOURCE_DATE, keep_likely="drawn for a test"
    )
    return frozen, dict(numbers)


def drawn(frozen: FrozenList, number: str = NUMBER, **more: object) -> DrawRecord:
    return draw_lots(frozen, number, at=DRAWN_AT, **more)  # type: ignore[arg-type]


def distinct_problem() -> PlacesProblem:
    """The small problem with twins, and nobody saying the same as somebody else."""
    problem = small_problem()
    people = [replace(one, birth_date=date(2024, 1, 1 + k)) for k, one in enumerate(problem.applicants)]
    people[1] = replace(people[1], family="twins", birth_date=date(2024, 2, 1))
    people[2] = replace(people[2], family="twins", birth_date=date(2024, 2, 1))
    return replace(problem, applicants=tuple(people), bans=(Ban(first="F", second="Z"),))


def renamed(problem: PlacesProblem, names: dict[str, str]) -> PlacesProblem:
    def name(one: str) -> str:
        return names.get(one, one)

    return replace(
        problem,
        applicants=tuple(
            replace(
                one,
                id=name(one.id),
                family=None if one.family is None else f"renamed {one.family}",
                spouse=None if one.spouse is None else name(one.spouse),
            )
            for one in problem.applicants
        ),
        distances=tuple(replace(way, origin=name(way.origin)) for way in problem.distances),
        bans=tuple(replace(ban, first=name(ban.first)) for ban in problem.bans),
        rankings=tuple(replace(row, applicant=name(row.applicant)) for row in problem.rankings),
        family_preferences=tuple(
            replace(row, family=f"renamed {row.family}", applicant=name(row.applicant))
            for row in problem.family_preferences
        ),
    )


def outcome(problem: PlacesProblem, policy: Policy) -> dict[str, tuple[int, str | None]]:
    """For every id the rank in the draw and the pool given, by way of the fixed list."""
    frozen, numbers = frozen_list(problem, policy)
    record = drawn(frozen)
    result = allocate_places(frozen.problem, policy, seed=record.seed, draw=draw_reference(record))
    rank = {lot.application: lot.rank for lot in record.lots}
    place = {one.applicant: one.pool for one in result.assignments}
    return {name: (rank[number], place.get(number)) for name, number in numbers.items()}


def test_reordering_renaming_and_repeating_change_nothing() -> None:
    problem, policy = distinct_problem(), small_policy()
    before = outcome(problem, policy)
    turned = replace(problem, applicants=problem.applicants[::-1], distances=problem.distances[::-1])
    assert outcome(turned, policy) == before
    names = dict(zip("ABCDEF", ("Z9", "Y8", "X7", "W6", "V5", "U4"), strict=True))
    after = outcome(renamed(problem, names), policy)
    assert {name: after[names[name]] for name in before} == before
    assert outcome(problem, policy) == before


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_renaming_steers_the_draw_of_a_drawn_market(data: st.DataObject) -> None:
    policy = data.draw(policies(families=True, reserves=True))
    problem = data.draw(problems(families=True))
    # applications that say exactly the same cannot be told apart by anybody; a registration day tells them apart
    problem = replace(
        problem,
        applicants=tuple(
            replace(one, registered_on=date(2026, 1, 1 + k))
            for k, one in enumerate(sorted(problem.applicants, key=_id))
        ),
    )
    ids = sorted(one.id for one in problem.applicants)
    shuffled = data.draw(st.permutations(ids))
    names = {name: f"n{k}" for k, name in enumerate(shuffled)}
    try:
        before, numbers = frozen_list(problem, policy)
    except InputError:
        return
    after, others = frozen_list(renamed(problem, names), policy)
    assert {names[name]: number for name, number in numbers.items()} == others
    assert problem_hash(before.problem) == problem_hash(after.problem)
    assert drawn(before).lots == drawn(after).lots
    assert not check_frozen(problem, before)
    assert not check_draw(before, drawn(before))


def _id(one: Applicant) -> str:
    return one.id


def test_the_recipe_gives_the_table() -> None:
    frozen, _ = frozen_list(distinct_problem(), small_policy())
    record = drawn(frozen)
    sheet = openpyxl.load_workbook(io.BytesIO(draw_workbook(record, language=Language.EN))).active
    assert sheet is not None
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    lines = [str(row[0]) for row in rows if len(row) == 1]
    steps = [line for line in lines if re.match(r"\d+\. ", line)]
    assert len(steps) == 10
    public = steps[1].split(": ")[1]
    table = [row for row in rows if len(row) == 4 and isinstance(row[0], int)]
    assert len(table) == 6
    mine = []
    for rank, application, key, digest in table:
        again = hashlib.sha256(f"{public}:{key}".encode()).hexdigest()
        assert again == digest
        mine.append((again, application, rank))
    assert [rank for _, _, rank in sorted(mine)] == list(range(1, 7))
    example = steps[3].split(": ", 1)[1]
    assert hashlib.sha256(example.encode()).hexdigest() == steps[6].split(": ")[1]
    assert frozen.list_hash in "".join(lines)


def test_twins_share_a_key_and_stand_side_by_side() -> None:
    frozen, numbers = frozen_list(distinct_problem(), small_policy())
    lots = {lot.application: lot for lot in drawn(frozen).lots}
    one, other = lots[numbers["B"]], lots[numbers["C"]]
    assert one.key == other.key and abs(one.rank - other.rank) == 1


def test_the_rank_is_the_one_that_the_allocation_uses() -> None:
    problem, policy = distinct_problem(), replace(small_policy(), order=(), classes=())
    frozen, _ = frozen_list(problem, policy)
    record = drawn(frozen)
    result = allocate_places(frozen.problem, policy, seed=record.seed)
    lots = {lot.application: lot.rank for lot in record.lots}
    keys = {cut.last_in: cut.key[-1] for cut in result.proof.cutoffs if cut.key and cut.last_in}  # type: ignore[union-attr]
    assert keys and all(lots[who] == rank + 1 for who, rank in keys.items())


def test_spaces_and_wide_digits_of_the_number_do_not_count() -> None:
    frozen, _ = frozen_list(distinct_problem(), small_policy())
    assert drawn(frozen, "０５12 1923303308").lots == drawn(frozen).lots


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"problem": replace(small_problem(), applicants=small_problem().applicants[1:])}, "P810"),
        ({"source": "another number"}, "P810"),
        ({"policy_hash": "0" * 64}, "P810"),
        ({"key_hash": "0" * 64}, "P810"),
    ],
)
def test_a_changed_list_is_not_drawn(change: dict[str, object], code: str) -> None:
    frozen, _ = frozen_list(distinct_problem(), small_policy())
    with pytest.raises(InputError) as caught:
        drawn(replace(frozen, **change))  # type: ignore[arg-type]
    assert [one.code for one in caught.value.findings] == [code]


def test_it_runs_once_and_a_repeat_is_logged() -> None:
    frozen, _ = frozen_list(distinct_problem(), small_policy())
    first = drawn(frozen)
    with pytest.raises(InputError) as caught:
        drawn(frozen, earlier=first)
    assert [one.code for one in caught.value.findings] == ["P811"]
    again = drawn(frozen, earlier=first, reason="主持人念错号码")
    assert again.lots == first.lots
    assert [run.reason for run in again.runs] == ["", "主持人念错号码"]
    assert not check_draw(frozen, again)
    quiet = replace(again, runs=(again.runs[0], replace(again.runs[1], reason="")))
    assert "R654" in {one.code for one in check_draw(frozen, quiet)}


def test_what_is_refused_before_and_at_the_draw() -> None:
    frozen, _ = frozen_list(distinct_problem(), small_policy())
    cases = [
        (lambda: draw_lots(frozen, NUMBER, at=datetime(2026, 6, 2, tzinfo=UTC)), "P812"),
        (lambda: drawn(frozen, "七"), "P813"),
        (lambda: drawn(frozen, earlier=replace(drawn(frozen), list_hash="0" * 64)), "P814"),
    ]
    for attempt, code in cases:
        with pytest.raises(InputError) as caught:
            attempt()
        assert [one.code for one in caught.value.findings] == [code]
    for source, day, code in ((" ", SOURCE_DATE, "P803"), (SOURCE, date(2026, 6, 1), "P802")):
        with pytest.raises(InputError) as caught:
            freeze(distinct_problem(), small_policy(), at=FROZEN_AT, source=source, source_date=day)
        assert [one.code for one in caught.value.findings] == [code]


def test_the_same_child_entered_twice_is_found() -> None:
    problem = distinct_problem()
    mother, father = problem.applicants[3], problem.applicants[4]
    both = tuple(replace(one, ext={"person": "k-17"}) if one in (mother, father) else one for one in problem.applicants)
    with pytest.raises(InputError) as caught:
        frozen_list(replace(problem, applicants=both), small_policy())
    assert [one.code for one in caught.value.findings] == ["P018"]
    home = tuple(
        replace(one, lat=31.8, lon=121.6, birth_date=date(2024, 5, 5)) if one in (mother, father) else one
        for one in problem.applicants
    )
    likely = replace(problem, applicants=home)
    with pytest.raises(InputError) as caught:
        freeze(likely, small_policy(), at=FROZEN_AT, source=SOURCE, source_date=SOURCE_DATE)
    assert [one.code for one in caught.value.findings] == ["P019"]
    assert frozen_list(likely, small_policy())[0].kept_likely


def test_numbers_name_nobody_and_clash_with_nothing() -> None:
    frozen, numbers = frozen_list(distinct_problem(), small_policy())
    assert set(numbers.values()) == {f"S000{k}" for k in range(1, 7)}
    assert {one.family for one in frozen.problem.applicants} == {None, "F0001"}
    pool = replace(small_problem().pools[0], id="S0001")
    with pytest.raises(InputError) as caught:
        frozen_list(replace(small_problem(), pools=(pool, *small_problem().pools[1:])), small_policy())
    assert "P801" in {one.code for one in caught.value.findings}


def test_the_checker_sees_every_change_of_list_and_lots() -> None:
    problem = distinct_problem()
    frozen, _ = frozen_list(problem, small_policy())
    record = drawn(frozen)
    assert not check_frozen(problem, frozen) and not check_draw(frozen, record)
    fewer = replace(problem, applicants=problem.applicants[1:])
    assert {one.code for one in check_frozen(fewer, frozen)} == {"R651"}
    first, second = record.lots[0], record.lots[1]
    swapped = (replace(first, rank=2), replace(second, rank=1), *record.lots[2:])
    for changed, code in (
        (replace(record, lots=swapped), "R657"),
        (replace(record, lots=record.lots[1:]), "R656"),
        (replace(record, lots=(replace(first, hash="0" * 64), *record.lots[1:])), "R657"),
        (replace(record, list_hash="0" * 64), "R652"),
        (replace(record, source="another"), "R653"),
        (replace(record, runs=(replace(record.runs[0], number="99999999"),)), "R657"),
        (replace(record, runs=(replace(record.runs[0], drawn_at="2026-06-02T08:00:00+00:00"),)), "R655"),
    ):
        assert code in {one.code for one in check_draw(frozen, changed)}


def test_joint_lists_are_renumbered_with_their_family() -> None:
    problem = distinct_problem()
    rows = (
        FamilyChoice(family="twins", rank=1, applicant="B", institution="X"),
        FamilyChoice(family="twins", rank=1, applicant="C", institution="X"),
    )
    frozen, numbers = frozen_list(replace(problem, family_preferences=rows), small_policy())
    assert {(row.family, row.applicant) for row in frozen.problem.family_preferences} == {
        ("F0001", numbers["B"]),
        ("F0001", numbers["C"]),
    }


def test_the_recipe_has_ten_lines_in_both_languages() -> None:
    frozen, _ = frozen_list(distinct_problem(), small_policy())
    lines = recipe(drawn(frozen))
    assert len(lines) == 10
    assert all(line.zh and line.en and "{" not in line.zh + line.en for line in lines)
