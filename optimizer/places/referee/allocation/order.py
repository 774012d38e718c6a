"""The order at an institution and what a pool admits, as the checker reads the policy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from optimizer.places.model import Applicant
from optimizer.places.policy import Criterion, CriterionKind, LastPlace, Policy, PriorityClass
from optimizer.places.referee.allocation.case import Case
from optimizer.places.referee.allocation.groups import groups_of

__all__ = ["Order"]


class Order:
    """Who comes before whom where, and who is admitted.

    Parameters
    ----------
    case
        The case.
    seed
        What the lottery was drawn from.
    closed
        Pools that were not opened.
    """

    def __init__(self, case: Case, seed: str, closed: Iterable[str] = ()) -> None:
        self.case, self.policy = case, case.policy
        self.closed = frozenset(closed)
        self.class_of = {who.id: class_number(who, case.policy) for who in case.people.values()}
        self.lot = _lots(case, seed)
        self._keys: dict[tuple[str, str], tuple[int, ...]] = {}
        self.reserved = {pool: self._reserved(pool) for pool in case.pools}
        self.twins = _twins_of_one_number(case)

    def seats(self, pool: str) -> int:
        """Places of a pool, none where it is closed."""
        return 0 if pool in self.closed else self.case.seats[pool]

    def key(self, who: str, pool: str) -> tuple[int, ...]:
        """The order of an applicant at a pool; smaller comes first."""
        if (who, pool) not in self._keys:
            self._keys[who, pool] = self._key(self.case.people[who], pool)
        return self._keys[who, pool]

    def reserve(self, who: str, pool: str) -> str | None:
        """The reserve that an applicant draws from at a pool."""
        if self.case.current.get(who) == pool:
            return None
        person = self.case.people[who]
        other = self.case.through_other_care(person, self.case.pools[pool])
        for one in self.policy.enabled_reserves:
            if set(one.groups) & set(person.groups) or (other and person.care_type in one.care_types):
                return one.id
        return None

    def admitted(self, pool: str, people: Iterable[str]) -> set[str]:
        """Whom a pool admits from these: by number, and twins of theirs where the policy admits them with them."""
        asking = set(people)
        inside = self.by_number(pool, asking)
        return inside | {who for who in asking - inside if self.twins.get(who, set()) & inside}

    def by_number(self, pool: str, people: Iterable[str]) -> set[str]:
        """Whom a pool has places for: holders in reserved places first, then everybody in what is open."""
        queue = sorted(people, key=lambda who: self.key(who, pool))
        rules = {one.id: one for one in self.policy.enabled_reserves}
        left: Mapping[str, int] = self.reserved[pool] if pool not in self.closed else {}
        room = dict(left)
        inside: set[str] = set()
        for who in queue:
            reserve = self.reserve(who, pool)
            if reserve is not None and room.get(reserve, 0) > 0:
                room[reserve] -= 1
                inside.add(who)
        taken = sum(left.values()) - sum(room.values())
        kept_free = sum(amount for name, amount in room.items() if rules[name].exclusive)
        open_places = self.seats(pool) - taken - kept_free
        for who in queue:
            reserve = self.reserve(who, pool)
            if who not in inside and open_places > 0 and not (reserve is not None and rules[reserve].confined):
                open_places -= 1
                inside.add(who)
        return inside

    def _reserved(self, pool: str) -> dict[str, int]:
        free = left = self.case.free(pool)
        reserved = {}
        for one in self.policy.enabled_reserves:
            reserved[one.id] = min(int(free * one.percent / 100 + 1e-9), left)
            left -= reserved[one.id]
        return reserved

    def _key(self, who: Applicant, pool: str) -> tuple[int, ...]:
        case, house = self.case, self.case.house_of(pool)
        keeps = pool in (case.current.get(who.id), case.standing.get(who.id))
        first = 0 if keeps or (who.id, house.id) in case.decided else 1
        if first and case.displaced:
            first = 1 if who.id in case.displaced else 2
        if house.id in case.with_ranking:
            steps = [case.ranked.get((house.id, who.id), 0), *(0 for _ in self.policy.enabled_order)]
        else:
            steps = [0, *(self._step(one, who, pool) for one in self.policy.enabled_order)]
        return (first, *steps, self.lot[who.id])

    def _step(self, one: Criterion, who: Applicant, pool: str) -> int:
        house = self.case.house_of(pool)
        match one.kind:
            case CriterionKind.CLASS:
                return self.class_of[who.id]
            case CriterionKind.ABILITY:
                words = list(self.policy.abilities)
                return words.index(who.ability) if who.ability in words else len(words)
            case CriterionKind.GROUP:
                return 0 if set(who.groups) & set(one.groups) and one.ownership in (None, house.ownership) else 1
            case CriterionKind.SIBLING:
                return 0 if self._sibling_at(who, house.id) else 1
            case CriterionKind.SAME_TOWN:
                return 0 if who.town and who.town == house.town else 1
            case CriterionKind.EMPLOYER:
                return 0 if who.employer and who.employer == house.operator else 1
            case CriterionKind.REGISTERED_ON:
                return 1 << 40 if who.registered_on is None else who.registered_on.toordinal()
            case CriterionKind.DISTANCE_BAND:
                metres = self.case.metres(who.id, house.id)
                bands = self.policy.distance.bands_m
                return len(bands) + 1 if metres is None else sum(end < metres for end in bands)

    def _sibling_at(self, who: Applicant, house: str) -> bool:
        if who.family is None:
            return False
        places = {house, *(pool.id for pool in self.case.problem.pools if pool.institution == house)}
        return any(one.id != who.id and one.current in places for one in self.case.families[who.family])


def _twins_of_one_number(case: Case) -> dict[str, set[str]]:
    """The others of each of the twins who are admitted together where the last place is reached."""
    if case.policy.families.last_place is not LastPlace.ADMIT:
        return {}
    groups = [set(group.members) for group in groups_of(case) if group.name.startswith("twins:")]
    return {who: members - {who} for members in groups for who in members}


def class_number(who: Applicant, policy: Policy) -> int:
    """Number of the priority class, the number of classes for who fits none."""
    for number, one in enumerate(policy.enabled_classes):
        if _is_in(who, one):
            return number
    return len(policy.enabled_classes)


def _is_in(who: Applicant, one: PriorityClass) -> bool:
    has_all = all(group in who.groups for group in one.all_groups)
    has_any = not one.any_groups or any(group in who.groups for group in one.any_groups)
    return has_all and has_any and (not one.abilities or who.ability in one.abilities)


def _lots(case: Case, seed: str) -> dict[str, int]:
    """Rank of everybody in the draw; twins are drawn under the name of the first of them."""
    drawn = []
    for who in case.people.values():
        name = who.id
        if case.policy.families.one_number and who.family is not None and who.birth_date is not None:
            name = min(one.id for one in case.families[who.family] if one.birth_date == who.birth_date)
        drawn.append((who.id in case.newcomers, hashlib.sha256(f"{seed}:{name}".encode()).hexdigest(), who.id))
    return {who: rank for rank, (*_, who) in enumerate(sorted(drawn))}
