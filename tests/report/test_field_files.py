"""What is carried into the field, opened by libraries that did not write it, says what the plan says."""

from __future__ import annotations

import io
import re
from datetime import datetime
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from dateutil import parser as dates
from pypdf import PdfReader

from optimizer.common.language import Language
from optimizer.common.roster import Person, Roster, masked_address, masked_name, surname
from optimizer.report.calendar_ics import calendars
from optimizer.report.chat_text import chat_texts
from optimizer.report.geojson import plan_geojson
from optimizer.report.map_links import MapService, map_link
from optimizer.report.points import wgs84_points
from optimizer.report.route_sheets_pdf import route_sheets_pdf
from optimizer.travel.coordinates import CoordinateSystem, convert
from optimizer.visits.evaluation import Evaluation
from optimizer.visits.model import Problem
from optimizer.visits.plan import Plan
from tests.report.report_samples import PERSONAL, random_day, small_day

Day = tuple[Problem, Plan, Evaluation]
ROSTER = Roster(
    clients={
        "K1": Person(id="K1", name="欧阳秀英", gender="female", address="汇龙镇一村5号楼2单元301室", hazards="▲2"),
        "K2": Person(id="K2", name="王建国", gender="male", address="南阳镇二村3组"),
    },
    caregivers={"C1": Person(id="C1", name="李䶮", phone="19900000001")},
    stations={"S1": Person(id="S1", name="汇龙站", phone="0513-00000000")},
)


@pytest.fixture(scope="module")
def small() -> Day:
    return small_day()


@pytest.fixture(scope="module")
def big() -> Day:
    return random_day(caregivers=5, seed=3, visits_each=9)


def _pages(pdf: bytes) -> list[str]:
    return [re.sub(r"[\s\0]", "", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def _hhmm(problem: Problem, ticks: int) -> str:
    minutes = ticks // problem.ticks_per_s // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def test_every_stop_is_on_its_caregivers_page(big: Day) -> None:
    problem, plan, evaluation = big
    pdf, findings = route_sheets_pdf(problem, plan, evaluation)
    assert findings == ()
    pages = _pages(pdf)
    caregivers = sorted({route.caregiver for route in plan.routes})
    for route in plan.routes:
        own = "".join(page for page in pages if page.startswith(f"派工单{route.caregiver}20"))
        for stop in route.stops:
            assert stop.visit in own
            assert _hhmm(problem, stop.start_t) in own
    heads = [re.match(r"派工单(.+?)2026年", page)[1] for page in pages]  # type: ignore[index]
    assert sorted(set(heads)) == caregivers
    assert all("班次" in page and "实际到达" in page and "2026年11月23日" in page for page in pages)


def test_pages_of_one_caregiver_are_numbered_together(big: Day) -> None:
    pages = _pages(route_sheets_pdf(*big)[0])
    numbers: dict[str, list[tuple[int, int]]] = {}
    for page in pages:
        head = re.match(r"派工单(.+?)2026年.*?第(\d+)/(\d+)页", page)
        assert head is not None
        numbers.setdefault(head[1], []).append((int(head[2]), int(head[3])))
    for of_one in numbers.values():
        assert of_one == [(number, len(of_one)) for number in range(1, len(of_one) + 1)]
    assert any(len(of_one) > 1 for of_one in numbers.values())


def test_paper_is_a4_and_the_font_is_embedded_as_a_subset(small: Day) -> None:
    pdf, _ = route_sheets_pdf(*small, roster=ROSTER)
    reader = PdfReader(io.BytesIO(pdf))
    for page in reader.pages:
        assert sorted(round(float(side) / 72 * 25.4) for side in page.mediabox[2:]) == [210, 297]
        for font in page["/Resources"]["/Font"].values():
            named = font.get_object()
            assert re.fullmatch(r"/[A-Z]{6}\+NotoSansSC.*", named["/BaseFont"])
            descriptor = named["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
    assert len(pdf) < 200_000


def test_names_come_from_the_roster_and_only_the_surname_is_printed(small: Day) -> None:
    pages = _pages(route_sheets_pdf(*small, roster=ROSTER)[0])
    first = pages[0]
    for word in ("欧阳女士", "汇龙镇一村5号楼2单元301室", "▲2", "0513-00000000", "汇龙站", "李䶮", "王先生"):
        assert word in first
    assert "秀英" not in "".join(pages) and "19900000001" not in "".join(pages)
    bare = "".join(_pages(route_sheets_pdf(*small)[0]))
    assert "欧阳" not in bare
    for value in PERSONAL.values():
        assert value not in bare


def test_a_glyph_that_the_font_lacks_is_told_and_boxed(small: Day) -> None:
    roster = Roster(clients={"K1": Person(id="K1", name="𠮷秀英", gender="female")})
    pdf, findings = route_sheets_pdf(*small, roster=roster)
    assert {(finding.code, finding.where) for finding in findings} == {("W501", "W-001")}
    assert "U+20BB7" in findings[0].found.zh
    assert "□女士" in _pages(pdf)[0]


def test_the_same_plan_is_the_same_file(small: Day) -> None:
    assert route_sheets_pdf(*small)[0] == route_sheets_pdf(*small)[0]


def test_qr_codes_lead_to_the_stop_and_name_only_its_number(small: Day) -> None:
    problem, plan, _ = small
    reader = PdfReader(io.BytesIO(route_sheets_pdf(*small, roster=ROSTER)[0]))
    links = [zxingcpp.read_barcodes(image.image)[0].text for image in reader.pages[0].images]
    homes = {client.id: client.location for client in problem.clients}
    clients = {visit.id: visit.client for visit in problem.visits}
    points = wgs84_points(problem.locations)
    stops = next(route.stops for route in plan.routes if route.caregiver == "C1")
    assert len(links) == len(stops)
    for number, (link, stop) in enumerate(zip(links, stops, strict=True), start=1):
        lon, lat, name = parse_qs(urlsplit(link).query)["to"][0].split(",")
        assert name == f"第{number}站"
        back = convert([float(lat)], [float(lon)], CoordinateSystem.GCJ02, CoordinateSystem.WGS84)
        assert (float(back[0][0]), float(back[1][0])) == pytest.approx(points[homes[clients[stop.visit]]], abs=2e-6)
        assert "王" not in unquote(link) and "K1" not in link


HERE = (31.811, 121.655)


def test_links_have_the_right_system_and_order() -> None:
    gcj = [float(part[0]) for part in convert([HERE[0]], [HERE[1]], CoordinateSystem.WGS84, CoordinateSystem.GCJ02)]
    bd = [float(part[0]) for part in convert([HERE[0]], [HERE[1]], CoordinateSystem.WGS84, CoordinateSystem.BD09)]
    gaode = map_link(MapService.GAODE, HERE, "第3站", mode="walk")
    assert parse_qs(urlsplit(gaode).query)["to"] == [f"{gcj[1]:.6f},{gcj[0]:.6f},第3站"]
    assert parse_qs(urlsplit(gaode).query)["coordinate"] == ["gaode"]
    assert parse_qs(urlsplit(gaode).query)["mode"] == ["walk"]
    baidu = map_link(MapService.BAIDU, HERE, "第3站", origin=HERE, region="启东")
    query = parse_qs(urlsplit(baidu).query)
    assert query["destination"] == [f"latlng:{bd[0]:.6f},{bd[1]:.6f}|name:第3站"]
    assert query["origin"] == [f"latlng:{bd[0]:.6f},{bd[1]:.6f}|name:出发"]
    assert query["coord_type"] == ["bd09ll"] and query["region"] == ["启东"] and query["mode"] == ["riding"]
    assert map_link(MapService.GEO, HERE, "第3站") == "geo:31.81100,121.65500"


def _unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_calendars_hold_every_stop_at_its_time(small: Day) -> None:
    problem, plan, evaluation = small
    made = calendars(*small)
    assert set(made) == {route.caregiver for route in plan.routes}
    finishes = {(r.caregiver, s.visit): s.finish_t for r in evaluation.routes for s in r.stops}
    for route in plan.routes:
        lines = _unfolded(made[route.caregiver])
        assert "TZID:Asia/Shanghai" in lines
        starts = [line for line in lines if line.startswith("DTSTART;TZID=Asia/Shanghai:")]
        ends = [line for line in lines if line.startswith("DTEND;TZID=Asia/Shanghai:")]
        for stop, start, end in zip(route.stops, starts, ends, strict=True):
            midnight = datetime.combine(problem.date, datetime.min.time())
            seconds = (dates.parse(start.partition(":")[2]) - midnight).total_seconds()
            assert seconds == round(stop.start_t / problem.ticks_per_s)
            seconds = (dates.parse(end.partition(":")[2]) - midnight).total_seconds()
            assert seconds == round(finishes[route.caregiver, stop.visit] / problem.ticks_per_s)
        assert not any(value in made[route.caregiver].decode() for value in PERSONAL.values())
    assert ZoneInfo("Asia/Shanghai")


def test_calendars_are_the_same_bytes_again(small: Day) -> None:
    assert calendars(*small) == calendars(*small)


def test_the_chat_block_is_masked(small: Day) -> None:
    text = chat_texts(*small, roster=ROSTER)["C1"]
    assert "欧阳**" in text and "王*国" in text
    assert "5号楼" in text
    for secret in ("秀英", "建国", "301", "2单元", "0513", "19900000001"):
        assert secret not in text
    assert "http" not in text
    assert "uri.amap.com" in chat_texts(*small, roster=ROSTER, service=MapService.GAODE)["C1"]


def test_geojson_is_wgs84_with_longitude_first(small: Day) -> None:
    plan = small[1]
    drawn = plan_geojson(*small)
    stops = [one for one in drawn["features"] if one["properties"]["kind"] == "stop"]
    planned = {(route.caregiver, stop.visit) for route in plan.routes for stop in route.stops}
    assert {(one["properties"]["caregiver"], one["properties"]["visit"]) for one in stops} <= planned
    lon, lat = stops[0]["geometry"]["coordinates"]
    assert 121 < lon < 122 and 31 < lat < 33
    assert "王" not in str(drawn)


@pytest.mark.parametrize(
    ("name", "family", "masked"),
    [("王秀英", "王", "王*英"), ("李明", "李", "李*"), ("欧阳秀英", "欧阳", "欧阳**"), ("司马光", "司马", "司马*"),
     ("Anna Berg", "Berg", "A***"), ("", "", ""), ("阿依古丽", "阿", "阿**丽")],
)  # fmt: skip
def test_names_are_masked(name: str, family: str, masked: str) -> None:
    assert (surname(name), masked_name(name)) == (family, masked)


def test_addresses_are_masked_from_the_building_on() -> None:
    assert masked_address("汇龙镇一村5号楼2单元301室") == "汇龙镇一村5号楼"
    assert masked_address("南阳镇二村3组") == "南阳镇二村3组"
    assert masked_address("人民路88号5号楼301") == "人民路88号"


def test_english_sheets(small: Day) -> None:
    page = _pages(route_sheets_pdf(*small, roster=ROSTER, language=Language.EN)[0])[0]
    assert "RoutesheetC1" in page and "Monday,23Nov2026" in page
