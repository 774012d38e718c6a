"""Pairs, groups, sites and indicators as a person reads them in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table

from optimizer.cli.console import output
from optimizer.common.language import Language, Text
from optimizer.common.status import Status
from optimizer.places.cluster import ClusterResult
from optimizer.places.indicators import INDICATORS, ClaimCheck, IndicatorRow, SplitRow
from optimizer.places.model import AreaLevel, PlacesProblem
from optimizer.places.pairing import PairResult
from optimizer.places.site import SiteResult, SiteYear

__all__ = ["print_claims", "print_groups", "print_indicators", "print_pairs", "print_sites", "print_split"]

STATUS_TEXTS: Mapping[Status, Text] = {
    Status.OPTIMAL: Text("已证明最优", "proved best"),
    Status.FEASIBLE: Text("可行，未证明最优", "found, not proved best"),
    Status.INFEASIBLE: Text(
        "要求无法全部满足（已证明），以下是能做到的部分", "not all can be met (proved); the best part"
    ),
    Status.UNKNOWN: Text("时间用完，以下是目前的部分结果", "out of time; what was found so far"),
}


def print_pairs(problem: PlacesProblem, result: PairResult, language: Language) -> None:
    """Pairs with names, towns, distance and next-best partner."""
    one = {row.id: row for row in problem.institutions}
    table = _table(
        language,
        Text("左", "left"),
        Text("镇街", "town"),
        Text("右", "right"),
        Text("镇街", "town"),
        Text("米", "m"),
        Text("次优", "next best"),
        Text("备注", "remark"),
    )
    for pair in result.pairs:
        left, right = one[pair.left], one[pair.right]
        marks = [Text("示范点", "demonstration").in_(language)] if pair.demonstration else []
        marks += [Text("已签", "fixed").in_(language)] if pair.fixed else []
        marks += [pair.remark] if pair.remark else []
        other = f"{pair.next_best} {pair.next_best_m:,}" if pair.next_best is not None else ""
        names = (f"{left.id} {left.name}", left.town, f"{right.id} {right.name}", right.town)
        table.add_row(*names, f"{pair.distance_m:,}", other, " ".join(marks))
    _head(result.status, language)
    output.print(table)
    straight = {
        "given": Text("距离为给定值", "given distances"),
        "mixed": Text("给定距离，其余为直线", "given distances, straight lines elsewhere"),
    }.get(str(result.summary.get("distance")), Text("距离为直线", "straight lines"))
    number, total, bound, longest = len(result.pairs), result.total_m, result.proof.bound, result.longest_m
    text = Text(
        f"{number} 对，共 {total:,} 米，最长 {longest:,} 米；下界 {bound:,}，目标值 {result.proof.objective:,}；"
        f"最多可结 {result.largest.largest} 对；{straight.zh}",
        f"{number} pairs, {total:,} m in all, longest {longest:,} m; bound {bound:,}, objective "
        f"{result.proof.objective:,}; at most {result.largest.largest} pairs are possible; {straight.en}",
    )
    output.print(text.in_(language), markup=False)
    _notes(result.notes, language)


def print_groups(result: ClusterResult, language: Language) -> None:
    """Groups with their members and cost."""
    table = _table(language, Text("牵头", "leader"), Text("N", "N"), Text("路程合计", "cost"), Text("成员", "members"))
    for group in result.groups:
        cost = sum(member.cost for member in group.members)
        members = " ".join(member.id for member in group.members)
        table.add_row(group.leader, str(len(group.members)), f"{cost:,.0f}", members)
    _head(result.status, language)
    output.print(table)
    text = Text(
        f"{len(result.groups)} 组，合计 {result.cost:,.6g}，下界 {result.bound:,.6g}，差距 {result.gap:.2%}",
        f"{len(result.groups)} groups, cost {result.cost:,.6g}, bound {result.bound:,.6g}, gap {result.gap:.2%}",
    )
    output.print(text.in_(language), markup=False)
    _notes(result.notes, language)


def print_sites(result: SiteResult, language: Language) -> None:
    """Stages, new sites and the table by town of every year."""
    _head(result.status, language)
    for year in result.years:
        output.print(str(year.year or ""), style="bold")
        output.print(_stages(year, language))
        output.print(_towns(year, language))
        added, sites = sum(site.places for site in year.sites), len(year.sites)
        beds = sum(year.converted.values())
        text = Text(
            f"新增 {sites} 个点位、{added} 个位，费用 {year.yuan:,.0f} 元；改造床位 {beds}",
            f"{sites} new sites with {added} places, {year.yuan:,.0f} yuan; {beds} beds converted",
        )
        output.print(text.in_(language), markup=False)
        dear = "; ".join(f"{price.institution} {price.metres:,.0f}" for price in year.prices[:5])
        if dear:
            lead = Text("再增一个位可省的路程（米）：", "metres that one more place saves: ").in_(language)
            output.print(f"{lead}{dear}", markup=False)
    _notes(result.notes, language)


def print_indicators(
    problem: PlacesProblem, rows: Iterable[IndicatorRow], language: Language, *, villages: bool
) -> None:
    """Numerator, denominator, value, target and gap of each indicator and area."""
    names = {one.id: one for one in INDICATORS}
    areas = {one.id: one.name or one.id for one in problem.areas}
    table = _table(
        language,
        Text("指标", "indicator"),
        Text("区域", "area"),
        Text("分子", "numerator"),
        Text("分母", "denominator"),
        Text("数值", "value"),
        Text("目标", "target"),
        Text("缺口", "gap"),
    )
    order = {name: number for number, name in enumerate(names)}
    for row in sorted(rows, key=lambda one: order[one.indicator]):
        if row.level is AreaLevel.VILLAGE and not villages:
            continue
        target = "" if row.target is None else f"{row.target:g} ({row.target_year})"
        table.add_row(
            names[row.indicator].name.in_(language),
            areas.get(row.area, row.area),
            f"{row.numerator:,.0f}",
            "" if row.denominator is None else f"{row.denominator:,.0f}",
            "" if row.value is None else f"{row.value:.3g}",
            target,
            "" if row.gap is None else f"{row.gap:,.0f}",
        )
    output.print(table)


def print_split(rows: Sequence[SplitRow], language: Language) -> None:
    """A city's target by town and year."""
    table = _table(
        language, Text("镇街", "town"), Text("年", "year"), Text("应有", "to have"), Text("需新增", "to add")
    )
    for row in rows:
        table.add_row(row.town, str(row.year), f"{row.target_total:,}", f"{row.to_add:,}")
    output.print(table)


def print_claims(checks: Iterable[ClaimCheck], language: Language) -> None:
    """Each sentence of a document with what it implies."""
    for check in checks:
        output.print(check.text.in_(language), style="" if check.holds else "yellow", markup=False)


def _stages(year: SiteYear, language: Language) -> Table:
    table = _table(language, Text("步骤", "stage"), Text("数值", "value"), Text("界限", "bound"), Text("差距", "gap"))
    for stage in year.stages:
        table.add_row(stage.name.in_(language), f"{stage.value:,.6g}", f"{stage.bound:,.6g}", f"{stage.gap:.1e}")
    return table


def _towns(year: SiteYear, language: Language) -> Table:
    table = _table(
        language,
        Text("镇街", "town"),
        Text("人数", "people"),
        Text("需要", "needed"),
        Text("现有", "existing"),
        Text("新增", "added"),
        Text("缺口", "short"),
        Text("每千人", "per 1,000"),
        Text("圈内人数", "covered"),
    )
    for row in year.towns:
        figures = (row.people, row.needed, row.existing, row.added, row.shortage)
        table.add_row(row.town, *(f"{one:,}" for one in figures), f"{row.per_1000:.2f}", f"{row.covered:,}")
    return table


def _table(language: Language, *titles: Text) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in titles:
        table.add_column(title.in_(language), overflow="fold")
    return table


def _head(status: Status, language: Language) -> None:
    output.print(STATUS_TEXTS[status].in_(language), style="bold", markup=False)


def _notes(notes: Iterable[Text], language: Language) -> None:
    for note in notes:
        output.print(note.in_(language), style="yellow", markup=False)
