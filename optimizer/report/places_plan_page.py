"""The page of pairs, groups, sites, allocations: one HTML file that works without a network and holds no homes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from string import Template
from typing import Any

from optimizer.common.language import Language, Text
from optimizer.places.cluster import ClusterResult
from optimizer.places.compare import Comparison
from optimizer.places.model import AreaLevel, Institution, InstitutionKind, PlacesProblem
from optimizer.places.pairing import PairResult, Side
from optimizer.places.policy import Policy
from optimizer.places.result import AllocationResult
from optimizer.places.site import SiteKind, SiteResult, SiteYear
from optimizer.report.page_frame import content_policy, leaflet_script, leaflet_style, markup_safe, page_part
from optimizer.report.places_allocation import (
    allocation_figures,
    allocation_leads,
    class_rows,
    house_rows,
    kinds_allocated,
    proof_lines,
    reason_rows,
)
from optimizer.report.places_comparison import comparison_lead, comparison_rows
from optimizer.report.places_points import Spot, spots_wgs84
from optimizer.report.terms import STATUSES
from optimizer.report.visits_page_data import embeddable_json

__all__ = ["places_plan_page"]

Json = dict[str, Any]
Plan = PairResult | ClusterResult | SiteResult | Comparison | AllocationResult

_PRICES = 20


def places_plan_page(problem: PlacesProblem, results: Sequence[Plan], *, language: Language = Language.ZH) -> str:
    """Pairs, groups, sites, an allocation and both rules compared as one HTML file with a map, curves, and tables.

    Parameters
    ----------
    problem
        The problem; of its tables only institutions, towns and candidate sites reach the page.
    results
        What to show; of each kind the last one.
    language
        The language that the page opens in; a button changes to the other one.

    Returns
    -------
    str
        The text of the file, to be written as UTF-8.
    """
    data = _data(problem, results, language)
    data["words"] = json.loads(page_part("places_words.json"))
    scripts = [leaflet_script(), page_part("places.js")]
    style = leaflet_style() + page_part("page.css") + page_part("places.css")
    return Template(page_part("places.html")).substitute(
        language="zh-CN" if language is Language.ZH else "en",
        policy=content_policy(style, scripts),
        title=markup_safe(problem.name),
        style=style,
        data=embeddable_json(data),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )


def _data(problem: PlacesProblem, results: Sequence[Plan], language: Language) -> Json:
    pairs = next((one for one in reversed(results) if isinstance(one, PairResult)), None)
    groups = next((one for one in reversed(results) if isinstance(one, ClusterResult)), None)
    sites = next((one for one in reversed(results) if isinstance(one, SiteResult)), None)
    both = next((one for one in reversed(results) if isinstance(one, Comparison)), None)
    given = next((one for one in reversed(results) if isinstance(one, AllocationResult)), None)
    shown = [one for one in (pairs, groups, sites) if one is not None]
    leads = [_lead(one) for one in shown] + ([comparison_lead(both)] if both is not None else [])
    leads += allocation_leads(given) if given is not None else []
    noted = [*shown, *((given,) if given is not None else ())]
    policy = both.policy if both is not None else given.rules if given is not None else None
    return {
        "language": language.value,
        "name": problem.name,
        "lead": [_pair(lead) for lead in leads],
        "notes": [_pair(note) for one in noted for note in one.notes],
        "towns": _towns(problem),
        "points": _points(problem, pairs, groups, sites, policy),
        "pairs": _pairs(pairs) if pairs is not None else [],
        "curve": [[point.pairs, point.total_m] for point in pairs.curve] if pairs is not None else [],
        "comparison": _comparison(both) if both is not None else None,
        "allocation": _allocation(problem, given) if given is not None else None,
        "groups": _groups(groups) if groups is not None else [],
        "circle_m": _circle_m(sites, policy),
        "years": [_year(year) for year in sites.years] if sites is not None else [],
    }


def _circle_m(sites: SiteResult | None, policy: Policy | None) -> int:
    """Straight metres around an institution: the circle of life, or the largest distance of the policy."""
    if sites is not None:
        return round(sites.options.limit_m / sites.options.detour)
    return 0 if policy is None else round(policy.distance.limit_m / policy.distance.detour)


def _allocation(problem: PlacesProblem, given: AllocationResult) -> Json:
    """Figures, reasons, institutions and the proof; no rows of persons, no home."""
    return {
        "trial": not given.official,
        "figures": [[_pair(name), value] for name, value in allocation_figures(given)],
        "classes": [[_pair(name), applied, placed] for name, applied, placed in class_rows(given)],
        "reasons": [[_pair(name), number] for name, number in reason_rows(given)],
        "houses": [[one.id, *figures] for one, *figures in house_rows(problem, given)],
        "proof": [_pair(line) for line in proof_lines(given)],
    }


def _comparison(both: Comparison) -> Json:
    limit = both.policy.distance.limit_m
    rows = [[_pair(name), stable, served] for name, stable, served in comparison_rows(both)]
    return {"rows": rows, "curve": [[point.limit_m, point.served] for point in both.curve], "limit_m": limit}


def _lead(result: PairResult | ClusterResult | SiteResult) -> Text:
    status = STATUSES[result.status]
    if isinstance(result, PairResult):
        number, proof = len(result.pairs), result.proof
        return Text(
            f"结对 {number} 对，共 {result.total_m:,} 米（{status.zh}；目标值 {proof.objective:,}，下界 "
            f"{proof.bound:,}），最多可结 {result.largest.largest} 对",
            f"{number} pairs, {result.total_m:,} m in all ({status.en}; objective {proof.objective:,}, bound "
            f"{proof.bound:,}); at most {result.largest.largest} pairs are possible",
        )
    if isinstance(result, ClusterResult):
        number = len(result.groups)
        return Text(
            f"1+N 共 {number} 组，路程合计 {result.cost:,.0f} 米（{status.zh}；下界 {result.bound:,.0f}）",
            f"{number} groups, {result.cost:,.0f} m in all ({status.en}; bound {result.bound:,.0f})",
        )
    last = result.years[-1]
    number, places = len(last.sites), sum(site.places for site in last.sites)
    minutes, mode = f"{result.options.minutes:g}", result.options.mode
    return Text(
        f"新增 {number} 个点位、{places} 个位（{status.zh}；{minutes} 分钟生活圈，出行方式 {mode}）",
        f"{number} new sites with {places} places ({status.en}; circle of {minutes} minutes by {mode})",
    )


def _pair(text: Text) -> list[str]:
    return [text.zh, text.en]


def _towns(problem: PlacesProblem) -> list[Json]:
    towns = sorted((one for one in problem.areas if one.level is AreaLevel.TOWN), key=lambda one: one.id)
    at = spots_wgs84(towns)
    return [{"name": one.name or one.id, "at": at.get(one.id)} for one in towns]


def _points(
    problem: PlacesProblem,
    pairs: PairResult | None,
    groups: ClusterResult | None,
    sites: SiteResult | None,
    policy: Policy | None,
) -> list[Json]:
    """Institutions that a result speaks of, and the new sites of its last year."""
    catchments = kinds_allocated(policy)
    kinds = _kinds(pairs, groups, sites) | catchments
    places: dict[str, int] = {}
    for pool in problem.pools:
        places[pool.institution] = places.get(pool.institution, 0) + pool.capacity
    shown = [one for one in sorted(problem.institutions, key=lambda one: one.id) if one.kind in kinds]
    covers = _site_kinds(sites) or catchments
    points = _rows(shown, places, covers)
    if sites is not None:
        new = {site.candidate: site.places for site in sites.years[-1].sites}
        chosen = [one for one in sorted(problem.candidates, key=lambda one: one.id) if one.id in new]
        at = spots_wgs84(chosen)
        points += [
            {
                "id": one.id,
                "name": "",
                "town": one.town,
                "kind": "new_site",
                "at": at.get(one.id),
                "places": new[one.id],
                "covers": True,
            }
            for one in chosen
        ]
    return points


def _rows(shown: Sequence[Institution], places: dict[str, int], covers: set[InstitutionKind]) -> list[Json]:
    spots: Iterable[Spot] = shown
    at = spots_wgs84(spots)
    return [
        {
            "id": one.id,
            "name": one.name,
            "town": one.town,
            "kind": one.kind.value,
            "at": at.get(one.id),
            "places": places.get(one.id, 0),
            "covers": one.kind in covers,
        }
        for one in shown
    ]


def _kinds(pairs: PairResult | None, groups: ClusterResult | None, sites: SiteResult | None) -> set[InstitutionKind]:
    kinds = _site_kinds(sites)
    if groups is not None and groups.options is not None:
        kinds |= {groups.options.kind}
        if groups.options.kind is InstitutionKind.CHILDCARE and groups.options.kindergartens:
            kinds.add(InstitutionKind.KINDERGARTEN)
    for side in (pairs.options.left, pairs.options.right) if pairs is not None else ():
        kinds |= _side_kinds(side, kindergartens=pairs is not None and pairs.options.kindergartens)
    return kinds


def _side_kinds(side: Side, *, kindergartens: bool) -> set[InstitutionKind]:
    kind = InstitutionKind(side.value.rpartition("-")[2])
    both = kind is InstitutionKind.CHILDCARE and kindergartens
    return {kind, InstitutionKind.KINDERGARTEN} if both else {kind}


def _site_kinds(sites: SiteResult | None) -> set[InstitutionKind]:
    if sites is None:
        return set()
    if sites.options.kind is SiteKind.BEDS:
        return {InstitutionKind.ELDERCARE}
    both = sites.options.kindergartens
    return {InstitutionKind.CHILDCARE, InstitutionKind.KINDERGARTEN} if both else {InstitutionKind.CHILDCARE}


def _pairs(result: PairResult) -> list[Json]:
    return [
        {
            "left": one.left,
            "right": one.right,
            "metres": one.distance_m,
            "given": one.given,
            "fixed": one.fixed,
            "demonstration": one.demonstration,
            "next_best": one.next_best,
            "next_best_m": one.next_best_m,
            "remark": one.remark,
            "signed_on": one.signed_on.isoformat() if one.signed_on is not None else None,
        }
        for one in sorted(result.pairs, key=lambda one: (one.distance_m, one.left, one.right))
    ]


def _groups(result: ClusterResult) -> list[Json]:
    return [
        {"leader": group.leader, "members": [{"id": one.id, "cost": one.cost} for one in group.members]}
        for group in result.groups
    ]


def _year(year: SiteYear) -> Json:
    return {
        "year": year.year,
        "stages": [
            {"name": _pair(one.name), "value": _figure(one.value), "bound": _figure(one.bound)} for one in year.stages
        ],
        "towns": [
            {
                "town": row.town,
                "people": row.people,
                "needed": row.needed,
                "existing": row.existing,
                "added": row.added,
                "shortage": row.shortage,
                "per_1000": row.per_1000,
                "covered": row.covered,
                "inclusive": row.inclusive,
            }
            for row in year.towns
        ],
        "sites": [
            {"id": one.candidate, "town": one.town, "modules": one.modules, "places": one.places, "yuan": one.cost}
            for one in year.sites
        ],
        "prices": [{"institution": one.institution, "metres": one.metres} for one in year.prices[:_PRICES]],
    }


def _figure(value: float) -> float | int:
    """A value as it is shown: whole where it is nearly whole or large, else with two digits."""
    near = abs(value - round(value)) < 1e-6 or abs(value) >= 1000
    return round(value) if near else round(value, 2)
