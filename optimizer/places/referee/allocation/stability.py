"""Blocking coalitions and cut-offs, counted anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from optimizer.places.referee.allocation.groups import Group, groups_of
from optimizer.places.referee.allocation.order import Order

__all__ = ["Blocking", "blocking_coalitions", "cutoff_of"]

Blocking = tuple[str, tuple[str | None, ...]]
"""A group and the choice it would rather have and could."""


def blocking_coalitions(order: Order, placed: Mapping[str, str]) -> Iterator[Blocking]:
    """Every group and choice that it prefers to what it has and all pools of which would admit its members.

    A pool is asked with those it holds, the group's own members aside, and the members who would come.
    """
    inside: dict[str, set[str]] = {}
    for who, pool in placed.items():
        inside.setdefault(pool, set()).add(who)
    worst = {pool: max(order.key(who, pool) for who in people) for pool, people in inside.items()}
    for group in groups_of(order.case):
        now = tuple(placed.get(who) for who in group.members)
        for choice in group.choices:
            if choice == now:
                break
            if _all_admitted(order, group, choice, inside, worst):
                yield group.name, choice


def _all_admitted(
    order: Order,
    group: Group,
    choice: tuple[str | None, ...],
    inside: Mapping[str, set[str]],
    worst: Mapping[str, tuple[int, ...]],
) -> bool:
    for pool in sorted({pool for pool in choice if pool is not None}):
        come = {who for who, there in zip(group.members, choice, strict=True) if there == pool}
        held = inside.get(pool, set())
        if len(group.members) == 1 and not order.policy.enabled_reserves and not order.twins:
            (who,) = come
            if len(held) >= order.seats(pool) and (not held or order.key(who, pool) > worst[pool]):
                return False
            continue
        if not come <= order.admitted(pool, (held - set(group.members)) | come):
            return False
    return True


def cutoff_of(
    order: Order, pool: str, reserve: str | None, people: set[str]
) -> tuple[tuple[int, ...] | None, int, int]:
    """The key of the last one in by number (``None`` while a place is free), places, and how many fill them."""
    rules = {one.id: one for one in order.policy.enabled_reserves}
    room = dict(order.reserved[pool]) if pool not in order.closed else dict.fromkeys(order.reserved[pool], 0)
    seated: dict[str | None, list[str]] = {None: [], **{name: [] for name in room}}
    for who in sorted(order.by_number(pool, people), key=lambda one: order.key(one, pool)):
        own = order.reserve(who, pool)
        kind = own if own is not None and len(seated[own]) < room[own] else None
        seated[kind].append(who)
    if reserve is None:
        used = sum(room[name] if rules[name].exclusive else len(seated[name]) for name in room)
        places = order.seats(pool) - used
    else:
        places = room[reserve]
    own_people = seated[reserve]
    full = places > 0 and len(own_people) >= places
    return (order.key(own_people[-1], pool) if full else None), places, len(own_people)
