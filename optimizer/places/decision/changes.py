"""What happens after a result: withdrawals and closed institutions put into the tables; changes counted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.places.model import Applicant, ApplicantStatus, FixedPair, PlacesProblem, Pool
from optimizer.places.result import Changes, Override

__all__ = ["changed_problem", "counted", "require_known"]


def changed_problem(
    problem: PlacesProblem,
    closed: Collection[str] = (),
    withdrawn: Collection[str] = (),
    overrides: Collection[Override] = (),
) -> PlacesProblem:
    """The problem with institutions closed (no places, nobody holds one there), applicants withdrawn, places decided.

    Whom a person has placed accepts that institution only, and comes first there.
    """
    if not closed and not withdrawn and not overrides:
        return problem
    decided = {one.applicant: one.institution for one in overrides}
    gone = {*closed, *(one.id for one in problem.pools if one.institution in closed)}

    def person(one: Applicant) -> Applicant:
        status = ApplicantStatus.WITHDRAWN if one.id in withdrawn else one.status
        wishes = (decided[one.id],) if one.id in decided else one.preferences
        current = None if one.current in gone else one.current
        return replace(one, status=status, current=current, preferences=wishes)

    def pool(one: Pool) -> Pool:
        return replace(one, capacity=0, occupied=0, min_class=0) if one.id in gone else one

    return replace(
        problem,
        applicants=tuple(person(one) for one in problem.applicants),
        pools=tuple(pool(one) for one in problem.pools),
        fixed_pairs=(
            *(row for row in problem.fixed_pairs if row.second not in closed and row.first not in decided),
            *(FixedPair(first=who, second=where) for who, where in sorted(decided.items())),
        ),
    )


def counted(before: Mapping[str, str], after: Mapping[str, str], without: Collection[str] = ()) -> Changes:
    """Whose pool is another than before; ``without``: those who withdrew or are not in the tables any more."""
    people = ({*before} | {*after}) - {*without}
    return Changes(
        newly=sum(who in after and who not in before for who in people),
        moved=sum(who in after and who in before and after[who] != before[who] for who in people),
        lost=sum(who in before and who not in after for who in people),
    )


def require_known(problem: PlacesProblem, closed: Collection[str], withdrawn: Collection[str]) -> None:
    """Refuse names that are not in the tables.

    Raises
    ------
    InputError
        ``P060`` no such applicant, ``P061`` no such institution.
    """
    people, houses = {one.id for one in problem.applicants}, {one.id for one in problem.institutions}
    findings = [
        Finding(
            code=code,
            where=where,
            found=Text(f"没有编号为“{name}”的{what.zh}", f'there is no {what.en} "{name}"'),
            action=Text("请核对编号", "check the id"),
            ids=(name,),
        )
        for code, where, what, names, known in (
            ("P060", "--withdraw", Text("申请人", "applicant"), withdrawn, people),
            ("P061", "--close", Text("机构", "institution"), closed, houses),
        )
        for name in sorted(set(names) - known)
    ]
    if findings:
        raise InputError(findings)
