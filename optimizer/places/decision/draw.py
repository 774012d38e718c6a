"""The draw: once, for a fixed list, from the public number that was announced with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.places.decision.frozen import FrozenList, require_unchanged
from optimizer.places.lottery import lottery_number, twins_of
from optimizer.places.model import Applicant
from optimizer.places.result import DrawReference

__all__ = [
    "RECIPE",
    "DrawRecord",
    "DrawRun",
    "Lot",
    "draw_lots",
    "draw_reference",
    "public_number",
    "recipe",
    "with_logged_runs",
]

_LEAST_CHARACTERS = 4

LEAST_OF_HASH = 16
"""So much of an announced hash has to be given."""

RECIPE: tuple[Text, ...] = (
    Text(
        "1. 准备：本表、公布的号码、能算 SHA-256 的任何工具。",
        "1. You need this table, the public number, and any tool for SHA-256.",
    ),
    Text(
        "2. 公布的号码只留数字和字母（小写），去掉空格和标点：{number}",
        "2. Digits and letters (lower case) of the public number, no spaces or signs: {number}",
    ),
    Text("3. 在“摇号键”列取某个申请的键，例如 {key}", "3. Take the draw key of an application, for example {key}"),
    Text("4. 把号码、半角冒号、键连成一行：{number}:{key}", "4. Join number, a colon and the key: {number}:{key}"),
    Text("5. 按 UTF-8 编码，末尾不加换行或空格。", "5. Encode it as UTF-8, without a line end or space after it."),
    Text(
        "6. 计算 SHA-256，写成 64 位小写十六进制。",
        "6. Compute SHA-256 and write it as 64 lower-case hexadecimal digits.",
    ),
    Text("7. 应得到：{hash}", "7. You get: {hash}"),
    Text("8. 对每个申请照做，得到“哈希值”列。", "8. Do so for every application: this is the column of hashes."),
    Text(
        "9. 按哈希值从小到大排；相同的（双胞胎同键）按申请编号排。",
        "9. Sort by the hash, smallest first; equal ones (twins share a key) by application number.",
    ),
    Text("10. 排在第几，名次就是几。", "10. The position in this order is the rank."),
)
"""How anybody can recompute the draw; {number}, {key} and {hash} stand for those of the first row."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lot:
    """One row of the draw: ``key`` is the application number, or that of the first of twins who share a number."""

    rank: int
    application: str
    key: str
    hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawRun:
    """One time that the draw was run, and why if it was not the first."""

    number: str
    drawn_at: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class DrawRecord:
    """The record of the draw of one list; ``lots`` are those of the last run, by rank.

    ``announced``: the beginning of the list's hash as it was read from the announcement at the last run; empty: it was
    not compared.
    """

    list_hash: str
    frozen_at: str
    source: str
    source_date: date
    runs: tuple[DrawRun, ...]
    lots: tuple[Lot, ...]
    announced: str = ""

    @property
    def seed(self) -> str:
        """The public number of the run that counts, the last one."""
        return self.runs[-1].number


def draw_lots(
    frozen: FrozenList,
    number: str,
    *,
    at: datetime,
    earlier: DrawRecord | None = None,
    reason: str = "",
    announced: str = "",
    where: str = "",
) -> DrawRecord:
    """Draw for a fixed list.

    Parameters
    ----------
    number
        The public number as it was published; spaces do not count.
    at
        Now, with its offset.
    earlier
        The record of this list so far.
    reason
        Why the draw is repeated.
    announced
        The hash that was announced with the list, or its first sixteen characters or more.

    Raises
    ------
    InputError
        ``P810`` the list was changed; ``P811`` drawn already and no reason given; ``P812`` the number cannot be known
        yet; ``P813`` no usable number; ``P814`` the record is of another list; ``P815`` the list is not the one that
        was announced; ``P816`` the number has another length than was announced.
    """
    require_unchanged(frozen, where)
    seed = public_number(number)
    announced = "".join(announced.split()).lower()
    findings = [*_not_announced(frozen, seed, announced)]
    if at.date() < frozen.source_date:
        found = Text(
            f"公开号码要到 {frozen.source_date} 才产生", f"the number is not known before {frozen.source_date}"
        )
        findings.append(
            Finding(code="P812", where="--number", found=found, action=Text("到那天再摇号", "draw on that day"))
        )
    if earlier is not None and earlier.list_hash != frozen.list_hash:
        found = Text("摇号记录属于另一份名单", "the record of the draw belongs to another list")
        action = Text("把那份记录移开，另存", "move that record elsewhere")
        findings.append(Finding(code="P814", where=where, found=found, action=action))
    elif earlier is not None and not reason.strip():
        found = Text(
            f"这份名单已于 {earlier.runs[-1].drawn_at} 摇过号",
            f"this list was drawn on {earlier.runs[-1].drawn_at} already",
        )
        action = Text("不再重摇；确需重摇的，用 --reason 写明理由", "do not repeat it, or say why with --reason")
        findings.append(Finding(code="P811", where=where, found=found, action=action))
    if findings:
        raise InputError(findings)
    run = DrawRun(number=seed, drawn_at=at.isoformat(timespec="seconds"), reason=reason.strip() if earlier else "")
    return DrawRecord(
        list_hash=frozen.list_hash,
        frozen_at=frozen.frozen_at,
        source=frozen.source,
        source_date=frozen.source_date,
        runs=(*(earlier.runs if earlier else ()), run),
        lots=_lots(frozen.problem.applicants, seed, one_number=frozen.one_number),
        announced=announced,
    )


def with_logged_runs(frozen: FrozenList, record: DrawRecord | None, logged: Sequence[DrawRun]) -> DrawRecord | None:
    """The record with the runs that are known from elsewhere: none of them is forgotten with a file."""
    if record is not None and record.list_hash != frozen.list_hash:
        return record
    runs = {(run.drawn_at, run.number): run for run in (*logged, *(record.runs if record is not None else ()))}
    if not runs:
        return record
    ordered = tuple(runs[key] for key in sorted(runs, key=lambda key: datetime.fromisoformat(key[0])))
    if record is not None:
        return replace(record, runs=ordered)
    return DrawRecord(
        list_hash=frozen.list_hash,
        frozen_at=frozen.frozen_at,
        source=frozen.source,
        source_date=frozen.source_date,
        runs=ordered,
        lots=(),
    )


def _not_announced(frozen: FrozenList, seed: str, announced: str) -> list[Finding]:
    findings = []
    if announced and (len(announced) < LEAST_OF_HASH or not frozen.list_hash.startswith(announced)):
        found = Text("这份名单的哈希值不是公告的那一个", "the hash of this list is not the one announced")
        action = Text(
            f"用公告的那份名单；照公告写哈希值，至少前 {LEAST_OF_HASH} 位",
            f"use the list that was announced; write its hash, {LEAST_OF_HASH} characters at least",
        )
        findings.append(Finding(code="P815", where="--hash", found=found, action=action))
    if frozen.length and len(seed) != frozen.length:
        found = Text(
            f"号码 {seed} 有 {len(seed)} 位，公告的是 {frozen.length} 位",
            f"the number {seed} has {len(seed)} characters, {frozen.length} were announced",
        )
        action = Text("照公布的号码写全，期号等不写", "write the number as published, and nothing beside it")
        findings.append(Finding(code="P816", where="--number", found=found, action=action))
    return findings


def public_number(text: str) -> str:
    """The number as the draw uses it: digits and Latin letters, full-width ones made plain, letters small.

    Spaces, commas and other signs are dropped, so that no way of writing one number gives another draw.

    Raises
    ------
    InputError
        ``P813``.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    seed = "".join(character for character in plain if character.isascii() and character.isalnum())
    if len(seed) < _LEAST_CHARACTERS or not any(character.isdigit() for character in seed):
        found = Text(f"“{text}”不像公开号码", f'"{text}" is no public number')
        action = Text("照公布的样子写全，至少四位", "write it as it was published, four characters at least")
        raise InputError([Finding(code="P813", where="--number", found=found, action=action)])
    return seed


def draw_reference(record: DrawRecord) -> DrawReference:
    """What a result keeps of the draw."""
    return DrawReference(
        list_hash=record.list_hash,
        frozen_at=record.frozen_at,
        source=record.source,
        source_date=record.source_date,
        number=record.seed,
        runs=len(record.runs),
    )


def recipe(record: DrawRecord) -> tuple[Text, ...]:
    """The ten lines of the recipe with the figures of the first row."""
    first = record.lots[0] if record.lots else Lot(rank=1, application="", key="", hash="")
    words = {"number": record.seed, "key": first.key, "hash": first.hash}
    return tuple(replace(line, zh=line.zh.format(**words), en=line.en.format(**words)) for line in RECIPE)


def _lots(applicants: Sequence[Applicant], seed: str, *, one_number: bool) -> tuple[Lot, ...]:
    twins = twins_of(applicants) if one_number else {}
    rows = []
    for one in applicants:
        key = twins[one.id][0] if one.id in twins else one.id
        rows.append((lottery_number(seed, key), one.id, key))
    return tuple(
        Lot(rank=rank, application=name, key=key, hash=digest)
        for rank, (digest, name, key) in enumerate(sorted(rows), start=1)
    )
