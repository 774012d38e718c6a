"""Who chooses together, and their joint choices, as the checker reads policy and tables."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from optimizer.places.model import MAX_JOINT_CHOICES
from optimizer.places.policy import LastPlace, PlacesKind, SiblingRule
from optimizer.places.referee.allocation.case import Case

__all__ = ["Choice", "Group", "groups_of"]

Choice = tuple[str | None, ...]
"""The pool of every member, ``None`` for no place."""


class Group:
    """People who choose together (or one alone): ``members`` in order of ids, ``choices`` the best first."""

    def __init__(self, name: str, members: tuple[str, ...], choices: list[Choice]) -> None:
        self.name, self.members, self.choices = name, members, choices


def groups_of(case: Case) -> list[Group]:
    """Everybody who takes part, in groups; who is in none is a group of one."""
    groups = [group for name, ids in _together(case) if (group := _group(case, name, ids)) is not None]
    inside = {who for group in groups for who in group.members}
    for who in sorted(case.lists):
        if who not in inside:
            choices: list[Choice] = [(pool,) for pool in case.lists[who]]
            if who not in case.current and who not in case.standing:
                choices.append((None,))
            groups.append(Group(who, (who,), choices))
    return groups


def _together(case: Case) -> Iterator[tuple[str, list[str]]]:
    policy, people = case.policy, case.people
    taken: set[str] = set()
    lists: dict[str, set[str]] = {}
    for row in case.problem.family_preferences:
        lists.setdefault(row.family, set()).add(row.applicant)
    for family in sorted(lists):
        ids = lists[family] | {one.id for one in case.families.get(family, [])}
        taken |= ids
        yield f"family:{family}", sorted(ids)
    if policy.kind is PlacesKind.BEDS and policy.beds.couples:
        for who in sorted(people):
            other = people[who].spouse
            mutual = other is not None and other in people and people[other].spouse == who and who < other
            if mutual and other is not None and not taken & {who, other}:
                taken |= {who, other}
                yield f"couple:{who}", [who, other]
    for family in sorted(case.families):
        members = case.families[family]
        if policy.families.siblings is not SiblingRule.APART:
            ids = {one.id for one in members}
            if len(ids) > 1 and not taken & ids:
                yield f"family:{family}", sorted(ids)
        elif policy.families.one_number and policy.families.last_place is not LastPlace.SPLIT:
            for born in sorted({one.birth_date for one in members if one.birth_date is not None}):
                ids = {one.id for one in members if one.birth_date == born}
                if len(ids) > 1 and not taken & ids:
                    yield f"twins:{min(ids)}", sorted(ids)


def _group(case: Case, name: str, ids: list[str]) -> Group | None:
    members = tuple(who for who in ids if who in case.lists)
    if len(members) < 2:
        return None
    held: Choice = tuple(case.standing.get(who, case.current.get(who)) for who in members)
    before: Choice = tuple(case.held_before.get(who) for who in members)
    listed = {row.family for row in case.problem.family_preferences}
    family = name.removeprefix("family:")
    if name.startswith("family:") and family in listed:
        choices = list(_listed(case, family, members, held))
    else:
        choices = list(_same_house(case, members))
        if name.startswith("family:") and case.policy.families.siblings is SiblingRule.TOGETHER_FIRST:
            choices += list(_anyhow(case, members))
    kept: list[Choice] = []
    for choice in choices:
        if choice == before != held:
            break
        if choice != held and not _keeps(case, members, choice):
            continue
        if choice == held or len(kept) == MAX_JOINT_CHOICES:
            break
        if choice not in kept:
            kept.append(choice)
    return Group(name, members, [*kept, held])


def _keeps(case: Case, members: tuple[str, ...], choice: Choice) -> bool:
    """Whether nobody in a choice has less than an earlier result left them."""
    for who, pool in zip(members, choice, strict=True):
        stood = case.standing.get(who)
        if stood is not None and (pool is None or case.lists[who].index(pool) > case.lists[who].index(stood)):
            return False
    return True


def _listed(case: Case, family: str, members: tuple[str, ...], held: Choice) -> Iterator[Choice]:
    rows = [row for row in case.problem.family_preferences if row.family == family]
    for rank in sorted({row.rank for row in rows}):
        house = {row.applicant: row.institution for row in rows if row.rank == rank}
        legs: list[list[str | None]] = []
        for who, own in zip(members, held, strict=True):
            if who not in house:
                legs.append([own])
            else:
                legs.append([pool for pool in case.lists[who] if case.pools[pool].institution == house[who]])
        yield from itertools.product(*legs)


def _same_house(case: Case, members: tuple[str, ...]) -> Iterator[Choice]:
    ranked = []
    first = {case.pools[pool].institution for pool in case.lists[members[0]]}
    for house in sorted(first):
        legs = [
            [(place, pool) for place, pool in enumerate(case.lists[who]) if case.pools[pool].institution == house]
            for who in members
        ]
        ranked += [_ranked(legged) for legged in itertools.product(*legs)]
    yield from (choice for _, choice in sorted(ranked, key=lambda item: item[0]))


def _anyhow(case: Case, members: tuple[str, ...]) -> Iterator[Choice]:
    legs: list[list[tuple[int, str | None]]] = []
    for who in members:
        own: list[tuple[int, str | None]] = list(enumerate(case.lists[who]))
        legs.append(own if who in case.current else [*own, (len(own), None)])
    ranked = [_ranked(legged) for legged in itertools.product(*legs)]
    yield from (choice for _, choice in sorted(ranked, key=lambda item: item[0]))


def _ranked(legs: tuple[tuple[int, str | None], ...]) -> tuple[tuple[int, ...], Choice]:
    places = tuple(place for place, _ in legs)
    return (sum(places), *places), tuple(pool for _, pool in legs)
