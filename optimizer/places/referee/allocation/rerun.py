"""A result that came from an earlier one: what happened in between, who stood where, who is worse off, the changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from optimizer.places.model import ApplicantStatus, FixedPair, PlacesProblem
from optimizer.places.referee.allocation.case import Case
from optimizer.places.referee.allocation.rules import Broken
from optimizer.places.result import AllocationResult, Rerun

__all__ = ["after_changes", "against_earlier", "standing_rules"]


def after_changes(problem: PlacesProblem, rerun: Rerun | None) -> PlacesProblem:
    """The tables with what the command said: institutions closed, applicants withdrawn."""
    if rerun is None:
        return problem
    shut = set(rerun.closed) | {pool.id for pool in problem.pools if pool.institution in rerun.closed}
    given = {one.applicant: one.institution for one in rerun.overrides}
    people = []
    for who in problem.applicants:
        if who.id in rerun.withdrawn:
            who = replace(who, status=ApplicantStatus.WITHDRAWN)
        if who.current is not None and who.current in shut:
            who = replace(who, current=None)
        if who.id in given:
            who = replace(who, preferences=(given[who.id],))
        people.append(who)
    pools = [replace(one, capacity=0, occupied=0, min_class=0) if one.id in shut else one for one in problem.pools]
    decided = [row for row in problem.fixed_pairs if row.second not in rerun.closed and row.first not in given]
    decided += [FixedPair(first=who, second=house) for who, house in given.items()]
    return replace(problem, applicants=tuple(people), pools=tuple(pools), fixed_pairs=tuple(decided))


def standing_rules(case: Case, result: AllocationResult) -> Iterator[Broken]:
    """Whether what stood can stand, nobody has less than before, and the moves lead to the end."""
    rerun = result.rerun
    if rerun is None:
        return
    placed = {one.applicant: one.pool for one in result.assignments}
    for one in rerun.standing:
        if one.applicant not in case.lists or one.pool not in case.lists[one.applicant]:
            yield "R660", "这个位置不能保留", "the place cannot be kept", (one.applicant, one.pool)
            continue
        now = placed.get(one.applicant)
        own = case.lists[one.applicant]
        is_worse = rerun.change_price_m is None and now in own and own.index(now) > own.index(one.pool)
        if now is None or now not in own or is_worse:
            yield "R661", "比原来的结果差", "is worse off than in the earlier result", (one.applicant, one.pool)
    stood = {one.applicant for one in rerun.standing}
    for lost in rerun.displaced:
        if lost.applicant in stood:
            yield "R662", "既保留又失去原位", "keeps the place and has lost it", (lost.applicant,)
    for told in rerun.overrides:
        house = next((row.institution for row in result.assignments if row.applicant == told.applicant), None)
        is_done = house == told.institution or told.applicant in rerun.withdrawn
        if not (told.reason.strip() and told.by.strip() and is_done):
            ids = (told.applicant,)
            yield "R669", "人工决定没有理由，或没有照办", "an override lacks its reason, or was not done", ids
    yield from _moves_lead_on(rerun, placed)
    yield from _displaced_rightly(case, rerun)


def _moves_lead_on(rerun: Rerun, placed: dict[str, str]) -> Iterator[Broken]:
    """Every move starts where the one before ended."""
    at = {one.applicant: one.pool for one in rerun.standing}
    for move in rerun.moves:
        if at.get(move.applicant) != move.left:
            yield "R663", "递补的步骤接不上", "the moves do not follow on each other", (move.applicant,)
        at[move.applicant] = move.taken
    if rerun.moves and at != placed:
        yield "R663", "递补的步骤与结果不一致", "the moves do not lead to the result", ()


def _displaced_rightly(case: Case, rerun: Rerun) -> Iterator[Broken]:
    """Who lost a place: it is gone, it is not allowed any more, or the pool has too few left for those in it."""
    kept = Counter(one.pool for one in rerun.standing)
    for one in rerun.displaced:
        gone = case.seats.get(one.pool, 0) == 0
        allowed = one.applicant in case.lists and _may_have(case, one.applicant, one.pool)
        cut = kept[one.pool] >= case.seats.get(one.pool, 0)
        decided = any(row.applicant == one.applicant for row in rerun.overrides)
        if not {"closed": gone, "not_allowed": not allowed, "cut": cut, "decided": decided}.get(one.cause, False):
            yield "R664", "没有理由失去原位", "there is no reason to lose the place", (one.applicant, one.pool)


def _may_have(case: Case, who: str, pool: str) -> bool:
    return pool in case.pools and pool in case.lists[who]


def against_earlier(result: AllocationResult, before: AllocationResult, people: set[str]) -> Iterator[Broken]:
    """The counts of changes, recounted from both results; ``people`` are those who have not withdrawn."""
    rerun = result.rerun
    if rerun is None or rerun.from_hash != before.input_hash or result.seed != before.seed:
        yield "R665", "不是由这份结果而来", "it does not come from that result", ()
        return
    earlier = {one.applicant: one.pool for one in before.assignments if one.applicant in people}
    later = {one.applicant: one.pool for one in result.assignments}
    newly = len(set(later) - set(earlier))
    moved = sum(later[who] != pool for who, pool in earlier.items() if who in later)
    lost = len(set(earlier) - set(later))
    if (newly, moved, lost) != (rerun.changes.newly, rerun.changes.moved, rerun.changes.lost):
        zh = f"变动应为新安排 {newly}、换 {moved}、失去 {lost}"
        yield "R666", zh, f"the changes are {newly} newly, {moved} moved, {lost} lost", ()
    stood = {one.applicant: one.pool for one in rerun.standing}
    displaced = {one.applicant: one.pool for one in rerun.displaced}
    given = {one.applicant for one in rerun.overrides}
    for who, pool in sorted(earlier.items()):
        if who not in given and stood.get(who, displaced.get(who)) != pool:
            yield "R667", "原结果里的位置没有写对", "the place in the earlier result is wrong", (who, pool)
    known = _named(before)
    late_before = set(before.rerun.newcomers) if before.rerun is not None else set()
    if set(rerun.newcomers) - late_before != _named(result) - known:
        yield "R668", "新申请人写得不对", "the newcomers are wrong", ()


def _named(result: AllocationResult) -> set[str]:
    return {one.applicant for one in result.assignments} | {one.applicant for one in result.unplaced}
