"""``careplan places reallocate``: what has fallen free is filled with as few changes as possible."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.console import output, print_findings
from optimizer.cli.places_decision import now
from optimizer.cli.places_input import loaded_places, rules_of
from optimizer.cli.places_options import EntryDate, Input, KindOption, PolicyOption, ResultInput, Summary, SummaryOption
from optimizer.cli.words import LANGUAGE, say
from optimizer.common.errors import SolverError
from optimizer.common.language import Text
from optimizer.io.places_json import read_allocation_json, write_allocation_json
from optimizer.io.places_read import PlacesFile
from optimizer.places.decision.rerun import DEFAULT_PRICE_M, reallocate_places
from optimizer.places.policy import Policy
from optimizer.places.referee.allocation import check_allocation
from optimizer.places.referee.allocation.judge import check_against_earlier
from optimizer.places.result import AllocationResult, Changes, Override, Rerun

__all__ = ["register"]

From = Annotated[Path, typer.Option("--from", help=say("原来的结果", "the earlier result"))]
Close = Annotated[list[str] | None, typer.Option("--close", help=say("关停的机构", "an institution that closes"))]
Withdraw = Annotated[list[str] | None, typer.Option("--withdraw", help=say("退出的申请", "an applicant who withdraws"))]
DisplacedFirst = Annotated[
    bool,
    typer.Option(
        "--displaced-first", help=say("失去原位的人先安排", "who lost a place comes before others without one")
    ),
]
ChangePrice = Annotated[
    int,
    typer.Option(
        "--change-price", min=0, help=say("served：换一个位置按几米计", "served: metres that a change counts")
    ),
]
Out = Annotated[Path | None, typer.Option("--out", help=say("结果 JSON", "the result, JSON"))]

Applicant_ = Annotated[str, typer.Option("--applicant", help=say("申请编号", "the application number"))]
Institution_ = Annotated[str, typer.Option("--institution", help=say("安排到哪家机构", "where to"))]
Reason = Annotated[str, typer.Option("--reason", help=say("理由", "why"))]
By = Annotated[str, typer.Option("--by", help=say("由谁决定（单位或职务）", "who decides, an office or role"))]

MAX_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the command to ``careplan places``."""
    text = say("撤回、新申请、机构关停之后，尽量少变动地重新安排。", "Fill what fell free, with few changes.")
    app.command("reallocate", help=text)(reallocate)
    app.command("override", help=say("人工决定：写明理由，复核后记录。", "A person's decision, with its reason."))(
        override
    )


def reallocate(
    path: Input,
    before: From,
    close: Close = None,
    withdraw: Withdraw = None,
    displaced_first: DisplacedFirst = False,
    change_price: ChangePrice = DEFAULT_PRICE_M,
    policy: PolicyOption = None,
    kind: KindOption = None,
    entry_date: EntryDate = None,
    out: Out = None,
    summary: SummaryOption = Summary.TEXT,
) -> None:
    """Reallocate from an earlier result, check it, and write it."""
    earlier = read_allocation_json(before)
    rules = rules_of(earlier, policy, kind, entry_date)
    loaded = loaded_places(path, None, rules, earlier.rule)
    result = reallocate_places(
        loaded.problem,
        rules,
        earlier,
        closed=close or (),
        withdrawn=withdraw or (),
        displaced_first=displaced_first,
        change_price_m=change_price,
    )
    _write_verified(loaded, rules, earlier, result, out, (before,))
    _tell(result, out, summary)


def override(
    path: Input,
    before: ResultInput,
    applicant: Applicant_,
    institution: Institution_,
    reason: Reason,
    by: By,
    out: Out,
    summary: SummaryOption = Summary.TEXT,
) -> None:
    """Give somebody a place by a person's decision, fill what this frees, check everything, and write it."""
    earlier = read_allocation_json(before)
    rules = rules_of(earlier, None, None, None)
    loaded = loaded_places(path, None, rules, earlier.rule)
    decided = Override(applicant=applicant, institution=institution, reason=reason, by=by, on=now().date())
    result = reallocate_places(loaded.problem, rules, earlier, overrides=(decided,))
    _write_verified(loaded, rules, earlier, result, out, (before,))
    _tell(result, out, summary)


def _write_verified(
    loaded: PlacesFile,
    rules: Policy,
    earlier: AllocationResult,
    result: AllocationResult,
    out: Path | None,
    inputs: tuple[Path, ...],
) -> None:
    """Nothing is written that the checker rejects."""
    findings = check_allocation(loaded.problem, rules, result)
    findings += check_against_earlier(loaded.problem, result, earlier)
    if findings:
        print_findings(findings)
        raise SolverError("the re-run does not pass the checker")
    if out is not None:
        write_allocation_json(result, out, inputs=(*loaded.sources, *inputs))


def _tell(result: AllocationResult, out: Path | None, summary: Summary) -> None:
    if summary is Summary.JSON:
        output.print(json.dumps(_facts(result), ensure_ascii=False), markup=False)
        return
    for line in _lines(result, result.rerun):
        output.print(line.in_(LANGUAGE), markup=False)
    if out is not None:
        output.print(say(f"已写出 {out}", f"wrote {out}"), markup=False)


def _facts(result: AllocationResult) -> dict[str, object]:
    rerun = result.rerun
    counts = {} if rerun is None else {"changes": _counts(rerun.changes), "full_changes": _counts(rerun.full_changes)}
    moves = () if rerun is None else rerun.moves
    return {
        "status": result.status.value,
        "placed": result.summary["placed"],
        "unplaced": result.summary["unplaced"],
        "free_places": result.summary["free_places"],
        "displaced": [] if rerun is None else [one.applicant for one in rerun.displaced],
        **counts,
        "moves": [{"round": m.round, "applicant": m.applicant, "left": m.left, "taken": m.taken} for m in moves],
    }


def _counts(changes: Changes) -> dict[str, int]:
    return {"newly": changes.newly, "moved": changes.moved, "lost": changes.lost, "total": changes.total}


def _lines(result: AllocationResult, rerun: Rerun | None) -> list[Text]:
    if rerun is None:
        return []
    one, all_ = rerun.changes, rerun.full_changes
    facts = result.summary
    lines = [
        Text(
            f"安排 {facts['placed']} 人，未安排 {facts['unplaced']} 人，空位 {facts['free_places']} 个",
            f"{facts['placed']} placed, {facts['unplaced']} not placed, {facts['free_places']} places left",
        ),
        Text(
            f"变动 {one.total} 人：新安排 {one.newly}，换位置 {one.moved}，失去位置 {one.lost}；其余保持不变",
            f"{one.total} changes: {one.newly} newly placed, {one.moved} moved, {one.lost} without; all others stay",
        ),
        Text(
            f"全部重排则变动 {all_.total} 人：新安排 {all_.newly}，换 {all_.moved}，失去位置 {all_.lost}",
            f"anew: {all_.total} changes, {all_.newly} newly placed, {all_.moved} moved, {all_.lost} without",
        ),
    ]
    lines += [
        Text(
            f"  第 {move.round} 轮：{move.applicant} 到 {move.taken}" + (f"，让出 {move.left}" if move.left else ""),
            f"  round {move.round}: {move.applicant} to {move.taken}" + (f", frees {move.left}" if move.left else ""),
        )
        for move in rerun.moves[:MAX_SHOWN]
    ]
    if len(rerun.moves) > MAX_SHOWN:
        more = len(rerun.moves) - MAX_SHOWN
        lines.append(Text(f"  ……另有 {more} 步，见结果文件", f"  … {more} more in the file"))
    return [*lines, *result.notes]
