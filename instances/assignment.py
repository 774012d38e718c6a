"""Who is bound to whom on a made day: providers of households, requirements, history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from instances.demand import Call
from instances.geography import City
from instances.quota import apportion
from instances.staff import Post, working_providers

__all__ = ["PRIORITY_SHARES", "Household", "bind_households", "lent_skills"]

PRIORITY_SHARES = (0.10, 0.40, 0.50)
"""Shares of the priority groups among the households (assumption: the documents order them, but count none)."""

FEMALE_ONLY_SHARE, DIALECT_SHARE = 0.2, 0.04
FULL_HOURS = 6.7  # of care for each care worker: a provider that has them takes no more
HISTORY_SHARE, PREFERRED_SHARE, FORBIDDEN_SHARE = 0.6, 0.2, 0.02


@dataclass(frozen=True, kw_only=True, slots=True)
class Household:
    """A client before the id.

    ``calls`` are its visits and ``providers`` who must do each (``None``: open to the whole city); caregivers are
    indices into the staff, ``known`` ones with the number of their visits so far.
    """

    calls: tuple[int, ...]
    providers: tuple[str | None, ...]
    priority: int
    female_only: bool
    dialect: bool
    known: tuple[tuple[int, int], ...]
    preferred: tuple[int, ...]
    forbidden: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """The staff, with a memory of who is able to do what."""

    staff: Sequence[Post]
    found: dict[tuple[str, int, str | None, str | None], tuple[int, ...]] = field(default_factory=dict)

    def able(self, call: Call, provider: str | None) -> tuple[int, ...]:
        """Who has the skill, works for the provider (``None``: any), and lives on the right side of the water."""
        island = call.town.name if call.town.island else None
        key = (call.service.skill, call.service.level, provider, island)
        if key not in self.found:
            self.found[key] = tuple(
                i
                for i, post in enumerate(self.staff)
                if post.masters(call.service.skill, call.service.level)
                and provider in (None, post.provider)
                and (post.town.name if post.town.island else None) == island
            )
        return self.found[key]

    def bound(self, call: Call, provider: str) -> str | None:
        """The provider, if it employs a team for the call; otherwise the call is open to the whole city."""
        return provider if len(self.able(call, provider)) >= call.team_size else None


def bind_households(city: City, calls: Sequence[Call], staff: Sequence[Post], random: Random) -> list[Household]:
    """The households of the calls, sorted by number, with all that binds them to caregivers.

    A requirement (gender, dialect, a forbidden caregiver) is drawn only where enough able caregivers remain, so that
    nothing on the mainland is impossible because of it.
    """
    roster = Roster(staff)
    members: dict[int, list[int]] = {}
    for i, call in enumerate(calls):
        members.setdefault(call.household, []).append(i)
    numbers = sorted(members)
    groups = _groups(len(numbers), random)
    providers = _providers(city, calls, members, roster)
    return [
        _household(
            [calls[i] for i in members[number]], tuple(members[number]), providers[number], group, roster, random
        )
        for number, group in zip(numbers, groups, strict=True)
    ]


def lent_skills(staff: Sequence[Post]) -> list[tuple[str, str, str]]:
    """Skill (``*``: any), lender and borrower: everyone within a town, specialists within the city; sorted."""
    rows = {
        ("*", lender.provider, borrower.provider)
        for lender in staff
        for borrower in staff
        if lender.town is borrower.town and lender.provider != borrower.provider
    }
    lenders = {(post.specialty, post.provider) for post in staff if post.specialty is not None}
    borrowers = {post.provider for post in staff}
    rows |= {(skill, lender, borrower) for skill, lender in lenders for borrower in borrowers if lender != borrower}
    return sorted(rows)


def _groups(households: int, random: Random) -> list[int]:
    counts = apportion(households, PRIORITY_SHARES)
    groups = [rank for rank, count in enumerate(counts, start=1) for _ in range(count)]
    random.shuffle(groups)
    return groups


def _providers(
    city: City, calls: Sequence[Call], members: Mapping[int, Sequence[int]], roster: Roster
) -> dict[int, tuple[str | None, ...]]:
    """Who must do each call of every household: of the providers in its town, the one with the least hours of care.

    A call is open to the whole city (``None``) where that provider has no team for it, or is full.
    """
    workers = Counter(post.provider for post in roster.staff if post.specialty is None)
    staffed = [p for p in working_providers(city, len(roster.staff)) if workers[p.id]]
    hours = dict.fromkeys((provider.id for provider in staffed), 0.0)
    chosen: dict[int, tuple[str | None, ...]] = {}
    for number in sorted(members):
        own = [calls[i] for i in members[number]]
        in_town = [p.id for p in staffed if own[0].town.name in p.towns] or sorted(hours)
        provider = min(in_town, key=lambda name: (hours[name] / workers[name], name))
        full = hours[provider] / workers[provider] >= FULL_HOURS
        chosen[number] = tuple(None if full else roster.bound(call, provider) for call in own)
        care = [call.care_s for call, bound in zip(own, chosen[number], strict=True) if bound and call.is_care]
        hours[provider] += sum(care) / 3600
    return chosen


def _household(
    calls: Sequence[Call],
    rows: tuple[int, ...],
    providers: tuple[str | None, ...],
    group: int,
    roster: Roster,
    random: Random,
) -> Household:
    able = _common_able(calls, providers, roster)
    spare = max(call.team_size for call in calls) + 1
    hands_on = calls[0].is_care and calls[0].service.level >= 2
    women = [i for i in able if roster.staff[i].woman]
    female_only = _drawn(FEMALE_ONLY_SHARE, random) and hands_on and len(women) >= spare
    able = women if female_only else able
    speakers = [i for i in able if roster.staff[i].speaks_dialect]
    dialect = _drawn(DIALECT_SHARE, random) and len(speakers) >= spare
    able = speakers if dialect else able
    known = _known(able, random) if _drawn(HISTORY_SHARE, random) else ()
    strangers = [i for i in able if i not in [caregiver for caregiver, _ in known]]
    may_forbid = _drawn(FORBIDDEN_SHARE, random) and strangers and len(able) > spare
    return Household(
        calls=rows,
        providers=providers,
        priority=group,
        female_only=female_only,
        dialect=dialect,
        known=known,
        preferred=(known[0][0],) if known and _drawn(PREFERRED_SHARE, random) else (),
        forbidden=(random.choice(strangers),) if may_forbid else (),
    )


def _common_able(calls: Sequence[Call], providers: Sequence[str | None], roster: Roster) -> list[int]:
    """Who is able to do every call of the household; nobody where the calls need different specialties."""
    first, *others = (roster.able(call, provider) for call, provider in zip(calls, providers, strict=True))
    return [i for i in first if all(i in able for able in others)]


def _known(able: Sequence[int], random: Random) -> tuple[tuple[int, int], ...]:
    """One to three caregivers who were there before, the most frequent first."""
    chosen = random.sample(list(able), min(len(able), random.randrange(1, 4)))
    counts = sorted((random.randrange(1, 25) for _ in chosen), reverse=True)
    return tuple(zip(chosen, counts, strict=True))


def _drawn(share: float, random: Random) -> bool:
    return random.random() < share
