"""The workbook of pairs, groups and sites: the lists that are signed, checked and reported from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from optimizer.common.language import Language, Text
from optimizer.places.cluster import ClusterResult
from optimizer.places.compare import Comparison
from optimizer.places.model import PlacesProblem
from optimizer.places.pairing import PairResult
from optimizer.places.site import SiteResult, SiteYear
from optimizer.report.clock import DayClock
from optimizer.report.places_comparison import comparison_lead, comparison_rows
from optimizer.report.terms import STATUSES
from optimizer.report.workbook_book import Book, Cell, Column, Kind, Tone

__all__ = ["places_plan_workbook"]

Plan = PairResult | ClusterResult | SiteResult | Comparison
Rows = Iterable[tuple[Iterable[Cell], Tone]]

_NO_DAY = date(1980, 1, 1)
"""The file's own date: results have none, and the same result gives the same bytes."""


def places_plan_workbook(problem: PlacesProblem, results: Sequence[Plan], *, language: Language = Language.ZH) -> bytes:
    """Pairs, groups and sites as the bytes of an ``.xlsx`` file, a sheet or more for each."""
    book = Book(_NO_DAY, language, DayClock(ticks_per_s=1))
    for result in results:
        if isinstance(result, PairResult):
            _pair_sheets(book, problem, result)
        elif isinstance(result, ClusterResult):
            _group_sheet(book, problem, result)
        elif isinstance(result, Comparison):
            _comparison_sheets(book, result)
        else:
            for year in result.years:
                _site_sheet(book, result, year)
    return book.finish()


def _pair_sheets(book: Book, problem: PlacesProblem, result: PairResult) -> None:
    known = {one.id: one for one in problem.institutions}
    columns = (
        Column(Text("左侧机构", "left"), Kind.TEXT, 9),
        Column(Text("名称", "name"), Kind.WRAP, 26),
        Column(Text("镇街", "town"), Kind.TEXT, 12),
        Column(Text("右侧机构", "right"), Kind.TEXT, 9),
        Column(Text("名称", "name"), Kind.WRAP, 26),
        Column(Text("镇街", "town"), Kind.TEXT, 12),
        Column(Text("距离（米）", "distance (m)"), Kind.WHOLE, 11),
        Column(Text("量法", "measured"), Kind.TEXT, 9),
        Column(Text("次优对象", "next best"), Kind.TEXT, 10),
        Column(Text("次优距离（米）", "its distance (m)"), Kind.WHOLE, 12),
        Column(Text("示范点", "demonstration"), Kind.TEXT, 9),
        Column(Text("备注", "remark"), Kind.WRAP, 20),
        Column(Text("签约日期", "signed on"), Kind.TEXT, 12),
    )
    rows = [
        (
            (
                pair.left,
                known[pair.left].name,
                known[pair.left].town,
                pair.right,
                known[pair.right].name,
                known[pair.right].town,
                pair.distance_m,
                Text("给定", "given") if pair.given else Text("直线", "straight"),
                pair.next_best,
                pair.next_best_m,
                Text("是", "yes") if pair.demonstration else "",
                pair.remark,
                pair.signed_on.isoformat() if pair.signed_on is not None else "",
            ),
            Tone.PLAIN,
        )
        for pair in result.pairs
    ]
    lead = Text(
        f"{len(result.pairs)} 对，共 {result.total_m:,} 米；{STATUSES[result.status].zh}，"
        f"目标值 {result.proof.objective:,}，下界 {result.proof.bound:,}；最多可结 {result.largest.largest} 对",
        f"{len(result.pairs)} pairs, {result.total_m:,} m in all; {STATUSES[result.status].en}, objective "
        f"{result.proof.objective:,}, bound {result.proof.bound:,}; at most {result.largest.largest} are possible",
    )
    _sheet(book, Text("结对", "Pairs"), [lead, *result.notes], columns, rows)
    if result.curve:
        steps = (
            Column(Text("结对数", "pairs"), Kind.WHOLE, 10),
            Column(Text("最小总距离（米）", "least total (m)"), Kind.WHOLE, 16),
        )
        points = [((point.pairs, point.total_m), Tone.PLAIN) for point in result.curve]
        _sheet(book, Text("结对曲线", "Curve"), [], steps, points)


def _group_sheet(book: Book, problem: PlacesProblem, result: ClusterResult) -> None:
    known = {one.id: one for one in problem.institutions}
    columns = (
        Column(Text("牵头机构", "leader"), Kind.TEXT, 10),
        Column(Text("名称", "name"), Kind.WRAP, 26),
        Column(Text("成员", "member"), Kind.TEXT, 10),
        Column(Text("名称", "name"), Kind.WRAP, 26),
        Column(Text("镇街", "town"), Kind.TEXT, 12),
        Column(Text("距离（米）", "distance (m)"), Kind.WHOLE, 11),
        Column(Text("托位", "places"), Kind.WHOLE, 9),
    )
    rows = [
        (
            (
                group.leader,
                known[group.leader].name,
                member.id,
                known[member.id].name,
                known[member.id].town,
                round(member.cost),
                round(member.demand),
            ),
            Tone.PLAIN,
        )
        for group in result.groups
        for member in group.members
    ]
    lead = Text(
        f"{len(result.groups)} 组，路程合计 {result.cost:,.0f} 米；{STATUSES[result.status].zh}，"
        f"下界 {result.bound:,.0f}",
        f"{len(result.groups)} groups, {result.cost:,.0f} m; {STATUSES[result.status].en}, bound {result.bound:,.0f}",
    )
    _sheet(book, Text("1+N 组", "Groups"), [lead, *result.notes], columns, rows)


def _site_sheet(book: Book, result: SiteResult, year: SiteYear) -> None:
    label = "" if year.year is None else f" {year.year}"
    towns = (
        Column(Text("镇街", "town"), Kind.TEXT, 14),
        Column(Text("人数", "people"), Kind.WHOLE, 11),
        Column(Text("每千人目标", "target per 1,000"), Kind.DECIMAL, 11),
        Column(Text("需要", "needed"), Kind.WHOLE, 9),
        Column(Text("现有", "existing"), Kind.WHOLE, 9),
        Column(Text("新增", "added"), Kind.WHOLE, 9),
        Column(Text("缺口", "shortage"), Kind.WHOLE, 9),
        Column(Text("每千人", "per 1,000"), Kind.RATIO, 10),
        Column(Text("圈内人数", "covered"), Kind.WHOLE, 11),
        Column(Text("普惠机构", "inclusive"), Kind.TEXT, 10),
    )
    rows = [
        (
            (
                row.town,
                row.people,
                row.target_per_1000,
                row.needed,
                row.existing,
                row.added,
                row.shortage,
                row.per_1000,
                row.covered,
                Text("有", "yes") if row.inclusive else Text("无", "no"),
            ),
            Tone.WARM if row.shortage else Tone.PLAIN,
        )
        for row in year.towns
    ]
    stages = [
        Text(
            f"{stage.name.zh}：{stage.value:,.2f}（界限 {stage.bound:,.2f}）",
            f"{stage.name.en}: {stage.value:,.2f} (bound {stage.bound:,.2f})",
        )
        for stage in year.stages
    ]
    _sheet(book, Text(f"镇街目标{label}", f"Towns{label}"), [*stages, *result.notes], towns, rows)
    sites = (
        Column(Text("点位", "site"), Kind.TEXT, 10),
        Column(Text("镇街", "town"), Kind.TEXT, 14),
        Column(Text("班（单元）", "modules"), Kind.WHOLE, 10),
        Column(Text("位数", "places"), Kind.WHOLE, 9),
        Column(Text("费用（元）", "cost (yuan)"), Kind.WHOLE, 14),
        Column(Text("普惠", "inclusive"), Kind.TEXT, 8),
    )
    new = [
        (
            (
                one.candidate,
                one.town,
                one.modules,
                one.places,
                round(one.cost),
                Text("是", "yes") if one.inclusive else "",
            ),
            Tone.PLAIN,
        )
        for one in year.sites
    ]
    _sheet(book, Text(f"新增点位{label}", f"New sites{label}"), [], sites, new)


def _comparison_sheets(book: Book, both: Comparison) -> None:
    """Both rules, and how many can be placed by distance limit."""
    note = Text("供内部决定，不对外公布", "For a decision, not for publication")
    titles = [
        Column(Text("数字", "Figure"), Kind.TEXT, 30),
        Column(Text("stable", "stable"), Kind.WHOLE, 14),
        Column(Text("served", "served"), Kind.WHOLE, 14),
    ]
    rows = [((name, stable, served), Tone.PLAIN) for name, stable, served in comparison_rows(both)]
    _sheet(book, Text("两种规则", "Both rules"), [note, comparison_lead(both)], titles, rows)
    ends = [
        Column(Text("距离上限（米）", "Distance limit (m)"), Kind.WHOLE, 18),
        Column(Text("最多可安排", "Placed at most"), Kind.WHOLE, 16),
    ]
    points = [((point.limit_m, point.served), Tone.PLAIN) for point in both.curve]
    _sheet(book, Text("距离与安排人数", "Placed by distance"), [], ends, points)


def _sheet(book: Book, title: Text, notes: Iterable[Text], columns: Sequence[Column], rows: Rows) -> None:
    name = book.reserve_name(book.text(title))
    sheet = book.add_sheet(name, landscape=True)
    book.set_widths(sheet, columns)
    book.put(sheet, 0, 0, title, "title")
    top = 1
    for note in notes:
        book.put(sheet, top, 0, note, "quiet")
        top += 1
    book.put_table(sheet, top + 1, columns, rows)
