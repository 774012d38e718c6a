"""Judges a fixed list against the tables it was made from, and a draw against its list, with hashlib alone."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime

from optimizer.common.errors import Finding
from optimizer.common.language import Text
from optimizer.places.decision.draw import DrawRecord
from optimizer.places.decision.frozen import FrozenList
from optimizer.places.digest import problem_hash
from optimizer.places.model import Applicant, PlacesProblem
from optimizer.places.result import AllocationResult

__all__ = ["check_draw", "check_frozen", "check_reference"]

_ACTION = Text("这份文件不可用，请查明原因", "this file cannot be used; find out why")
_OWN_NAMES = ("id", "family", "spouse", "ext")

Broken = tuple[str, str, str, tuple[str, ...]]


def check_frozen(problem: PlacesProblem, frozen: FrozenList) -> tuple[Finding, ...]:
    """Whether a fixed list holds the applications of the tables and keeps its hash. Codes ``R650``, ``R651``."""
    return _findings((*_hash_holds(frozen), *_same_applications(problem, frozen)))


def check_draw(frozen: FrozenList, record: DrawRecord) -> tuple[Finding, ...]:
    """Whether the lots of a draw are those that the recipe gives for the list. Codes ``R650``, ``R652``–``R657``."""
    return _findings((*_hash_holds(frozen), *_runs(frozen, record), *_lots(frozen, record)))


def check_reference(frozen: FrozenList | None, result: AllocationResult) -> tuple[Finding, ...]:
    """Whether a result that names a draw stands on this list and its policy. Codes ``R650``, ``R658``, ``R659``.

    A re-run may have newcomers, who are in no fixed list: then the earlier result is what is checked with the list.
    """
    if result.draw is None:
        return ()
    if frozen is None and result.rerun is not None:
        return ()
    if frozen is None:
        zh, en = "结果说是摇过号的，要用封存的名单来核对", "the result names a draw: check it with the fixed list"
        return _findings((("R659", zh, en, ()),))
    return _findings((*_hash_holds(frozen), *_stands_on(frozen, result)))


def _findings(broken: tuple[Broken, ...]) -> tuple[Finding, ...]:
    return tuple(
        Finding(code=code, where="result", found=Text(zh, en), action=_ACTION, ids=ids) for code, zh, en, ids in broken
    )


def _hash_holds(frozen: FrozenList) -> Iterator[Broken]:
    head: dict[str, object] = {
        one.name: getattr(frozen, one.name) for one in fields(frozen) if one.name not in ("list_hash", "problem")
    }
    head["source_date"] = frozen.source_date.isoformat()
    head["problem"] = problem_hash(frozen.problem)
    plain = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    if hashlib.sha256(plain).hexdigest() != frozen.list_hash:
        yield "R650", "名单与它的哈希值不一致", "the list differs from its hash", ()


def _same_applications(problem: PlacesProblem, frozen: FrozenList) -> Iterator[Broken]:
    before, after = _said(problem.applicants), _said(frozen.problem.applicants)
    missing, added = sum((before - after).values()), sum((after - before).values())
    if missing or added:
        yield (
            "R651",
            f"名单少了 {missing} 份申请、多了 {added} 份",
            f"{missing} applications missing, {added} added",
            (),
        )
    numbers = Counter(one.id for one in frozen.problem.applicants)
    double = sorted(number for number, count in numbers.items() if count > 1)
    if double:
        yield "R651", "申请编号重复", "application numbers are repeated", tuple(double[:5])
    tables = ("institutions", "pools", "areas", "candidates", "targets")
    if any(
        sorted(map(repr, getattr(problem, key))) != sorted(map(repr, getattr(frozen.problem, key))) for key in tables
    ):
        yield "R651", "机构或班级的表与原表不同", "the tables of institutions or pools differ", ()


def _said(applicants: tuple[Applicant, ...]) -> Counter[str]:
    return Counter(
        repr([getattr(one, entry.name) for entry in fields(one) if entry.name not in _OWN_NAMES])
        + f"{one.family is not None}{one.spouse is not None}"
        for one in applicants
    )


def _runs(frozen: FrozenList, record: DrawRecord) -> Iterator[Broken]:
    if record.list_hash != frozen.list_hash:
        yield "R652", "摇号记录属于另一份名单", "the draw is of another list", ()
    if (record.source, record.source_date, record.frozen_at) != (frozen.source, frozen.source_date, frozen.frozen_at):
        yield "R653", "公开号码的来源与公告不同", "the source of the number is not the one announced", ()
    if record.announced and not (len(record.announced) >= 16 and frozen.list_hash.startswith(record.announced)):
        yield "R652", "摇号时核对的不是这份名单的哈希值", "another hash was compared at the draw", ()
    for run in record.runs:
        plain = "".join(character for character in run.number if character in "0123456789abcdefghijklmnopqrstuvwxyz")
        if plain != run.number or (frozen.length and len(plain) != frozen.length):
            yield "R653", "号码的写法或位数与公告不同", "the number is not written as announced", ()
    if not record.runs:
        yield "R654", "没有摇号", "nothing was drawn", ()
    for position, run in enumerate(record.runs):
        if position and not run.reason.strip():
            yield "R654", f"第 {position + 1} 次摇号没有理由", f"run {position + 1} gives no reason", ()
        if datetime.fromisoformat(run.drawn_at).date() < frozen.source_date:
            yield "R655", "摇号早于号码产生的日子", "the draw is earlier than the number", ()


def _lots(frozen: FrozenList, record: DrawRecord) -> Iterator[Broken]:
    if not record.runs:
        return
    seed = record.runs[-1].number
    people = {one.id: one for one in frozen.problem.applicants}
    if Counter(lot.application for lot in record.lots) != Counter(list(people)):
        yield "R656", "摇号表与名单的申请不一致", "the lots are not those of the list", ()
        return
    for lot in record.lots:
        key = _key(people[lot.application], frozen)
        digest = hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()
        if (lot.key, lot.hash) != (key, digest):
            yield "R657", f"哈希值应为 {digest}", f"the hash is {digest}", (lot.application,)
    right = sorted(record.lots, key=lambda lot: (lot.hash, lot.application))
    for rank, lot in enumerate(right, start=1):
        if lot.rank != rank:
            yield "R657", f"名次应为 {rank}", f"the rank is {rank}", (lot.application,)


def _key(who: Applicant, frozen: FrozenList) -> str:
    if not frozen.one_number or who.family is None or who.birth_date is None:
        return who.id
    same = (one for one in frozen.problem.applicants if one.family == who.family and one.birth_date == who.birth_date)
    return min(one.id for one in same)


def _stands_on(frozen: FrozenList, result: AllocationResult) -> Iterator[Broken]:
    draw = result.draw
    if draw is not None and (draw.list_hash, draw.source, draw.source_date, draw.frozen_at) != (
        frozen.list_hash,
        frozen.source,
        frozen.source_date,
        frozen.frozen_at,
    ):
        yield "R658", "结果所依据的名单不是这一份", "the result stands on another list", ()
    if draw is not None and result.policy_hash != frozen.policy_hash:
        yield "R658", "规则不是封存时的规则", "the policy is not the one fixed with the list", ()
