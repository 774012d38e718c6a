"""``careplan places decide``, ``offers`` and ``notices``: from a result to answers and calls."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.console import output, print_findings
from optimizer.cli.places_input import loaded_places
from optimizer.cli.places_options import Input
from optimizer.cli.words import LANGUAGE, say
from optimizer.common.errors import Finding, InputError, SolverError
from optimizer.common.language import Text
from optimizer.io.files import write_output
from optimizer.io.places_decision_json import read_decision, write_decision_file
from optimizer.io.places_json import read_allocation_json
from optimizer.io.tables.answers import read_answers
from optimizer.places.decision.offers import process_answers
from optimizer.places.decision.states import STATE_NAMES, Decision, confirm, open_decision, publish
from optimizer.places.policy import Policy
from optimizer.places.referee.decision.decision_check import check_decision
from optimizer.report.notices_pdf import NoticeOffice, notices_pdf

__all__ = ["register"]


class To(StrEnum):
    """The stage to go to."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    CONFIRMED = "confirmed"


ResultOrDecision = Annotated[Path, typer.Argument(help=say("结果，或决定文件", "a result, or a decision"))]
DecisionIn = Annotated[Path, typer.Argument(help=say("决定文件", "the decision"))]
Answers = Annotated[Path, typer.Argument(help=say("答复表（工作簿或 CSV 文件夹）", "the sheet of answers"))]
Stage_ = Annotated[To, typer.Option("--to", help=say("建议、公示或确认", "proposed, published or confirmed"))]
On = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help=say("日期", "the day"))]
By = Annotated[str, typer.Option("--by", help=say("由谁确认（单位或职务）", "who decides, an office or role"))]
Out = Annotated[Path, typer.Option("--out", help=say("决定文件", "the decision, JSON"))]
Pdf = Annotated[Path, typer.Option("--pdf", help=say("告知书", "the notices, PDF"))]
Office = Annotated[str, typer.Option("--office", help=say("发出告知书的单位", "the office that sends them"))]
Contact = Annotated[str, typer.Option("--contact", help=say("提出异议的地址、电话", "where to object"))]
Until = Annotated[
    datetime, typer.Option("--objections-until", formats=["%Y-%m-%d"], help=say("异议截止日", "last day to object"))
]
Only = Annotated[list[str] | None, typer.Option("--applicant", help=say("只印这些申请", "only these applications"))]


def register(app: typer.Typer) -> None:
    """Add the commands to ``careplan places``."""
    app.command("decide", help=say("建议、公示、确认。", "Propose, publish, confirm."))(decide)
    app.command("offers", help=say("登记答复，按期限处理，递补下一位。", "Enter answers and call the next."))(offers)
    app.command("notices", help=say("确认之后印告知书。", "Print notices, once confirmed."))(notices)


def decide(path: ResultOrDecision, to: Stage_, on: On, out: Out, by: By = "") -> None:
    """Take a result to its next stage."""
    if to is To.PROPOSED:
        decision = open_decision(read_allocation_json(path), on.date())
    elif to is To.PUBLISHED:
        decision = publish(read_decision(path), on.date())
    else:
        before = read_decision(path)
        decision = confirm(before, _rules(before), on.date(), by)
    write_decision_file(decision, out, inputs=() if path == out else (path,))
    _tell(decision, out)


def offers(path: Input, decision: DecisionIn, answers: Answers, on: On, out: Out) -> None:
    """Enter answers, let offers expire, call the next, check everything."""
    before = read_decision(decision)
    rules = _rules(before)
    loaded = loaded_places(path, None, rules, before.result.rule)
    told, warnings = read_answers(answers)
    after, late = process_answers(loaded.problem, rules, before, told, on.date())
    findings = check_decision(loaded.problem, rules, after)
    if findings:
        print_findings(findings)
        raise SolverError("the calls do not pass the checker")
    print_findings((*warnings, *late))
    write_decision_file(after, out, inputs=(*loaded.sources, answers))
    _tell(after, out)
    for one in after.offers:
        if one.called and one.made_on == on.date():
            line = Text(
                f"  递补：{one.applicant} 到 {one.institution}（{one.pool}），请于 {one.answer_by} 前答复",
                f"  called: {one.applicant} to {one.institution} ({one.pool}), to answer by {one.answer_by}",
            )
            output.print(line.in_(LANGUAGE), markup=False)


def notices(
    path: Input,
    decision: DecisionIn,
    pdf: Pdf,
    office: Office,
    contact: Contact,
    objections_until: Until,
    applicant: Only = None,
) -> None:
    """Print a notice for every applicant, by application number."""
    before = read_decision(decision)
    rules = _rules(before)
    loaded = loaded_places(path, None, rules, before.result.rule)
    until: date = objections_until.date()
    sender = NoticeOffice(name=office, contact=contact, objections_until=until)
    made = notices_pdf(loaded.problem, rules, before, sender, only=applicant, language=LANGUAGE)
    print_findings(made.findings)
    write_output(pdf, made.pdf, inputs=(*loaded.sources, decision))
    output.print(say(f"已写出 {made.count} 份告知书：{pdf}", f"{made.count} notices: {pdf}"), markup=False)


def _rules(decision: Decision) -> Policy:
    if decision.result.rules is not None:
        return decision.result.rules
    found = Text("结果里没有规则", "the result does not hold its policy")
    action = Text("用现在的版本重新分配", "allocate anew with this version")
    raise InputError([Finding(code="P837", where="result", found=found, action=action)])


def _tell(decision: Decision, out: Path) -> None:
    counts = Counter(one.state for one in decision.offers)
    words = [f"{STATE_NAMES[state].in_(LANGUAGE)} {counts[state]}" for state in STATE_NAMES if counts[state]]
    output.print(say(f"{out}：", f"{out}: ") + say("，", ", ").join(words), markup=False)
