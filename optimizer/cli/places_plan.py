"""``careplan places pair``, ``cluster``, ``site``, ``indicators``: results to files, the outcome in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer

import optimizer.cli.places_plan_options as options
from optimizer.cli.console import output, print_findings
from optimizer.cli.places_input import TableChoice, read_city
from optimizer.cli.places_options import Columns, SkipBadRows
from optimizer.cli.places_plan_words import (
    print_claims,
    print_groups,
    print_indicators,
    print_pairs,
    print_sites,
    print_split,
)
from optimizer.cli.words import LANGUAGE, say
from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.io.files import read_input, write_output
from optimizer.io.json_text import parse_json_object
from optimizer.io.location_files import read_pmed, read_sscflp
from optimizer.io.places_json import MAX_PLACES_BYTES
from optimizer.io.places_plan_json import PlacesPlan, is_places_plan, places_plan_from_json, write_places_plan
from optimizer.places.cluster import ClusterOptions, ClusterResult, cluster_institutions, cluster_network
from optimizer.places.indicators import (
    HAILING_CLAIMS,
    INDICATORS,
    QIDONG_CLAIMS,
    check_claims,
    measure_indicators,
    split_targets,
)
from optimizer.places.model import InstitutionKind, PlacesProblem
from optimizer.places.pairing import PairObjective, PairOptions, PairResult, Side, pair_institutions
from optimizer.places.referee.cluster_check import check_groups
from optimizer.places.referee.pair_check import check_pairs
from optimizer.places.referee.site_check import check_sites
from optimizer.places.site import SiteKind, SiteOptions, site_places
from optimizer.report.places_plan_page import places_plan_page
from optimizer.report.places_plan_workbook import places_plan_workbook

__all__ = ["check_places_plan", "findings_of_plan", "register"]

CHECKED_AT_ONCE = 500_000
"""Possible pairs up to which a pairing is checked before it is written; the checker takes some seconds a million."""


def register(app: typer.Typer) -> None:
    """Add the commands to ``careplan places``."""
    app.command(help=say("按距离给机构结对。", "Pair institutions by distance."))(pair)
    app.command(help=say("编成 1+N 组。", "Form 1+N groups."))(cluster)
    app.command(help=say("在哪里增加托位或床位。", "Where to add places or beds."))(site)
    app.command(help=say("按市、镇、村计算指标。", "Indicators by city, town and village."))(indicators)


def check_places_plan(problem: PlacesProblem, result: PlacesPlan) -> tuple[Finding, ...]:
    """What the checkers find wrong with pairs, groups or sites."""
    if isinstance(result, PairResult):
        return check_pairs(problem, result)
    if isinstance(result, ClusterResult):
        return check_groups(problem, result)
    return check_sites(problem, result)


def findings_of_plan(path: Path, result: Path, tables: TableChoice) -> tuple[Finding, ...] | None:
    """What is wrong with a file of pairs, groups or sites; ``None`` where the file is a result of another kind.

    Raises
    ------
    InputError
        The problem or the file cannot be used.
    """
    raw = parse_json_object(read_input(result, max_bytes=MAX_PLACES_BYTES), where=str(result))
    if not is_places_plan(raw):
        return None
    return check_places_plan(_problem(path, tables), places_plan_from_json(raw))


def pair(
    path: options.Input,
    left: options.Left = Side.ELDERCARE,
    right: options.Right = Side.CHILDCARE,
    pairs: options.Pairs = 20,
    objective: options.Objective = PairObjective.TOTAL,
    at_least: options.AtLeast = False,
    max_per_institution: options.MaxPer = None,
    max_left: options.MaxLeft = 1,
    max_right: options.MaxRight = 1,
    same_town_first: options.SameTown = False,
    one_per_town: options.OnePerTown = False,
    kindergartens: options.Kindergartens = True,
    demonstrations: options.Demonstrations = 2,
    curve: options.Curve = None,
    out: options.Out = None,
    html: options.Page = None,
    xlsx: options.Workbook = None,
    columns: Columns = None,
    skip_bad_rows: SkipBadRows = False,
) -> None:
    """Pair institutions, check the pairs and their proof, and write them."""
    problem = _problem(path, TableChoice(columns=columns, skip_bad_rows=skip_bad_rows))
    asked = PairOptions(
        left=left,
        right=right,
        pairs=pairs,
        objective=objective,
        at_least=at_least,
        max_left=max_per_institution or max_left,
        max_right=max_per_institution or max_right,
        same_town_first=same_town_first,
        one_per_town=one_per_town,
        kindergartens=kindergartens,
        demonstrations=demonstrations,
        curve=curve,
    )
    result = pair_institutions(problem, asked)
    _write(result, problem, _Files(out=out, page=html, workbook=xlsx, source=path))
    print_pairs(problem, result, LANGUAGE)


def cluster(
    path: options.Input,
    groups: options.Groups = None,
    leaders: options.Leaders = "",
    levels: options.Levels = "",
    least: options.Least = 0,
    most: options.Most = None,
    max_distance: options.Radius = None,
    capacity: options.Capacity = None,
    kind: options.Kind = InstitutionKind.CHILDCARE,
    kindergartens: options.Kindergartens = True,
    format_: options.Format = None,
    time_limit: options.TimeLimit = None,
    lp: options.LpFile = None,
    out: options.Out = None,
    html: options.Page = None,
    xlsx: options.Workbook = None,
    columns: Columns = None,
    skip_bad_rows: SkipBadRows = False,
) -> None:
    """Form groups; a published instance is solved as it stands."""
    if format_ is not None:
        read = read_pmed if format_ is options.LocationFormat.PMED else read_sscflp
        solved = cluster_network(read(path), time_limit_s=time_limit, lp_file=lp)
        if out is not None:
            write_places_plan(solved, PlacesProblem(name=path.stem), out, inputs=(path,))
        print_groups(solved, LANGUAGE)
        return
    problem = _problem(path, TableChoice(columns=columns, skip_bad_rows=skip_bad_rows))
    asked = ClusterOptions(
        kind=kind,
        kindergartens=kindergartens,
        groups=groups,
        leaders=_list(leaders),
        leader_levels=_list(levels),
        least_members=least,
        most_members=most,
        max_distance_m=max_distance,
        capacity=capacity,
    )
    result = cluster_institutions(problem, asked, time_limit_s=time_limit, lp_file=lp)
    _write(result, problem, _Files(out=out, page=html, workbook=xlsx, source=path))
    print_groups(result, LANGUAGE)


def site(
    path: options.Input,
    kind: options.SiteKindOption = SiteKind.CHILDCARE,
    years: options.Years = "",
    per_1000: options.PerThousand = None,
    module: options.Module = 20,
    budget: options.Budget = None,
    mode: options.Mode = "walk",
    minutes: options.Minutes = 15.0,
    kmh: options.Speed = 4.5,
    inclusive_share: options.InclusiveShare = None,
    nursing_share: options.NursingShare = None,
    kindergartens: options.Kindergartens = True,
    time_limit: options.TimeLimit = 60.0,
    lp: options.LpFile = None,
    out: options.Out = None,
    html: options.Page = None,
    xlsx: options.Workbook = None,
    columns: Columns = None,
    skip_bad_rows: SkipBadRows = False,
) -> None:
    """Choose sites by stages."""
    problem = _problem(path, TableChoice(columns=columns, skip_bad_rows=skip_bad_rows))
    asked = SiteOptions(
        kind=kind,
        years=tuple(int(one) for one in _list(years) if _is_year(one)),
        per_1000=per_1000,
        module_places=module,
        budget=budget,
        mode=mode,
        minutes=minutes,
        kmh=kmh,
        inclusive_share=inclusive_share,
        nursing_share=nursing_share,
        kindergartens=kindergartens,
        time_limit_s=time_limit,
    )
    result = site_places(problem, asked, lp_file=lp)
    _write(result, problem, _Files(out=out, page=html, workbook=xlsx, source=path))
    print_sites(result, LANGUAGE)


def indicators(
    path: options.Input,
    year: options.Year = None,
    split: options.Split = "",
    claims: options.Claims = None,
    villages: options.Villages = False,
    columns: Columns = None,
    skip_bad_rows: SkipBadRows = False,
) -> None:
    """Print indicators by area; a city's target by town and year; a document's figures against each other."""
    problem = _problem(path, TableChoice(columns=columns, skip_bad_rows=skip_bad_rows))
    known = [one.id for one in INDICATORS]
    if split and split not in known:
        raise InputError([_unknown_indicator(split, known)])
    print_indicators(problem, measure_indicators(problem, year=year), LANGUAGE, villages=villages)
    if split:
        print_split(split_targets(problem, split), LANGUAGE)
    if claims is not None:
        chosen = QIDONG_CLAIMS if claims is options.ClaimSet.QIDONG else HAILING_CLAIMS
        print_claims(check_claims(chosen), LANGUAGE)


def _problem(path: Path, tables: TableChoice) -> PlacesProblem:
    return read_city(path, tables, allocation=False).problem


@dataclass(frozen=True, kw_only=True)
class _Files:
    """Where results go, and the input that is never written over."""

    out: Path | None
    page: Path | None
    workbook: Path | None
    source: Path


def _write(result: PlacesPlan, problem: PlacesProblem, files: _Files) -> None:
    """Check the result, then write it; what the checker rejects is a defect, and stands on standard error."""
    if isinstance(result, PairResult) and result.summary["left"] * result.summary["right"] > CHECKED_AT_ONCE:
        hint = say("机构很多，请另用 careplan places check 核对", "check these with careplan places check")
        output.print(hint, markup=False)
    else:
        print_findings(check_places_plan(problem, result))
    inputs = (files.source,)
    if files.out is not None:
        write_places_plan(result, problem, files.out, inputs=inputs)
    if files.page is not None:
        page = places_plan_page(problem, [result], language=LANGUAGE)
        write_output(files.page, page.encode("utf-8"), inputs=inputs)
    if files.workbook is not None:
        write_output(files.workbook, places_plan_workbook(problem, [result], language=LANGUAGE), inputs=inputs)
    for path in (files.out, files.page, files.workbook):
        if path is not None:
            output.print(say(f"已写出 {path}", f"wrote {path}"), markup=False)


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("；", ";").split(";") if part.strip())


def _is_year(text: str) -> bool:
    if text.isdigit():
        return True
    raise InputError(
        [
            Finding(
                code="P725",
                where="--years",
                found=Text(f"“{text}”不是年份", f"{text!r} is not a year"),
                action=Text("请填写如 2025;2026", "give years such as 2025;2026"),
            )
        ]
    )


def _unknown_indicator(name: str, known: list[str]) -> Finding:
    return Finding(
        code="P726",
        where="--split",
        found=Text(f"没有指标“{name}”", f"there is no indicator {name!r}"),
        action=Text(f"请从 {', '.join(known)} 中选择", f"choose one of {', '.join(known)}"),
    )
