"""The case as the checker sees it: what each applicant accepts, how far it is, what each pool has."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from optimizer.places.model import (
    AgeClass,
    Applicant,
    ApplicantStatus,
    CareType,
    Institution,
    InstitutionKind,
    Ownership,
    PlacesProblem,
    Pool,
)
from optimizer.places.policy import PlacesKind, Policy
from optimizer.places.result import Rerun
from optimizer.travel.coordinates import to_wgs84

__all__ = ["Case"]

_RADIUS_M = 6_371_008.8


class Case:
    """A problem under a policy.

    Attributes
    ----------
    lists
        For every applicant who takes part the ids of the pools accepted, the best first; the place held is among them.
    seats
        Places of each pool on the market.
    current
        Pool of the place held now.
    """

    def __init__(self, problem: PlacesProblem, policy: Policy, rerun: Rerun | None = None) -> None:
        self.problem, self.policy = problem, policy
        self.people = {one.id: one for one in problem.applicants}
        self.houses = {one.id: one for one in problem.institutions}
        self.families: dict[str, list[Applicant]] = {}
        for one in problem.applicants:
            if one.family is not None:
                self.families.setdefault(one.family, []).append(one)
        kinds = _kinds(policy)
        self.pools = {one.id: one for one in problem.pools if self.houses[one.institution].kind in kinds}
        self.pools_of: dict[str, list[Pool]] = {}
        for pool in sorted(self.pools.values(), key=lambda item: item.id):
            self.pools_of.setdefault(pool.institution, []).append(pool)
        held = {who.id: self._current(who) for who in problem.applicants}
        self.current = {who: pool for who, pool in held.items() if pool is not None}
        self.held_before = dict(self.current)
        self.absent = {who.id for who in problem.applicants if not self._takes_part(who)}
        self.ranked = {(row.institution, row.applicant): row.rank for row in problem.rankings}
        self.with_ranking = {row.institution for row in problem.rankings}
        self.decided = {(row.first, row.second) for row in problem.fixed_pairs if row.first in self.people}
        self._bound = {who for who, house in self.decided if house in self.houses}
        both = {(ban.first, ban.second) for ban in problem.bans}
        self._banned = both | {(second, first) for first, second in both}
        self._given = {(way.destination, way.origin): way.metres for way in problem.distances}
        self._given |= {(way.origin, way.destination): way.metres for way in problem.distances}
        self.rows = self._family_rows()
        self._house_names = sorted(self.houses)
        self._house_points = _points([self.houses[name] for name in self._house_names])
        self._ways: dict[str, dict[str, int]] = {}
        self.seats = self._seats()
        self._free = {pool: self.seats[pool] - len(self.holders(pool)) for pool in self.pools}
        self.standing: dict[str, str] = {}
        self.priced: dict[str, str] = {}
        self.change_price_m = 0
        self.displaced: frozenset[str] = frozenset()
        self.newcomers: frozenset[str] = frozenset()
        if rerun is not None:
            self._stand(rerun)
        self.lists = {who.id: self._list(who) for who in problem.applicants if who.id not in self.absent}

    def house_of(self, pool: str) -> Institution:
        """The institution of a pool."""
        return self.houses[self.pools[pool].institution]

    def metres(self, who: str, house: str) -> int | None:
        """Metres from an applicant to an institution, ``None`` where nothing tells."""
        given = self._given.get((who, house))
        return given if given is not None else self._own_ways(who).get(house)

    def staying(self, pool: str) -> int:
        """People in a pool who are not on the market."""
        one = self.pools[pool]
        inside = [who for who, held in self.held_before.items() if held == pool]
        moving = [who for who in inside if who not in self.absent or self._has_withdrawn(who)]
        return max(0, one.occupied - len(moving))

    def holders(self, pool: str) -> list[str]:
        """Applicants who take part and hold a place in a pool now."""
        return [who for who, held in self.current.items() if held == pool and who not in self.absent]

    def keepers(self, pool: str) -> list[str]:
        """Those who hold a place now, by the tables or by an earlier result."""
        return sorted(
            {*self.holders(pool), *(who for who, held in {**self.standing, **self.priced}.items() if held == pool)}
        )

    def months(self, who: Applicant) -> int | None:
        """Completed months at the entry date."""
        on, born = self.policy.entry_date, who.birth_date
        if on is None or born is None:
            return None
        months = 0
        while _birthday(born, months + 1) <= on:
            months += 1
        return months

    def age_class(self, who: Applicant) -> AgeClass | None:
        """The class type of a child."""
        if who.age_class is not None:
            return who.age_class
        months = self.months(who)
        for band in self.policy.age_bands:
            if months is not None and band.from_months <= months <= band.to_months:
                return band.age_class
        return None

    def fits(self, who: Applicant, pool: Pool) -> bool:
        """Whether a pool can take somebody at all."""
        if self.policy.kind is PlacesKind.BEDS:
            words = next((one.abilities for one in self.policy.beds.types if one.bed_type == pool.bed_type), ())
            able = not words or who.ability in words or any(group in words for group in who.groups)
            return able and pool.room_sex in (None, who.sex)
        return self._fits_age(who, pool) and pool.room_sex in (None, who.sex) and self._fits_care(who, pool)

    def through_other_care(self, who: Applicant, pool: Pool) -> bool:
        """Whether somebody comes into a pool of other hours than wanted."""
        if self.policy.kind is PlacesKind.BEDS:
            return False
        return pool.care_type not in (None, who.care_type)

    def _fits_age(self, who: Applicant, pool: Pool) -> bool:
        if pool.age_class is None:
            return True
        own = self.age_class(who)
        if own is pool.age_class:
            return True
        if pool.age_class is not AgeClass.MIXED or own in (None, AgeClass.INFANT):
            return False
        months = self.months(who)
        return months is None or months >= self.policy.mixed_from_months

    def _fits_care(self, who: Applicant, pool: Pool) -> bool:
        if pool.care_type in (None, who.care_type):
            return True
        if pool.care_type is not CareType.FULL_DAY:
            return False
        halves = (CareType.MORNING, CareType.AFTERNOON)
        reserved = any(who.care_type in one.care_types for one in self.policy.enabled_reserves)
        return reserved or (self.policy.half_days_share and who.care_type in halves)

    def _exact(self, who: Applicant, pool: Pool) -> bool:
        if self.policy.kind is PlacesKind.BEDS:
            return False
        return pool.age_class is self.age_class(who) and pool.care_type is who.care_type

    def _current(self, who: Applicant) -> str | None:
        if who.current is None:
            return None
        if who.current in self.pools:
            return who.current
        own = self.pools_of.get(who.current, [])
        ranks = [(not self.fits(who, one), one.occupied == 0, not self._exact(who, one), one.id) for one in own]
        return min(ranks)[-1] if ranks else None

    def _takes_part(self, who: Applicant) -> bool:
        if who.status is ApplicantStatus.WITHDRAWN or not who.willing:
            return False
        if self.policy.kind is PlacesKind.BEDS or who.id in self.current:
            return True
        all_classed = bool(self.pools) and all(one.age_class is not None for one in self.pools.values())
        return not all_classed or self.age_class(who) is not None

    def _has_withdrawn(self, who: str) -> bool:
        return self.people[who].status is ApplicantStatus.WITHDRAWN

    def _seats(self) -> dict[str, int]:
        seats = {name: max(0, one.capacity - one.occupied) for name, one in self.pools.items()}
        for who, pool in self.current.items():
            if who not in self.absent or self._has_withdrawn(who):
                seats[pool] += 1
        return seats

    def free(self, pool: str) -> int:
        """Places of a pool that are free now: reserves are counted from them."""
        return self._free[pool]

    def _stand(self, rerun: Rerun) -> None:
        """What an earlier result left: places that are kept, and those held before it that have been left since."""
        stood = {one.applicant: one.pool for one in rerun.standing}
        if rerun.change_price_m is None:
            self.standing = stood
        else:
            self.priced, self.change_price_m = stood, rerun.change_price_m
        self.newcomers = frozenset(rerun.newcomers)
        if rerun.displaced_first:
            self.displaced = frozenset(one.applicant for one in rerun.displaced)
        gone = {who for who, pool in self.current.items() if stood.get(who) != pool and who not in self.absent}
        self.current = {who: pool for who, pool in self.current.items() if who not in gone}

    def _family_rows(self) -> dict[str, list[str]]:
        """For every member of a family with a joint list the institutions in it, by the first rank."""
        rows: dict[str, list[str]] = {}
        for one in sorted(self.problem.family_preferences, key=lambda row: (row.family, row.rank)):
            houses = rows.setdefault(one.applicant, [])
            if one.institution not in houses:
                houses.append(one.institution)
        return rows

    def _list(self, who: Applicant) -> list[str]:
        held = self.held_before.get(who.id)
        named = self.rows.get(who.id, list(who.preferences))
        if named:
            pools = [pool for name in named for pool in self._pools_named(who, name)]
        elif held is not None and not who.transfer_wanted:
            pools = []
        else:
            pools = [pool for pool in self._pools_near(who) if pool != held]
        accepted: list[str] = []
        for pool in pools:
            if pool in accepted or not (pool == held or self.allowed(who, pool)):
                continue
            accepted.append(pool)
            if pool in (held, self.standing.get(who.id)):
                break
        if self.standing.get(who.id) in accepted:
            return accepted
        return accepted if held is None or held in accepted else [*accepted, held]

    def _pools_named(self, who: Applicant, name: str) -> list[str]:
        if name in self.houses:
            return self._fitting(who, name)
        held = self.held_before.get(who.id)
        return [name] if name in self.pools and (self.fits(who, self.pools[name]) or name == held) else []

    def _pools_near(self, who: Applicant) -> list[str]:
        limit = self.policy.distance.limit_m if who.max_distance_m is None else who.max_distance_m
        near = []
        for house in self.pools_of:
            metres = self.metres(who.id, house)
            if metres is not None and metres <= limit:
                near.append((metres, house))
        return [pool for _, house in sorted(near) for pool in self._fitting(who, house)]

    def _fitting(self, who: Applicant, house: str) -> list[str]:
        own = [one for one in self.pools_of.get(house, []) if self.fits(who, one)]
        return [one.id for one in sorted(own, key=lambda pool: (not self._exact(who, pool), pool.id))]

    def allowed(self, who: Applicant, pool: str) -> bool:
        """Whether the policy, bans, rankings and decisions allow a pair."""
        rule, house, one = self.policy.filters, self.house_of(pool), self.pools[pool]
        if (rule.filed_only and not house.filed) or (rule.inclusive_only and not house.inclusive):
            return False
        if rule.not_blacklisted and house.blacklisted:
            return False
        if house.kind is InstitutionKind.KINDERGARTEN:
            classes = (None, *rule.kindergarten_classes)
            if not rule.kindergartens or one.age_class not in classes:
                return False
        bound = rule.min_private_grade is not None and who.government_paid and house.ownership is Ownership.PRIVATE
        if bound and (house.grade is None or house.grade < (rule.min_private_grade or 0)):
            return False
        metres = self.metres(who.id, house.id)
        if who.max_distance_m is not None and metres is not None and metres > who.max_distance_m:
            return False
        if (who.id, house.id) in self._banned:
            return False
        if house.id in self.with_ranking and (house.id, who.id) not in self.ranked:
            return False
        return who.id not in self._bound or (who.id, house.id) in self.decided

    def _own_ways(self, who: str) -> dict[str, int]:
        if who not in self._ways:
            self._ways[who] = self._measured(self.people[who])
        return self._ways[who]

    def _measured(self, who: Applicant) -> dict[str, int]:
        home = _points([who])[0]
        if np.isnan(home).any():
            return {}
        half = np.sin((self._house_points - home) / 2.0) ** 2
        square = half[:, 0] + np.cos(home[0]) * np.cos(self._house_points[:, 0]) * half[:, 1]
        lines = 2.0 * _RADIUS_M * np.arcsin(np.sqrt(np.clip(square, 0.0, 1.0))) * self.policy.distance.detour
        known = zip(self._house_names, lines.tolist(), strict=True)
        return {name: round(line) for name, line in known if not np.isnan(line)}


def _kinds(policy: Policy) -> tuple[InstitutionKind, ...]:
    if policy.kind is PlacesKind.BEDS:
        return (InstitutionKind.ELDERCARE,)
    return (InstitutionKind.CHILDCARE, InstitutionKind.KINDERGARTEN)


def _birthday(born: date, months: int) -> date:
    """The day on which so many months are completed: the day of birth, or the last day of a shorter month."""
    years, month = divmod(born.month - 1 + months, 12)
    first = date(born.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=born.day - 1), following - timedelta(days=1))


def _points(spots: list[Institution] | list[Applicant]) -> NDArray[np.float64]:
    lat = [np.nan if one.lat is None else one.lat for one in spots]
    lon = [np.nan if one.lon is None else one.lon for one in spots]
    north, east = to_wgs84(lat, lon, [one.system for one in spots])
    points: NDArray[np.float64] = np.radians(np.stack([north, east], axis=1))
    return points
