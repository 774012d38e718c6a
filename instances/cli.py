"""``careplan instances``: makes a day, or the places of a city, and writes it to a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from instances.day import LARGEST_DAY, SMALLEST_DAY, make_hailing, make_qidong
from instances.geography import CityName
from instances.groups import INSTANCES
from instances.places import LARGEST_MARKET, SMALLEST_MARKET, make_places
from instances.toy import toy_problem, toy_travel
from optimizer.cli.console import output, print_findings
from optimizer.cli.words import LANGUAGE, say
from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text
from optimizer.io.places_json import write_places_problem_json
from optimizer.io.problem_json import write_problem_json
from optimizer.io.tables import write_tables
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Problem

__all__ = ["InstanceName", "app", "make_instance"]

app = typer.Typer(no_args_is_help=True, help=INSTANCES.help)


class InstanceName(StrEnum):
    """What can be made."""

    QIDONG = "qidong"
    HAILING = "hailing"
    TOY = "toy"
    QIDONG_PLACES = "qidong-places"
    HAILING_PLACES = "hailing-places"


PLACES = {InstanceName.QIDONG_PLACES: CityName.QIDONG, InstanceName.HAILING_PLACES: CityName.HAILING}
DEFAULT_APPLICANTS = {InstanceName.QIDONG_PLACES: 3_000, InstanceName.HAILING_PLACES: 1_500}
DEFAULT_VISITS = {InstanceName.QIDONG: 400, InstanceName.HAILING: 150}


@app.callback()
def instances() -> None:
    """Keep ``make`` a sub-command, though it is the only one."""


@app.command(help=say("生成一天的上门任务并写入文件", "Make a day of home visits and write it to a file."))
def make(
    name: Annotated[InstanceName, typer.Argument(help=say("启东、海陵或四次上门的小例", "which day"))],
    out: Annotated[Path, typer.Option(help=say("输出文件：.json 或 .xlsx", "file to write: .json or .xlsx"))],
    visits: Annotated[int | None, typer.Option(help=say("上门次数", "number of visits"))] = None,
    seed: Annotated[int, typer.Option(help=say("随机种子", "seed of the random numbers"))] = 1,
    sharing: Annotated[
        bool, typer.Option("--sharing/--no-sharing", help=say("机构之间共享人员", "providers lend each other staff"))
    ] = False,
    applicants: Annotated[int | None, typer.Option(help=say("申请人数（托位、床位）", "number of applicants"))] = None,
    beds: Annotated[bool, typer.Option("--beds", help=say("申请床位的老年人", "elders who apply for beds"))] = False,
) -> None:
    """Make a day or a city's places; the same name, size and seed always give the same file."""
    if name in PLACES:
        _make_places(name, out, applicants, seed, beds=beds)
        return
    problem, travel = make_instance(name, visits, seed, sharing=sharing)
    if out.suffix.lower() == ".xlsx":
        print_findings(write_tables(problem, out, language=LANGUAGE))
    else:
        write_problem_json(problem, out, matrix=travel)
    tasks = sum(visit.team_size for visit in problem.visits)
    output.print(
        say(
            f"{out}：{len(problem.visits)} 次上门（{tasks} 人次），{len(problem.caregivers)} 名护理员",
            f"{out}: {len(problem.visits)} visits ({tasks} tasks), {len(problem.caregivers)} caregivers",
        ),
        markup=False,
    )


def _make_places(name: InstanceName, out: Path, applicants: int | None, seed: int, *, beds: bool) -> None:
    count = DEFAULT_APPLICANTS[name] if applicants is None else applicants
    if not SMALLEST_MARKET <= count <= LARGEST_MARKET:
        raise InputError([_market_finding(count)])
    problem = make_places(PLACES[name], count, seed, beds=beds)
    write_places_problem_json(problem, out)
    text = say(
        f"{out}：{len(problem.applicants)} 名申请人，{len(problem.institutions)} 家机构，{len(problem.areas)} 个区域",
        f"{out}: {len(problem.applicants)} applicants, {len(problem.institutions)} institutions, "
        f"{len(problem.areas)} areas",
    )
    output.print(text, markup=False)


def make_instance(
    name: InstanceName, visits: int | None, seed: int, *, sharing: bool = False
) -> tuple[Problem, TravelMatrix | None]:
    """A day by name, and the travel matrix that belongs to it (the toy has one, the cities have coordinates).

    Raises
    ------
    InputError
        The number of visits is out of range (``T390``).
    """
    if name is InstanceName.TOY:
        return toy_problem(), toy_travel()
    count = DEFAULT_VISITS[name] if visits is None else visits
    if not SMALLEST_DAY <= count <= LARGEST_DAY:
        raise InputError([_size_finding(count)])
    maker = make_qidong if name is InstanceName.QIDONG else make_hailing
    return maker(count, seed, sharing=sharing), None


def _market_finding(count: int) -> Finding:
    return Finding(
        code="T391",
        where="--applicants",
        found=Text(f"申请人数为 {count}", f"{count} applicants were asked for"),
        action=Text(f"请填写 {SMALLEST_MARKET} 到 {LARGEST_MARKET}", f"ask for {SMALLEST_MARKET} to {LARGEST_MARKET}"),
    )


def _size_finding(count: int) -> Finding:
    return Finding(
        code="T390",
        where="--visits",
        found=Text(f"上门次数为 {count}", f"{count} visits were asked for"),
        action=Text(f"请填写 {SMALLEST_DAY} 到 {LARGEST_DAY}", f"ask for {SMALLEST_DAY} to {LARGEST_DAY}"),
    )
