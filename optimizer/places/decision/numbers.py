"""Application numbers: given by what an application says, never by its id or its row.

Whoever renames applicants or sorts the sheet before the list is fixed gets the same numbers for the same applications.
Applications are put in the order of a hash of everything they say (their own row, the rows of other tables that name
them, and the same of family and spouse), so the number itself says nothing about the person. Applications that say
exactly the same stand side by side, in the order of their ids.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.places.model import Applicant, PlacesProblem

__all__ = ["DEFAULT_PREFIX", "application_numbers", "renumbered"]

DEFAULT_PREFIX = "S"
_LEAST_DIGITS = 4
_NAMES_OTHERS = {"id", "family", "spouse", "ext"}


def application_numbers(problem: PlacesProblem, prefix: str = DEFAULT_PREFIX) -> dict[str, str]:
    """The number of every applicant by the id, such as ``S0042``.

    Raises
    ------
    InputError
        ``P801``: a number would be the id of an institution, a pool, an area or a site.
    """
    marks = _marks(problem)
    order = sorted(marks, key=lambda name: (marks[name], name))
    digits = max(_LEAST_DIGITS, len(str(len(order))))
    numbers = {name: f"{prefix}{k:0{digits}d}" for k, name in enumerate(order, start=1)}
    others = {
        one.id for table in (problem.institutions, problem.pools, problem.areas, problem.candidates) for one in table
    }
    taken = sorted(others & set(numbers.values()))
    if taken:
        found = Text(f"申请编号与“{taken[0]}”重复", f'an application number is also the id "{taken[0]}"')
        action = Text("用 --prefix 换一个编号前缀", "choose other letters with --prefix")
        raise InputError([Finding(code="P801", where="--prefix", found=found, action=action, ids=tuple(taken[:5]))])
    return numbers


def renumbered(problem: PlacesProblem, numbers: Mapping[str, str]) -> PlacesProblem:
    """The problem with application numbers in place of the applicants' ids, and families numbered anew.

    The user's own objects (``ext``) of applicants are left out: they are not needed any more.
    """
    families = _family_numbers(problem, numbers)

    def named(name: str) -> str:
        return numbers.get(name, name)

    def person(one: Applicant) -> Applicant:
        return replace(
            one,
            id=numbers[one.id],
            family=None if one.family is None else families[one.family],
            spouse=None if one.spouse is None else named(one.spouse),
            ext={},
        )

    return replace(
        problem,
        applicants=tuple(sorted((person(one) for one in problem.applicants), key=lambda one: one.id)),
        rankings=tuple(replace(row, applicant=named(row.applicant)) for row in problem.rankings),
        family_preferences=tuple(
            replace(row, family=families[row.family], applicant=named(row.applicant))
            for row in problem.family_preferences
        ),
        distances=tuple(
            replace(row, origin=named(row.origin), destination=named(row.destination)) for row in problem.distances
        ),
        bans=tuple(replace(row, first=named(row.first), second=named(row.second)) for row in problem.bans),
        fixed_pairs=tuple(
            replace(row, first=named(row.first), second=named(row.second)) for row in problem.fixed_pairs
        ),
    )


def _family_numbers(problem: PlacesProblem, numbers: Mapping[str, str]) -> dict[str, str]:
    first: dict[str, str] = {}
    for one in problem.applicants:
        if one.family is not None:
            first[one.family] = min(first.get(one.family, numbers[one.id]), numbers[one.id])
    for row in problem.family_preferences:
        number = numbers.get(row.applicant, row.applicant)
        first[row.family] = min(first.get(row.family, number), number)
    order = sorted(first, key=lambda family: (first[family], family))
    return {family: f"F{k:0{_LEAST_DIGITS}d}" for k, family in enumerate(order, start=1)}


def _marks(problem: PlacesProblem) -> dict[str, str]:
    """What every application says, as a hash in which no applicant's or family's id takes part."""
    people = {one.id: one for one in problem.applicants}
    rows: dict[str, list[list[Any]]] = {name: [] for name in people}
    for name, row in _rows(problem):
        if name in rows:
            rows[name].append(row)
    own = {name: _hash([_fields(one), sorted(rows[name], key=_text)]) for name, one in people.items()}
    families: dict[str, list[str]] = {}
    for one in problem.applicants:
        if one.family is not None:
            families.setdefault(one.family, []).append(one.id)
    joint: dict[str, list[tuple[int, str, str]]] = {}
    for choice in problem.family_preferences:
        joint.setdefault(choice.family, []).append((choice.rank, choice.institution, choice.applicant))
    return {
        name: _hash(
            [
                own[name],
                sorted(own[other] for other in families.get(one.family or "", ()) if other != name),
                own.get(one.spouse or "", ""),
                sorted(
                    [rank, where, own.get(who, ""), who == name] for rank, where, who in joint.get(one.family or "", ())
                ),
            ]
        )
        for name, one in people.items()
    }


def _rows(problem: PlacesProblem) -> Iterator[tuple[str, list[Any]]]:
    """For whom a row of another table speaks, and what it says about them."""
    for ranking in problem.rankings:
        yield ranking.applicant, ["ranking", ranking.institution, ranking.rank]
    for way in problem.distances:
        yield way.origin, ["to", way.destination, way.metres]
        yield way.destination, ["from", way.origin, way.metres]
    for choice in problem.family_preferences:
        yield choice.applicant, ["joint", choice.rank, choice.institution]
    for ban in problem.bans:
        yield ban.first, ["ban", ban.second]
        yield ban.second, ["ban", ban.first]
    for fixed in problem.fixed_pairs:
        yield fixed.first, ["fixed", fixed.second, fixed.signed_on, fixed.remark]


def _fields(one: Applicant) -> dict[str, Any]:
    return {
        entry.name: getattr(one, entry.name) for entry in dataclasses.fields(one) if entry.name not in _NAMES_OTHERS
    }


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _hash(value: Any) -> str:
    return hashlib.sha256(_text(value).encode("utf-8", "backslashreplace")).hexdigest()
