"""Places problems from tables: both languages, cells named as Excel names them, broken ones as findings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from optimizer.common.errors import InputError
from optimizer.io.places_read import PlacesFormat, read_places
from optimizer.io.places_tables import place_sheets, read_places_tables
from optimizer.places.model import AgeClass, ApplicantStatus, CareType, InstitutionKind, Ownership

APPLICANTS_ZH = (
    "编号,出生日期,托育方式,镇,人群,志愿,最远距离,状态,地址\n"
    "A1,2024-03-05,半日托（上午）,甲镇,低收入;二孩,H1；H2,1500,申请,某处\n"
    "A2,2024/3/6,,乙镇,,,,已撤回,\n"
)
INSTITUTIONS_ZH = (
    "编号,名称,类别,性质,已备案,普惠,纬度,经度,坐标系\n"
    "H1,一园,托育机构,民办,否,是,31.8,121.6,GCJ-02\n"
    "H2,二园,幼儿园,公办,是,否,,,\n"
)
POOLS_ZH = (
    "机构,班型,托育方式,托位数,在托人数,开班人数\nH1,托小班,全日,15,3,5\nH1,托大班,,20,0,\nH2,混合班,全日托,18,1,\n"
)
APPLICANTS_EN = (
    "id,birth_date,care_type,town,groups,preferences,max_distance_m,status\n"
    "A1,2024-03-05,morning,甲镇,低收入;二孩,H1;H2,1500,applying\n"
    "A2,2024-03-06,,乙镇,,,,withdrawn\n"
)
INSTITUTIONS_EN = (
    "id,name,kind,ownership,filed,inclusive,lat,lon,crs\n"
    "H1,一园,childcare,private,no,yes,31.8,121.6,GCJ-02\n"
    "H2,二园,kindergarten,public,yes,no,,,\n"
)
POOLS_EN = (
    "institution,age_class,care_type,capacity,occupied,min_class\n"
    "H1,toddler,full_day,15,3,5\n"
    "H1,nursery,,20,0,\n"
    "H2,mixed,full_day,18,1,\n"
)


def folder(path: Path, **tables: str) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    for name, content in tables.items():
        (path / f"{name}.csv").write_text(content, encoding="utf-8")
    return path


def test_both_languages_read_the_same(tmp_path: Path) -> None:
    zh = folder(tmp_path / "zh" / "city", 申请人=APPLICANTS_ZH, 机构=INSTITUTIONS_ZH, 托位=POOLS_ZH)
    en = folder(tmp_path / "en" / "city", applicants=APPLICANTS_EN, institutions=INSTITUTIONS_EN, pools=POOLS_EN)
    problem = read_places_tables(zh).problem
    assert read_places_tables(en).problem == problem
    first, second = problem.applicants
    assert first.birth_date == date(2024, 3, 5)
    assert first.care_type is CareType.MORNING
    assert first.preferences == ("H1", "H2")
    assert first.groups == ("低收入", "二孩")
    assert first.max_distance_m == 1500
    assert second.status is ApplicantStatus.WITHDRAWN
    one, two = problem.institutions
    assert (one.ownership, one.filed, one.inclusive) == (Ownership.PRIVATE, False, True)
    assert two.kind is InstitutionKind.KINDERGARTEN
    pool = problem.pools[0]
    assert (pool.age_class, pool.capacity, pool.occupied, pool.min_class) == (AgeClass.TODDLER, 15, 3, 5)
    assert pool.id == "H1/toddler/full_day"


def test_a_workbook_and_all_other_tables(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    tables = {
        "申请人": APPLICANTS_ZH,
        "机构": INSTITUTIONS_ZH,
        "班级床位": POOLS_ZH,
        "区域": "编号,名称,级别,常住人口,老年人口\nT1,甲镇,镇,50000,15000\n",
        "候选点": "编号,镇,最多组数,费用,普惠\nS1,甲镇,3,200000,是\n",
        "目标": "指标,年份,目标值,文件\n每千人口托位数,2027,4.5,某文件\n",
        "机构排序": "机构,申请人,名次\nH1,A1,1\n",
        "家庭志愿": "家庭,志愿序号,申请人,机构\nF1,1,A1,H1\n",
        "距离": "起点,终点,米\nA1,H1,700\n",
        "禁止组合": "一方,另一方\nA2,H2\n",
        "已定组合": "一方,另一方,签约日期,备注\nH1,H2,2026-01-02,续签\n",
    }
    for name, content in tables.items():
        sheet = book.create_sheet(name)
        for line in content.strip().split("\n"):
            sheet.append(line.split(","))
    path = tmp_path / "city.xlsx"
    book.save(path)
    problem = read_places(path).problem
    assert problem.areas[0].elders == 15000
    assert problem.candidates[0].max_modules == 3
    assert problem.targets[0].value == 4.5
    assert problem.rankings[0].rank == 1
    assert problem.family_preferences[0].family == "F1"
    assert problem.distances[0].metres == 700
    assert problem.bans[0].second == "H2"
    assert problem.fixed_pairs[0].signed_on == date(2026, 1, 2)


def test_places_are_the_cells(tmp_path: Path) -> None:
    path = folder(tmp_path / "city", 申请人=APPLICANTS_ZH, 机构=INSTITUTIONS_ZH, 托位=POOLS_ZH)
    loaded = read_places(path, format_=PlacesFormat.TABLES)
    assert loaded.locate("applicants[1].preferences") == "申请人.csv!F3"
    assert loaded.locate("pools[2].occupied") == "托位.csv!E4"


@pytest.mark.parametrize(
    ("tables", "code", "where"),
    [
        ({"机构": INSTITUTIONS_ZH, "托位": POOLS_ZH}, "T213", "city"),
        ({"申请人": APPLICANTS_ZH.replace("2024-03-05", "三月")}, "T234", "申请人.csv!B2"),
        ({"申请人": APPLICANTS_ZH.replace("A2,", "A1,")}, "T238", "申请人.csv!A3"),
        ({"申请人": APPLICANTS_ZH.replace("申请,某处", "等等,某处")}, "T237", "申请人.csv!H2"),
        ({"机构": INSTITUTIONS_ZH.replace("GCJ-02", "")}, "T245", "机构.csv!I2"),
        ({"托位": POOLS_ZH.replace("全日,15", "全日,-1")}, "T232", "托位.csv!D2"),
        ({"托位": POOLS_ZH.replace("全日,15", "全日,")}, "T230", "托位.csv!D2"),
        ({"托位": POOLS_ZH.replace("托位数", "托位")}, "T217", "托位.csv"),
        ({"距离": "起点,终点,米\nA1,H1,远\n"}, "T231", "距离.csv!C2"),
        ({"目标": "指标,年份\n托位,2027\n"}, "T217", "目标.csv"),
    ],
)
def test_broken_tables_end_in_findings(tmp_path: Path, tables: dict[str, str], code: str, where: str) -> None:
    whole = {"申请人": APPLICANTS_ZH, "机构": INSTITUTIONS_ZH, "托位": POOLS_ZH}
    given = tables if code == "T213" else {**whole, **tables}
    path = folder(tmp_path / "city", **given)
    with pytest.raises(InputError) as caught:
        read_places_tables(path)
    found = [one for one in caught.value.findings if one.code == code]
    assert found
    assert any(one.where.startswith(where) for one in found)


def test_headers_are_unique_within_a_sheet() -> None:
    for spec in place_sheets():
        names = [name for column in spec.columns for name in (column.key, column.zh, *column.synonyms)]
        assert len(set(names)) == len(names)
