"""``careplan places``: allocate, check, compare, explain; pair, cluster, site, indicators are registered here."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import typer

from optimizer.cli.console import output, print_findings
from optimizer.cli.places_options import (
    ApplicantId,
    EntryDate,
    FormatOption,
    Input,
    InstitutionId,
    Kind,
    KindOption,
    Official,
    PolicyOption,
    ResultInput,
    ResultOut,
    ResultToCompare,
    RuleOption,
    Seed,
    Summary,
    SummaryOption,
)
from optimizer.cli.places_plan import findings_of_plan, register
from optimizer.cli.places_summary import print_allocation, print_comparison, print_why
from optimizer.cli.words import LANGUAGE, say
from optimizer.common.errors import Finding, InputError, Severity
from optimizer.common.language import Text
from optimizer.io.places_json import read_allocation_json, write_allocation_json
from optimizer.io.places_read import PlacesFile, PlacesFormat, read_places, read_policy
from optimizer.places.allocate import allocate_places
from optimizer.places.compare import compare_rules
from optimizer.places.explain import explain_applicant, explain_institution
from optimizer.places.policy import Policy
from optimizer.places.referee.allocation import check_allocation
from optimizer.places.result import AllocationResult, AllocationRule
from optimizer.places.validate import allocation_findings

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help=say(
        "分配托位和养老床位，附证明和理由。",
        "Allocate childcare places and eldercare beds, with proof and reasons.",
    ),
)

register(app)

EXIT_REJECTED = 2
DEFAULT_SEED = "1"


@app.command(help=say("按规则分配。", "Allocate by a rule."))
def allocate(
    path: Input,
    rule: RuleOption = AllocationRule.STABLE,
    policy: PolicyOption = None,
    kind: KindOption = None,
    entry_date: EntryDate = None,
    seed: Seed = None,
    out: ResultOut = None,
    format_: FormatOption = None,
    official: Official = False,
    summary: SummaryOption = Summary.TEXT,
) -> None:
    rules = _policy(policy, kind, entry_date)
    if official:
        _require_official(rules, seed)
    loaded = _load(path, format_, rules, rule)
    result = allocate_places(loaded.problem, rules, rule=rule, seed=seed or DEFAULT_SEED)
    if out is not None:
        write_allocation_json(result, out, inputs=loaded.sources)
    if summary is Summary.JSON:
        facts = {"rule": rule.value, "status": result.status.value, "official": result.official, **result.summary}
        output.print(json.dumps(facts, ensure_ascii=False), markup=False)
        return
    print_allocation(result, rules)
    if out is not None:
        output.print(say(f"已写出 {out}", f"wrote {out}"), markup=False)


@app.command(help=say("核对一份结果及其证明。", "Verify a result and its proof."))
def check(
    path: Input,
    result: ResultInput,
    policy: PolicyOption = None,
    kind: KindOption = None,
    entry_date: EntryDate = None,
    format_: FormatOption = None,
) -> None:
    findings = findings_of_plan(path, result)
    if findings is None:
        allocation = read_allocation_json(result)
        rules = _rules_of(allocation, policy, kind, entry_date)
        _tell_rules(rules, given=policy is not None)
        loaded = _load(path, format_, rules, allocation.rule)
        findings = check_allocation(loaded.problem, rules, allocation)
    print_findings(findings)
    if findings:
        output.print(say(f"不成立：{len(findings)} 处", f"rejected: {len(findings)} findings"))
        raise typer.Exit(EXIT_REJECTED)
    output.print(say("成立：安排、证明和数字都核对无误", "verified: places, proof and figures"))


@app.command(help=say("两种规则并列比较。", "Both rules side by side."))
def compare(
    path: Input,
    result: ResultToCompare = None,
    policy: PolicyOption = None,
    kind: KindOption = None,
    entry_date: EntryDate = None,
    seed: Seed = None,
    format_: FormatOption = None,
    summary: SummaryOption = Summary.TEXT,
) -> None:
    allocation = None if result is None else read_allocation_json(result)
    rules = _rules_of(allocation, policy, kind, entry_date)
    loaded = _load(path, format_, rules, AllocationRule.STABLE)
    drawn_before = None if allocation is None else allocation.seed
    comparison = compare_rules(loaded.problem, rules, seed=seed or drawn_before or DEFAULT_SEED)
    if summary is Summary.JSON:
        curve = [{"limit_m": point.limit_m, "served": point.served} for point in comparison.curve]
        facts = {"rules": comparison.rows(), "curve": curve}
        output.print(json.dumps(facts, ensure_ascii=False), markup=False)
    else:
        print_comparison(comparison, rules)


@app.command(help=say("说明为什么：某个申请人，或某家机构。", "Say why: of an applicant, or of an institution."))
def explain(
    path: Input,
    result: ResultInput,
    policy: PolicyOption = None,
    kind: KindOption = None,
    entry_date: EntryDate = None,
    applicant: ApplicantId = None,
    institution: InstitutionId = None,
    format_: FormatOption = None,
) -> None:
    if (applicant is None) == (institution is None):
        raise typer.BadParameter(say("请给出 --applicant 或 --institution", "give --applicant or --institution"))
    allocation = read_allocation_json(result)
    rules = _rules_of(allocation, policy, kind, entry_date)
    loaded = _load(path, format_, rules, allocation.rule)
    if applicant is not None:
        print_why(explain_applicant(loaded.problem, rules, allocation, applicant))
    if institution is not None:
        for line in explain_institution(loaded.problem, allocation, institution):
            output.print(line.in_(LANGUAGE), markup=False)


def _policy(name: str | None, kind: Kind | None, entry_date: datetime | None) -> Policy:
    """The policy asked for, else the plain one of the kind; an entry date given here goes before the policy's own."""
    chosen = read_policy(name or ("nantong-beds" if kind is Kind.BEDS else "lottery"))
    if kind is not None and chosen.kind.value != kind.value:
        found = Text(f"规则“{chosen.id}”不是分配这一类的", f'the policy "{chosen.id}" is for another kind')
        action = Text("换一个规则，或去掉 --kind", "choose another policy, or leave out --kind")
        raise InputError([Finding(code="P906", where="--kind", found=found, action=action)])
    return chosen if entry_date is None else replace(chosen, entry_date=entry_date.date())


def _rules_of(
    result: AllocationResult | None, name: str | None, kind: Kind | None, entry_date: datetime | None
) -> Policy:
    """The policy asked for; where none is, the one that the result was made under and holds."""
    if name is not None or result is None or result.rules is None:
        return _policy(name, kind, entry_date)
    return result.rules if entry_date is None else replace(result.rules, entry_date=entry_date.date())


def _tell_rules(policy: Policy, *, given: bool) -> None:
    """Which policy a result is checked against, and whether a person gave it or the result itself did."""
    name, on = f"{policy.id} {policy.version}", policy.entry_date or "-"
    source = say("命令给出", "as given") if given else say("结果自带；要核对是否为公布的规则，请给 --policy", "its own")
    output.print(
        say(f"规则 {name}，入托日 {on}（{source}）", f"policy {name}, entry date {on} ({source})"), markup=False
    )


def _require_official(policy: Policy, seed: str | None) -> None:
    findings = []
    if not policy.is_official:
        found = Text("规则缺少文号、批准人或生效日", "the policy lacks its number, approver or date")
        action = Text("补齐，或去掉 --official（结果为试算）", "complete it, or leave out --official (a trial)")
        findings.append(Finding(code="P907", where=policy.id, found=found, action=action))
    if seed is None:
        found = Text("正式结果没有给出种子", "no seed was given for an official result")
        action = Text("用事先公布的数字作 --seed", "give the number announced beforehand as --seed")
        findings.append(Finding(code="P908", where="--seed", found=found, action=action))
    if findings:
        raise InputError(findings)


def _load(path: Input, format_: PlacesFormat | None, policy: Policy, rule: AllocationRule) -> PlacesFile:
    """The problem, with every warning printed; raised with all findings if one of them is an error."""
    loaded = read_places(path, format_=format_)
    judged = allocation_findings(loaded.problem, policy, rule)
    findings = [*loaded.warnings, *(replace(one, where=loaded.locate(one.where)) for one in judged)]
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise InputError(findings)
    print_findings(findings)
    return loaded
