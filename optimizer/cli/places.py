"""``careplan places``: allocate, check, compare, explain; pair, cluster, site, indicators are registered here."""

from __future__ import annotations

import json
from dataclasses import replace

import typer

from optimizer.cli.console import output, print_findings
from optimizer.cli.groups import PLACES
from optimizer.cli.places_decision import findings_of_decision, require_drawn
from optimizer.cli.places_decision import register as register_decision
from optimizer.cli.places_input import TableChoice, chosen_policy, loaded_places, notes_of_rows, rules_of
from optimizer.cli.places_offers import register as register_offers
from optimizer.cli.places_options import (
    ApplicantId,
    BeforeInput,
    Columns,
    DrawInput,
    EntryDate,
    FormatOption,
    Input,
    InstitutionId,
    KindOption,
    Official,
    PolicyOption,
    ResultInput,
    ResultOut,
    ResultToCompare,
    RuleOption,
    Seed,
    SkipBadRows,
    Summary,
    SummaryOption,
    TemplateOut,
)
from optimizer.cli.places_plan import findings_of_plan, register
from optimizer.cli.places_plan_options import Page, Workbook
from optimizer.cli.places_public import register as register_public
from optimizer.cli.places_rerun import register as register_rerun
from optimizer.cli.places_summary import print_allocation, print_comparison, print_why
from optimizer.cli.words import LANGUAGE, say
from optimizer.io.files import write_output
from optimizer.io.places_decision_json import read_draw
from optimizer.io.places_json import read_allocation_json, write_allocation_json
from optimizer.io.places_tables import write_places_template
from optimizer.places.allocate import allocate_places
from optimizer.places.compare import compare_rules
from optimizer.places.decision.draw import draw_reference
from optimizer.places.explain import explain_applicant, explain_institution
from optimizer.places.policy import Policy
from optimizer.places.referee.allocation import check_allocation
from optimizer.places.referee.allocation.judge import check_against_earlier
from optimizer.places.referee.decision.draw_check import check_draw, check_reference
from optimizer.places.result import AllocationRule
from optimizer.report.places_allocation_workbook import allocation_workbook
from optimizer.report.places_plan_page import places_plan_page
from optimizer.report.places_plan_workbook import places_plan_workbook

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help=PLACES.help)

register(app)
register_decision(app)
register_rerun(app)
register_offers(app)
register_public(app)

EXIT_REJECTED = 2
DEFAULT_SEED = "1"


@app.command(help=say("写出一个空白模板工作簿。", "Write an empty workbook to fill in."))
def template(path: TemplateOut) -> None:
    write_places_template(path, language=LANGUAGE)
    hint = say("填好后运行 careplan places allocate", "fill it in, then run: careplan places allocate")
    output.print(say(f"已写出 {path}；", f"wrote {path}; ") + hint, markup=False)


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
    draw: DrawInput = None,
    summary: SummaryOption = Summary.TEXT,
    columns: Columns = None,
    skip_bad_rows: SkipBadRows = False,
    html: Page = None,
    xlsx: Workbook = None,
) -> None:
    rules = chosen_policy(policy, kind, entry_date)
    loaded = loaded_places(path, format_, rules, rule, TableChoice(columns=columns, skip_bad_rows=skip_bad_rows))
    record = None if draw is None else read_draw(draw)
    if official or record is not None:
        require_drawn(rules, loaded.frozen, record, seed=seed, official=official)
    chosen = seed if record is None else record.seed
    result = allocate_places(
        loaded.problem,
        rules,
        rule=rule,
        seed=chosen or DEFAULT_SEED,
        draw=None if record is None else draw_reference(record),
    )
    result = replace(result, notes=(*result.notes, *notes_of_rows(loaded.bad_rows)))
    if out is not None:
        write_allocation_json(result, out, inputs=loaded.sources)
    if html is not None:
        page = places_plan_page(loaded.problem, [result], language=LANGUAGE)
        write_output(html, page.encode("utf-8"), inputs=loaded.sources)
    if xlsx is not None:
        write_output(xlsx, allocation_workbook(loaded.problem, result, language=LANGUAGE), inputs=loaded.sources)
    if summary is Summary.JSON:
        facts = {"rule": rule.value, "status": result.status.value, "official": result.official, **result.summary}
        output.print(json.dumps(facts, ensure_ascii=False), markup=False)
        return
    print_allocation(result, rules)
    for written in (out, html, xlsx):
        if written is not None:
            output.print(say(f"已写出 {written}", f"wrote {written}"), markup=False)


@app.command(help=say("核对一份结果及其证明。", "Verify a result and its proof."))
def check(
    path: Input,
    result: ResultInput,
    policy: PolicyOption = None,
    kind: KindOption = None,
    entry_date: EntryDate = None,
    format_: FormatOption = None,
    draw: DrawInput = None,
    columns: Columns = None,
    skip_bad_rows: SkipBadRows = False,
    before: BeforeInput = None,
) -> None:
    tables = TableChoice(columns=columns, skip_bad_rows=skip_bad_rows)
    findings = findings_of_plan(path, result, tables)
    if findings is None:
        findings = findings_of_decision(path, result)
    if findings is None:
        allocation = read_allocation_json(result)
        rules = rules_of(allocation, policy, kind, entry_date)
        _tell_rules(rules, given=policy is not None)
        loaded = loaded_places(path, format_, rules, allocation.rule, tables)
        findings = check_allocation(loaded.problem, rules, allocation)
        if before is not None:
            findings = (*findings, *check_against_earlier(loaded.problem, allocation, read_allocation_json(before)))
        if loaded.frozen is not None and draw is not None:
            findings = (*findings, *check_draw(loaded.frozen, read_draw(draw)))
        findings = (*findings, *check_reference(loaded.frozen, allocation))
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
    columns: Columns = None,
    skip_bad_rows: SkipBadRows = False,
    html: Page = None,
    xlsx: Workbook = None,
) -> None:
    allocation = None if result is None else read_allocation_json(result)
    rules = rules_of(allocation, policy, kind, entry_date)
    tables = TableChoice(columns=columns, skip_bad_rows=skip_bad_rows)
    loaded = loaded_places(path, format_, rules, AllocationRule.STABLE, tables)
    drawn_before = None if allocation is None else allocation.seed
    comparison = compare_rules(loaded.problem, rules, seed=seed or drawn_before or DEFAULT_SEED)
    inputs = (*loaded.sources, *(() if result is None else (result,)))
    if html is not None:
        page = places_plan_page(loaded.problem, [comparison], language=LANGUAGE)
        write_output(html, page.encode("utf-8"), inputs=inputs)
    if xlsx is not None:
        write_output(xlsx, places_plan_workbook(loaded.problem, [comparison], language=LANGUAGE), inputs=inputs)
    if summary is Summary.JSON:
        curve = [{"limit_m": point.limit_m, "served": point.served} for point in comparison.curve]
        facts = {"rules": comparison.rows(), "curve": curve}
        output.print(json.dumps(facts, ensure_ascii=False), markup=False)
    else:
        print_comparison(comparison)


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
    columns: Columns = None,
    skip_bad_rows: SkipBadRows = False,
) -> None:
    if (applicant is None) == (institution is None):
        raise typer.BadParameter(say("请给出 --applicant 或 --institution", "give --applicant or --institution"))
    allocation = read_allocation_json(result)
    rules = rules_of(allocation, policy, kind, entry_date)
    tables = TableChoice(columns=columns, skip_bad_rows=skip_bad_rows)
    loaded = loaded_places(path, format_, rules, allocation.rule, tables)
    if applicant is not None:
        print_why(explain_applicant(loaded.problem, rules, allocation, applicant))
    if institution is not None:
        for line in explain_institution(loaded.problem, allocation, institution):
            output.print(line.in_(LANGUAGE), markup=False)


def _tell_rules(policy: Policy, *, given: bool) -> None:
    """Which policy a result is checked against, and whether a person gave it or the result itself did."""
    name, on = f"{policy.id} {policy.version}", policy.entry_date or "-"
    source = say("命令给出", "as given") if given else say("结果自带；要核对是否为公布的规则，请给 --policy", "its own")
    output.print(
        say(f"规则 {name}，入托日 {on}（{source}）", f"policy {name}, entry date {on} ({source})"), markup=False
    )
