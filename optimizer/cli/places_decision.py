"""``careplan places freeze`` and ``draw``: the list fixed and announced, then drawn once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.console import output, print_findings
from optimizer.cli.places_input import chosen_policy, loaded_places
from optimizer.cli.places_options import EntryDate, Input, KindOption, PolicyOption
from optimizer.cli.words import LANGUAGE, say
from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.io.draw_log import logged_runs, note_run
from optimizer.io.files import read_input, write_output
from optimizer.io.json_text import parse_json_object
from optimizer.io.places_decision_json import (
    FileKind,
    kind_of,
    read_decision,
    read_draw,
    read_frozen,
    write_decision_file,
    write_number_key,
)
from optimizer.io.places_json import MAX_PLACES_BYTES
from optimizer.io.places_read import read_places
from optimizer.places.decision.draw import DrawRecord, draw_lots, with_logged_runs
from optimizer.places.decision.frozen import FrozenList, freeze
from optimizer.places.decision.numbers import DEFAULT_PREFIX
from optimizer.places.policy import Policy
from optimizer.places.policy_text import policy_hash
from optimizer.places.referee.allocation import check_allocation
from optimizer.places.referee.decision.decision_check import check_decision
from optimizer.places.referee.decision.draw_check import check_draw, check_frozen
from optimizer.places.result import AllocationRule
from optimizer.report.draw_workbook import draw_workbook

__all__ = ["draw_record_path", "findings_of_decision", "now", "register", "require_drawn"]

FrozenOut = Annotated[Path, typer.Option("--out", help=say("封存名单（JSON）", "the fixed list, JSON"))]
KeyOut = Annotated[
    Path | None,
    typer.Option("--key", help=say("编号对照表（CSV，留在办公室）", "numbers and ids, CSV, stays in the office")),
]
Source = Annotated[
    str, typer.Option("--source", help=say("将用的公开号码，如某期开奖号码", "the public number that will be used"))
]
SourceDate = Annotated[
    datetime,
    typer.Option("--source-date", formats=["%Y-%m-%d"], help=say("号码产生的日子", "the day on which it is known")),
]
Length = Annotated[
    int,
    typer.Option("--length", min=0, help=say("号码共几位（数字和字母）", "digits and letters of the number, counted")),
]
Announced = Annotated[
    str, typer.Option("--hash", help=say("公告的名单哈希值，至少前 16 位", "the hash announced, 16 characters or more"))
]
Prefix = Annotated[str, typer.Option("--prefix", help=say("申请编号的前缀", "letters before application numbers"))]
KeepLikely = Annotated[
    str,
    typer.Option("--keep-likely", help=say("疑似重复申请仍保留的理由", "why likely double applications are kept")),
]
FrozenInput = Annotated[Path, typer.Argument(help=say("封存名单", "the fixed list"))]
Number = Annotated[str, typer.Option("--number", help=say("公布的号码", "the number as it was published"))]
Reason = Annotated[str, typer.Option("--reason", help=say("重摇的理由", "why the draw is repeated"))]
Table = Annotated[
    Path | None, typer.Option("--xlsx", help=say("摇号结果表（工作簿）", "the printed table, a workbook"))
]


def now() -> datetime:
    """The moment of the run, with its offset."""
    return datetime.now().astimezone()


def register(app: typer.Typer) -> None:
    """Add the commands to ``careplan places``."""
    app.command("freeze", help=say("封存申请名单，编申请编号，生成哈希值。", "Fix the list: numbers and a hash."))(
        freeze_list
    )
    app.command("draw", help=say("用事先公布的号码给封存名单摇号，只摇一次。", "Draw for a fixed list, once."))(
        draw_list
    )


def freeze_list(
    path: Input,
    source: Source,
    source_date: SourceDate,
    out: FrozenOut,
    policy: PolicyOption = None,
    kind: KindOption = None,
    entry_date: EntryDate = None,
    key: KeyOut = None,
    length: Length = 0,
    prefix: Prefix = DEFAULT_PREFIX,
    keep_likely: KeepLikely = "",
) -> None:
    """Fix the list of applicants and give application numbers."""
    rules = chosen_policy(policy, kind, entry_date)
    loaded = loaded_places(path, None, rules, AllocationRule.STABLE)
    frozen, numbers = freeze(
        loaded.problem,
        rules,
        at=now(),
        source=source,
        source_date=source_date.date(),
        length=length,
        prefix=prefix,
        keep_likely=keep_likely,
    )
    where = key or out.with_name(f"{out.stem}-对照表.csv")
    write_number_key(numbers, where, inputs=loaded.sources)
    write_decision_file(frozen, out, inputs=loaded.sources)
    lines = (
        Text(f"已封存 {len(numbers)} 份申请：{out}", f"{len(numbers)} applications fixed: {out}"),
        Text(f"名单哈希值（请公告）：{frozen.list_hash}", f"hash of the list, to be announced: {frozen.list_hash}"),
        Text(
            f"摇号将用：{frozen.source}，{frozen.source_date} 产生（请一并公告）",
            f"the draw will use: {frozen.source}, known on {frozen.source_date} (announce it, too)",
        ),
        Text(f"编号对照表：{where}（留在办公室，不公布）", f"numbers and ids: {where} (stays in the office)"),
    )
    for line in lines:
        output.print(line.in_(LANGUAGE), markup=False)


def draw_list(
    path: FrozenInput, number: Number, announced: Announced = "", reason: Reason = "", xlsx: Table = None
) -> None:
    """Draw for a fixed list; the record lies beside it and holds every run, also those that only the log knows."""
    frozen = read_frozen(path)
    where = draw_record_path(path)
    beside = read_draw(where) if where.exists() else None
    earlier = with_logged_runs(frozen, beside, logged_runs(frozen.list_hash))
    record = draw_lots(frozen, number, at=now(), earlier=earlier, reason=reason, announced=announced, where=str(path))
    _note(record)
    write_decision_file(record, where, inputs=(path,))
    if xlsx is not None:
        write_output(xlsx, draw_workbook(record, language=LANGUAGE), inputs=(path, where))
    lines = [
        Text(f"摇号完成，第 {len(record.runs)} 次：{where}", f"drawn, run {len(record.runs)}: {where}"),
        Text(
            f"号码 {record.seed}，{len(record.lots)} 份申请", f"number {record.seed}, {len(record.lots)} applications"
        ),
    ]
    if xlsx is not None:
        lines.append(Text(f"摇号结果表：{xlsx}", f"printed table: {xlsx}"))
    for line in lines:
        output.print(line.in_(LANGUAGE), markup=False)


def _note(record: DrawRecord) -> None:
    """Log the run before its record is written, so that it is known even where the record is thrown away."""
    try:
        note_run(record.list_hash, record.runs[-1])
    except OSError as error:
        found = Text(f"摇号日志写不进去：{error}", f"the log of draws cannot be written: {error}")
        output.print(found.in_(LANGUAGE), markup=False)


def draw_record_path(frozen: Path) -> Path:
    """Where the record of the draw of a fixed list lies: always beside it, so that a second draw is seen."""
    return frozen.with_name(f"{frozen.stem}-摇号.json")


def require_drawn(
    policy: Policy, frozen: FrozenList | None, record: DrawRecord | None, *, seed: str | None, official: bool
) -> None:
    """Refuse what an official result may not lack, and a draw that does not belong to the list.

    Raises
    ------
    InputError
        ``P907`` the policy is not official; ``P908`` there is no draw; ``P909`` the draw is of another list or wrong;
        ``P910`` the policy is not the one fixed with the list; ``P911`` the seed is another than the number drawn;
        ``P912`` hash or length were not announced.
    """
    findings = list(_belonging(policy, frozen, record, seed))
    if official and not policy.is_official:
        found = Text("规则缺少文号、批准人或生效日", "the policy lacks its number, approver or date")
        action = Text("补齐，或去掉 --official（结果为试算）", "complete it, or leave out --official (a trial)")
        findings.append(Finding(code="P907", where=policy.id, found=found, action=action))
    if official and (record is None or frozen is None):
        found = Text("没有封存名单的摇号记录", "there is no recorded draw of a fixed list")
        action = Text(
            "先 freeze、draw，再以封存名单为输入并给出 --draw", "freeze and draw first; give the fixed list and --draw"
        )
        findings.append(Finding(code="P908", where="--draw", found=found, action=action))
    if official and record is not None and frozen is not None and not (record.announced and frozen.length):
        found = Text(
            "摇号时没有核对公告的哈希值，或封存时没有公告号码位数",
            "the announced hash was not compared at the draw, or the length of the number was not announced",
        )
        action = Text("封存时给 --length，摇号时给 --hash", "give --length when fixing the list, --hash when drawing")
        findings.append(Finding(code="P912", where="--draw", found=found, action=action))
    if findings:
        raise InputError(findings)


def _belonging(policy: Policy, frozen: FrozenList | None, record: DrawRecord | None, seed: str | None) -> list[Finding]:
    if record is None:
        return []
    findings = []
    again = Text("用这份名单自己的摇号记录，不要改动", "use the list's own record as it was written")
    if frozen is None:
        found = Text("输入不是封存的名单", "the input is not a fixed list")
        findings.append(Finding(code="P909", where="--draw", found=found, action=again))
    else:
        findings += [
            Finding(code="P909", where="--draw", found=one.found, action=again) for one in check_draw(frozen, record)
        ]
        if policy_hash(policy) != frozen.policy_hash:
            found = Text(
                "规则（或入托日）不是封存时的那一份", "the policy (or entry date) is not the one fixed with the list"
            )
            action = Text("用封存时的规则和入托日", "use the policy and entry date of the list")
            findings.append(Finding(code="P910", where=policy.id, found=found, action=action))
    if seed is not None and seed != record.seed:
        found = Text("--seed 与摇号号码不同", "--seed is not the number drawn")
        findings.append(
            Finding(code="P911", where="--seed", found=found, action=Text("去掉 --seed", "leave out --seed"))
        )
    return findings


def findings_of_decision(path: Path, result: Path) -> tuple[Finding, ...] | None:
    """What is wrong with a fixed list (against its tables) or a draw (against its list); ``None`` for other files.

    Raises
    ------
    InputError
        The files cannot be used.
    """
    raw = parse_json_object(read_input(result, max_bytes=MAX_PLACES_BYTES), where=str(result))
    kind = kind_of(raw)
    if kind is FileKind.FROZEN:
        source = read_places(path)
        print_findings(source.warnings)
        return check_frozen(source.problem, read_frozen(result))
    if kind is FileKind.DRAW:
        return check_draw(read_frozen(path), read_draw(result))
    if kind is FileKind.DECISION:
        decision = read_decision(result)
        if decision.result.rules is None:
            return None
        rules, problem = decision.result.rules, read_places(path).problem
        return (*check_allocation(problem, rules, decision.result), *check_decision(problem, rules, decision))
    return None
