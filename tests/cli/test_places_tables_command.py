"""``careplan places`` on tables as offices have them: the template, own headers, rows that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from optimizer.cli.places import app
from optimizer.common.errors import InputError
from optimizer.common.language import Language
from optimizer.io.places_tables import place_sheets, read_places_tables, write_places_template

CITY = {
    "申请人": "编号,出生日期,志愿\nA1,2024-03-05,H1\nA2,2024-03-06,H1;H2\nA3,2024-03-07,H2\n",
    "机构": "编号,名称\nH1,一园\nH2,二园\n",
    "托位": "机构,班型,托位数\nH1,托大班,1\nH2,托大班,5\n",
}
AT = ("--policy", "lottery", "--entry-date", "2026-09-01", "--seed", "7")


def city(path: Path, **changed: str) -> Path:
    path.mkdir()
    for name, content in {**CITY, **changed}.items():
        (path / f"{name}.csv").write_text(content, encoding="utf-8")
    return path


def run(*arguments: object) -> str:
    outcome = CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


@pytest.mark.parametrize("language", list(Language))
def test_the_template_filled_in_can_be_allocated(language: Language, tmp_path: Path) -> None:
    """The example rows, made into rows, are a city; as examples they are none."""
    path = tmp_path / "city.xlsx"
    write_places_template(path, language=language)
    with pytest.raises(InputError) as caught:
        read_places_tables(path)
    assert "T226" in {one.code for one in caught.value.findings}
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = cell.value.replace("示例-", "")
    book.save(path)
    problem = read_places_tables(path).problem
    for table in ("applicants", "areas", "bans", "candidates", "distances", "family_preferences", "fixed_pairs"):
        assert getattr(problem, table), table
    assert {one.current for one in problem.applicants} == {None}
    facts = json.loads(run("allocate", path, *AT, "--summary", "json"))
    assert facts["applicants"] == 2


def test_the_command_writes_it_with_lists_to_choose_from(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    run("template", path)
    book = openpyxl.load_workbook(path)
    assert [sheet.title for sheet in book] in (
        [one.title_in(Language.ZH) for one in place_sheets()],
        [one.title_in(Language.EN) for one in place_sheets()],
    )
    lists = {rule.formula1 for sheet in book for rule in sheet.data_validations.dataValidation}
    assert any("托小班" in words or "toddler" in words for words in lists)
    assert any("幼儿园" in words or "kindergarten" in words for words in lists)


def test_own_headers_are_named_in_a_file(tmp_path: Path) -> None:
    own = city(tmp_path / "city", 托位="哪家,什么班,放几个\nH1,托大班,1\nH2,托大班,5\n")
    with pytest.raises(InputError):
        run("allocate", own, *AT)
    names = tmp_path / "names.csv"
    names.write_text("托位,哪家,机构\n托位,什么班,班型\n托位,放几个,总数\n", encoding="utf-8")
    out = tmp_path / "result.json"
    run("allocate", own, *AT, "--columns", names, "--out", out)
    assert "verified" in run("check", own, out, "--columns", names) or "成立" in run(
        "check", own, out, "--columns", names
    )
    plain = json.loads(run("allocate", city(tmp_path / "plain"), *AT, "--summary", "json"))
    assert json.loads(out.read_text(encoding="utf-8"))["summary"]["placed"] == plain["placed"]


def test_bad_rows_are_left_out_only_when_asked_and_are_named(tmp_path: Path) -> None:
    """One bad date, one place that does not exist, and what hangs on a row that is gone."""
    people = "编号,出生日期,志愿\nA1,三月,H1\nA2,2024-03-06,H1;H9\nA3,2024-03-07,H2\nA4,2024-03-08,H1\n"
    bad = city(tmp_path / "city", 申请人=people, 禁止组合="一方,另一方\nA1,H2\n")
    with pytest.raises(InputError) as caught:
        run("allocate", bad, *AT)
    assert any(one.where.startswith("申请人.csv!B2") for one in caught.value.findings)
    out = tmp_path / "result.json"
    told = run("allocate", bad, *AT, "--skip-bad-rows", "--out", out)
    raw = json.loads(out.read_text(encoding="utf-8"))
    inside = {one["applicant"] for one in (*raw["assignments"], *raw["unplaced"])}
    assert inside == {"A3", "A4"}
    note = next(one for one in raw["notes"] if "没有读入" in one["zh"])
    assert "A1" in note["zh"]
    assert "A2" in note["zh"]
    assert told.count("T284") == 2
    assert "P015 禁止组合.csv!A2" in told
    run("check", bad, out, "--skip-bad-rows")


def test_what_people_type_is_understood(tmp_path: Path) -> None:
    """Full-width digits, units behind numbers, degrees with signs, dates with weekdays: as in the visits tables."""
    problem = read_places_tables(
        city(
            tmp_path / "city",
            申请人="编号,出生日期,志愿,最远距离\nA1,2024年3月5日（周二）,H1,１５００\nA2,2024-03-06,H1,1500米\n",
            机构="编号,名称,纬度,经度,坐标系\nH1,一园,31.8°N,东经121.6,GCJ-02\nH2,二园,,,\n",
            托位="机构,班型,托位数\nH1,托大班,15个\nH2,托大班,5人\n合计,,20\n",
        )
    ).problem
    assert [one.max_distance_m for one in problem.applicants] == [1500, 1500]
    assert problem.applicants[0].birth_date is not None
    assert [one.capacity for one in problem.pools] == [15, 5]
    assert (problem.institutions[0].lat, problem.institutions[0].lon) == (31.8, 121.6)
