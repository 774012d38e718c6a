"""Waiting lists that come true, cut-offs without persons, and counts that nobody can work out."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace
from datetime import date

import numpy as np
import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.common.errors import InputError
from optimizer.common.language import Language
from optimizer.places.allocate import allocate_places
from optimizer.places.decision.public import SMALLEST, public_counts, public_cutoffs, suppressed
from optimizer.places.decision.rerun import reallocate_places
from optimizer.places.decision.waiting import waiting_list
from optimizer.places.model import Applicant, PlacesProblem
from optimizer.report.places_public_workbook import public_workbook
from tests.places.markets import policies, problems
from tests.places.small import small_policy, small_problem


def enlarged(problem: PlacesProblem, pool: str, more: int) -> PlacesProblem:
    return replace(
        problem,
        pools=tuple(replace(one, capacity=one.capacity + more) if one.id == pool else one for one in problem.pools),
    )


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_the_waiting_list_says_comes_true(data: st.DataObject) -> None:
    policy = data.draw(policies())
    problem = data.draw(problems(largest=6))
    try:
        result = allocate_places(problem, policy, seed="7")
    except InputError:
        return
    rows = waiting_list(problem, policy, result)
    by_pool = {pool: list(own) for pool, own in itertools.groupby(rows, key=lambda one: one.pool)}
    for pool, own in by_pool.items():
        assert [one.rank for one in own] == list(range(1, len(own) + 1))
        for row in own:
            larger = enlarged(problem, pool, row.rank)
            after = reallocate_places(larger, policy, result)
            assert after.rerun is not None
            called = {move.applicant for move in after.rerun.moves if move.round == 1 and move.taken == pool}
            assert called == {one.applicant for one in own[: row.rank]}


def test_everybody_without_a_place_and_with_a_choice_is_on_a_list() -> None:
    problem, policy = small_problem(), small_policy()
    result = allocate_places(problem, policy, seed="7")
    rows = waiting_list(problem, policy, result)
    assert {one.applicant for one in result.unplaced} <= {one.applicant for one in rows}
    given = {one.applicant: one.choice for one in result.assignments}
    assert all(one.choice < given[one.applicant] for one in rows if one.applicant in given)
    assert all(one.text.zh and one.text.en for one in rows)


def consistent(whole: np.ndarray, hide: np.ndarray) -> dict[tuple[int, int], set[int]]:
    """Every value that each suppressed cell may have, by trying all small tables."""
    rows, columns = whole.shape[0] - 1, whole.shape[1] - 1
    values: dict[tuple[int, int], set[int]] = {tuple(cell): set() for cell in np.argwhere(hide[:rows]).tolist()}
    most = int(whole[-1, -1])
    for numbers in itertools.product(range(most + 1), repeat=rows * columns):
        if sum(numbers) != most:
            continue
        cells = np.array(numbers).reshape(rows, columns)
        wide = np.column_stack([cells, cells.sum(axis=1)])
        table = np.vstack([wide, wide.sum(axis=0)])
        if (table[~hide] == whole[~hide]).all():
            for cell in values:
                values[cell].add(int(table[cell]))
    return values


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=2))
def test_no_reader_works_a_small_number_out(rows: list[tuple[int, int]]) -> None:
    cells = np.array(rows, dtype=np.int64)
    hide = suppressed(cells)
    wide = np.column_stack([cells, cells.sum(axis=1)])
    whole = np.vstack([wide, wide.sum(axis=0)])
    small = (whole[:2] > 0) & (whole[:2] < SMALLEST)
    assert hide[:2][small].all()
    if hide[:2].all():
        return
    for values in consistent(whole, hide).values():
        assert len(values) >= SMALLEST


def test_a_single_small_class_takes_a_second_one_with_it() -> None:
    hide = suppressed(np.array([[3, 20], [40, 30], [60, 70]]))
    assert hide[0, 0]
    assert hide.sum() >= 4
    assert not suppressed(np.array([[30, 20], [40, 30]])).any()


def crowd() -> PlacesProblem:
    """Thirty children, three of a sensitive group."""
    problem = small_problem()
    people = tuple(
        Applicant(id=f"S{k:04d}", birth_date=date(2024, 1, 1), preferences=("X",), groups=("low",) if k < 3 else ())
        for k in range(30)
    )
    pools = (replace(problem.pools[0], capacity=12), *problem.pools[1:])
    return replace(problem, applicants=people, pools=pools, distances=())


def test_public_tables_hold_no_small_counts_and_no_last_one_in() -> None:
    problem, policy = crowd(), small_policy()
    result = allocate_places(problem, policy, seed="7")
    counts = {one.name.en: one for one in public_counts(problem, policy, result)}
    assert (counts["all"].applied, counts["all"].placed) == (30, 12)
    assert counts["low"].applied is None and counts["low income"].placed is None
    assert counts["others"].placed is None or counts["others"].applied is None
    cuts = public_cutoffs(policy, result)
    full = [one for one in cuts if one.is_full]
    assert full and all(one.lottery_rank is not None and one.class_number is not None for one in full)
    assert not any(hasattr(one, "last_in") for one in cuts)
    book = openpyxl.load_workbook(
        io.BytesIO(public_workbook(problem, policy, result, date(2026, 6, 1), language=Language.EN))
    )
    assert book.sheetnames == ["Places", "Waiting lists", "Cut-offs", "Counts"]
    last = {cut.last_in for cut in result.proof.cutoffs}  # type: ignore[union-attr]
    shown = {cell for row in book["Cut-offs"].iter_rows(values_only=True) for cell in row}
    assert not shown & (last - {None})
    assert "not to be published" in str(book["Places"]["A1"].value)
    places = [cell for row in book["Cut-offs"].iter_rows(min_row=3, values_only=True) for cell in row[2:3]]
    assert 12 in places and 1 in places
