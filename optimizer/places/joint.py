"""Joint choices: families and couples that go together, as lists of pairs for their members."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optimizer.places.lists import choices_of_families
from optimizer.places.lottery import twins_of
from optimizer.places.model import MAX_JOINT_CHOICES, Applicant, PlacesProblem
from optimizer.places.policy import LastPlace, PlacesKind, Policy, SiblingRule

__all__ = ["NOWHERE", "Joint", "joint_units", "units_of_policy"]

NOWHERE = -1
"""Stands for a member without a place in a choice."""


@dataclass(frozen=True, kw_only=True)
class Joint:
    """A family or couple.

    ``members`` are indices of applicants; each of ``choices``, the best first, holds for every member a pair (index)
    or :data:`NOWHERE`. The last choice is what everybody holds now, which is always to be had. ``above``: a pool that
    admits one of the members admits those who come with them above its capacity (twins, last place ``admit``).
    """

    id: str
    members: tuple[int, ...]
    choices: tuple[tuple[int, ...], ...]
    above: bool = False


@dataclass(frozen=True, kw_only=True)
class _Own:
    """The pairs of one applicant in order: pair, institution; and the pair of the place held."""

    pairs: tuple[tuple[int, int], ...]
    held: int


def units_of_policy(problem: PlacesProblem, policy: Policy) -> Mapping[str, tuple[str, ...]]:
    """Who chooses together: unit id → members, sorted; members who do not take part are still in it.

    Families with joint lists, couples (beds), siblings as the policy says, and twins with one number who go together.
    """
    applicants = sorted(problem.applicants, key=lambda one: one.id)
    units: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for family, ranks in choices_of_families(problem.family_preferences).items():
        own = {one.id for one in applicants if one.family == family}
        own |= {member for row in ranks.values() for member in row}
        units[f"family:{family}"] = tuple(sorted(own))
        taken |= own
    for name, members in _derived(applicants, policy):
        if not taken & set(members):
            units[name] = members
            taken |= set(members)
    return units


def _derived(applicants: Sequence[Applicant], policy: Policy) -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...]]] = []
    known = {one.id: one for one in applicants}
    if policy.kind is PlacesKind.BEDS and policy.beds.couples:
        for one in applicants:
            other = known.get(one.spouse or "")
            if other is not None and other.spouse == one.id and one.id < other.id:
                found.append((f"couple:{one.id}", (one.id, other.id)))
    if policy.families.siblings is not SiblingRule.APART:
        siblings: dict[str, list[str]] = {}
        for one in applicants:
            if one.family is not None:
                siblings.setdefault(one.family, []).append(one.id)
        found += [(f"family:{name}", tuple(ids)) for name, ids in sorted(siblings.items()) if len(ids) > 1]
    elif policy.families.one_number and policy.families.last_place is not LastPlace.SPLIT:
        twins = sorted(set(twins_of(applicants).values()))
        found += [(f"twins:{names[0]}", names) for names in twins]
    return found


def joint_units(
    problem: PlacesProblem,
    policy: Policy,
    number: Mapping[str, int],
    own: Mapping[int, tuple[tuple[int, int], ...]],
    held: Mapping[int, int],
    institutions: Mapping[str, int],
) -> tuple[Joint, ...]:
    """The joint choices of every unit with two or more members who take part, sorted by unit.

    Parameters
    ----------
    number
        Index of each applicant who takes part.
    own
        For applicants in units, their pairs in order: (pair, institution).
    held
        The pair of the place held now.
    institutions
        Index by id.
    """
    lists = choices_of_families(problem.family_preferences)
    units: list[Joint] = []
    for name, ids in sorted(units_of_policy(problem, policy).items()):
        members = tuple(number[one] for one in ids if one in number)
        if len(members) < 2:
            continue
        lined = [_Own(pairs=own.get(i, ()), held=held.get(i, NOWHERE)) for i in members]
        family = name.removeprefix("family:")
        if family in lists and name.startswith("family:"):
            names = [problem_id for problem_id in ids if problem_id in number]
            choices = _listed(lists[family], names, lined, institutions)
        else:
            choices = _together(lined)
            if policy.families.siblings is SiblingRule.TOGETHER_FIRST and name.startswith("family:"):
                choices += _apart(lined)
        fallback = tuple(one.held for one in lined)
        above = policy.families.last_place is LastPlace.ADMIT and name.startswith("twins:")
        units.append(Joint(id=name, members=members, choices=_ending(choices, fallback), above=above))
    return tuple(units)


def _ending(choices: Sequence[tuple[int, ...]], fallback: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """The choices without repetition, cut after the fallback, which comes last."""
    ordered = list(dict.fromkeys(choices))[:MAX_JOINT_CHOICES]
    if fallback in ordered:
        ordered = ordered[: ordered.index(fallback)]
    return (*ordered, fallback)


def _listed(
    ranks: Mapping[int, Mapping[str, str]], ids: Sequence[str], lined: Sequence[_Own], institutions: Mapping[str, int]
) -> list[tuple[int, ...]]:
    choices: list[tuple[int, ...]] = []
    for _, row in sorted(ranks.items()):
        legs: list[tuple[int, ...]] = []
        for name, one in zip(ids, lined, strict=True):
            if name not in row:
                legs.append((one.held,))
                continue
            k = institutions.get(row[name], -1)
            legs.append(tuple(pair for pair, where in one.pairs if where == k))
        choices.extend(itertools.product(*legs))
    return choices


def _together(lined: Sequence[_Own]) -> list[tuple[int, ...]]:
    """One institution for all: by the sum of positions, then the positions of the first member."""
    common = set.intersection(*({where for _, where in one.pairs} for one in lined))
    found: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    for k in sorted(common):
        legs = [[(place, pair) for place, (pair, where) in enumerate(one.pairs) if where == k] for one in lined]
        for combination in itertools.product(*legs):
            places = tuple(place for place, _ in combination)
            found.append(((sum(places), *places), tuple(pair for _, pair in combination)))
    return [pairs for _, pairs in sorted(found)]


def _apart(lined: Sequence[_Own]) -> list[tuple[int, ...]]:
    """Any combination of own choices, no place counting as one after the last; by the sum of positions."""
    legs: list[list[tuple[int, int]]] = []
    for one in lined:
        choices = [(place, pair) for place, (pair, _) in enumerate(one.pairs)]
        if one.held == NOWHERE:
            choices.append((len(choices), NOWHERE))
        legs.append(choices)
    found = []
    for combination in itertools.product(*legs):
        places = tuple(place for place, _ in combination)
        found.append(((sum(places), *places), tuple(pair for _, pair in combination)))
    return [pairs for _, pairs in sorted(found)]
