"""The own JSON of a problem keeps everything, and refuses what it cannot mean."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from optimizer.common.errors import InputError, OutputError
from optimizer.common.language import Language
from optimizer.io.files import write_output
from optimizer.io.json_schema import SCHEMA_FILES, published_schema, schema_text
from optimizer.io.json_text import json_bytes
from optimizer.io.plan_json import plan_from_json, plan_to_json, read_plan_json, write_plan_json
from optimizer.io.problem_json import problem_from_json, problem_to_json, read_problem_json, write_problem_json
from optimizer.io.problem_wire import WIRE_OF_MODEL
from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Problem
from tests.io.drawn import any_plan, any_problem
from tests.strategies import problems
from tests.toys import caregiver, plan_of, tiny_problem, visit

QUICK = settings(
    max_examples=60,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


FEW = settings(QUICK, max_examples=25)
SCHEMAS = {
    name: jsonschema.Draft202012Validator(published_schema(name), format_checker=jsonschema.FormatChecker())
    for name in SCHEMA_FILES
}


@pytest.fixture
def toy() -> Problem:
    return tiny_problem(
        visits=[visit("a", x=5, minutes=30, window=("09:00", "10:00")), visit("b", x=9, skills=["BATH:2"])],
        caregivers=[caregiver("ann", x=0, shift=("08:00", "12:00"), skills=["BATH:3"])],
    )[0]


def raw_toy(toy: Problem) -> dict[str, Any]:
    return json.loads(json_bytes(problem_to_json(toy)))


def findings_of(source: bytes | Path) -> dict[str, str]:
    """Code by place."""
    with pytest.raises(InputError) as caught:
        read_problem_json(source)
    for finding in caught.value.findings:
        for language in Language:
            assert finding.found.in_(language)
            assert finding.action.in_(language)
    return {finding.where: finding.code for finding in caught.value.findings}


@QUICK
@given(any_problem())
def test_reading_what_was_written_gives_the_same_problem(problem: Problem) -> None:
    data = json_bytes(problem_to_json(problem))
    assert read_problem_json(data).problem == problem
    assert json_bytes(problem_to_json(read_problem_json(data).problem)) == data


@FEW
@given(problems())
def test_sensible_problems_and_their_matrix_come_back(drawn: tuple[Problem, TravelMatrix]) -> None:
    problem, travel = drawn
    raw = json.loads(json_bytes(problem_to_json(problem, matrix=travel)))
    SCHEMAS["problem"].validate(raw)
    read = problem_from_json(raw)
    assert read.problem == problem
    assert read.matrix is not None
    assert read.matrix.locations == travel.locations
    for mode in travel.modes:
        assert np.array_equal(read.matrix.durations[mode], travel.durations[mode])
        assert np.array_equal(read.matrix.reachable[mode], travel.reachable[mode])


@FEW
@given(any_problem(), any_plan())
def test_plans_come_back(problem: Problem, plan: Any) -> None:
    raw = json.loads(json_bytes(plan_to_json(plan, problem)))
    SCHEMAS["plan"].validate(raw)
    assert plan_from_json(raw, problem) == plan


def test_every_field_of_the_model_is_on_the_wire_with_its_default() -> None:
    for target, wire in WIRE_OF_MODEL.items():
        of_model = {field.name: field for field in fields(target)}
        assert list(wire.model_fields) == list(of_model), target
        for name, field in wire.model_fields.items():
            assert field.is_required() == (not _has_default(of_model[name])), (target, name)
            if not field.is_required():
                assert field.get_default(call_default_factory=True) == _default(of_model[name]), (target, name)


def _has_default(field: Any) -> bool:
    return repr(_default(field)) != "MISSING"


def _default(field: Any) -> Any:
    missing = type(field.default).__name__ == "_MISSING_TYPE"
    if missing and type(field.default_factory).__name__ != "_MISSING_TYPE":
        return field.default_factory()
    return type("M", (), {"__repr__": lambda _: "MISSING"})() if missing else field.default


@pytest.mark.parametrize("name", sorted(SCHEMA_FILES))
def test_the_published_schema_is_the_one_of_the_code(name: str) -> None:
    assert json.loads(schema_text(name)) == published_schema(name), "run python -m optimizer.io.json_schema"
    jsonschema.Draft202012Validator.check_schema(published_schema(name))


def test_the_schema_refuses_what_the_reader_refuses(toy: Problem) -> None:
    for change in ({"visits": 3}, {"schema_version": 2}, {"ticks_per_s": 0}, {"extra": 1}):
        with pytest.raises(jsonschema.ValidationError):
            SCHEMAS["problem"].validate(raw_toy(toy) | change)
        with pytest.raises(InputError):
            problem_from_json(raw_toy(toy) | change)


def test_ext_is_kept_untouched(toy: Problem) -> None:
    ext = {"编号": ["a", {"deep": [1, 2.5, None, True]}], "target": "x"}
    marked = replace(toy, ext=ext, visits=tuple(replace(one, ext=ext) for one in toy.visits))
    read = read_problem_json(json_bytes(problem_to_json(marked))).problem
    assert read.ext == ext
    assert all(one.ext == ext for one in read.visits)


def test_moments_are_written_as_a_person_reads_them(toy: Problem) -> None:
    late = replace(toy.visits[0], windows=(replace(toy.visits[0].windows[0], latest_t=25 * 3600 + 1800),))
    raw = problem_to_json(replace(toy, visits=(late, *toy.visits[1:])))
    assert raw["visits"][0]["windows"] == [{"earliest": "09:00", "latest": "01:30+1"}]
    fine = problem_to_json(replace(toy, ticks_per_s=1000, visits=(replace(late, service_duration_t=1500),)))
    assert fine["visits"][0]["service_duration_s"] == 1.5
    assert fine["visits"][0]["windows"][0]["earliest"] == "00:00:32.4"


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("visits", 0, "windows", 0, "earliest"), "25:00", "T115"),
        (("visits", 0, "windows", 0, "earliest"), "9:00", "T115"),
        (("visits", 0, "windows", 0, "earliest"), "24:01", "T115"),
        (("visits", 0, "windows", 0, "earliest"), "09:00:60", "T115"),
        (("visits", 0, "windows", 0, "earliest"), "0９:00", "T115"),
        (("visits", 0, "windows", 0, "earliest"), 32400, "T115"),
        (("visits", 0, "windows", 0, "earliest"), "09:00:00.5", "T116"),
        (("visits", 0, "service_duration_s"), 0.25, "T116"),
        (("visits", 0, "service_duration_s"), "30", "T113"),
        (("visits", 0, "service_duration_s"), True, "T113"),
        (("visits", 0, "service_duration_s"), 1e300, "T118"),
        (("visits", 0, "service_duration_s"), 10**40, "T118"),
        (("visits", 0, "team_size"), 2.0, "T113"),
        (("visits", 0, "team_size"), 10**40, "T118"),
        (("visits", 0, "team_size"), None, "T113"),
        (("visits", 0, "mandatory"), "yes", "T113"),
        (("visits", 0, "id"), "", "T119"),
        (("visits", 0, "id"), 7, "T113"),
        (("visits", 0, "windows"), {}, "T113"),
        (("visits", 0, "windows"), "09:00", "T113"),
        (("visits", 0, "latest_date"), "2026-02-30", "T117"),
        (("visits", 0, "latest_date"), "20260301", "T117"),
        (("visits", 0, "latest_date"), 20260301, "T117"),
        (("visits", 0, "ext"), [], "T113"),
        (("visits", 0), None, "T113"),
        (("visits",), {}, "T113"),
        (("caregivers", 0, "status"), "ill", "T114"),
        (("caregivers", 0, "shifts", 0, "start"), None, "T115"),
        (("locations", 0, "lat"), "32.1", "T113"),
        (("locations", 0, "system"), "WGS84", "T114"),
        (("ticks_per_s",), 0, "T118"),
        (("ticks_per_s",), 7, "T118"),
        (("ticks_per_s",), "1", "T113"),
        (("date",), "today", "T117"),
        (("schema_version",), 2, "T120"),
        (("schema_version",), True, "T120"),
        (("schema_version",), "1", "T120"),
        (("matrix",), {}, "T122"),
    ],
)
def test_a_wrong_value_is_a_finding_at_its_place(toy: Problem, path: tuple[Any, ...], value: Any, code: str) -> None:
    raw = raw_toy(toy)
    inner = raw
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)[1:]
    found = findings_of(json_bytes(raw))
    assert found[place] == code


def test_all_faults_are_collected_with_ids_and_suggestions(toy: Problem) -> None:
    raw = raw_toy(toy)
    del raw["date"]
    raw["visits"][1]["servce"] = "BATH"
    raw["visits"][1].pop("client")
    raw["clients"][0]["gender"] = 3
    with pytest.raises(InputError) as caught:
        problem_from_json(raw)
    sentences = [finding.sentence(Language.EN) for finding in caught.value.findings]
    assert [sentence.split(":")[0] for sentence in sentences] == [
        "T111 date",
        f'T113 clients[0].gender "{raw["clients"][0]["id"]}"',
        'T111 visits[1].client "b"',
        'T112 visits[1].servce "b"',
    ]
    assert 'did you mean "service"' in sentences[3]


def test_thousands_of_faults_are_counted(toy: Problem) -> None:
    raw = raw_toy(toy)
    raw["visits"] = [{"id": str(i)} for i in range(1000)]
    with pytest.raises(InputError) as caught:
        problem_from_json(raw)
    assert len(caught.value.findings) == 201
    assert "1800 more" in caught.value.findings[-1].found.en


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "T103"),
        (b" \n", "T103"),
        (b"\xef\xbb\xbf", "T103"),
        ("{}".encode("utf-16"), "T104"),
        ('{"name": "启东"}'.encode("gb18030"), "T104"),
        (b"{", "T105"),
        (b'{"a": 1,}', "T105"),
        (b"PK\x03\x04 not text", "T105"),
        (b'{"a": 01}', "T105"),
        (b"[" * 100_000, "T106"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, "T106"),
        (b'{"schema_version": 1, "schema_version": 1}', "T107"),
        (b'{"ext": {"a": 1, "a": 2}}', "T107"),
        (b'{"a": NaN}', "T108"),
        (b'{"ext": {"a": [1, -Infinity]}}', "T108"),
        (b'{"a": 1e999}', "T108"),
        (b'{"a": ' + b"9" * 5000 + b"}", "T108"),
        (b'{"a": "\\ud800"}', "T109"),
        (b'{"\\udfff": 1}', "T109"),
        (b"[]", "T110"),
        (b"3", "T110"),
        (b"{}", "T120"),
    ],
)
def test_what_is_not_a_json_object_is_one_finding(data: bytes, code: str) -> None:
    assert set(findings_of(data).values()) == {code}


def test_places_of_faults_that_json_lets_pass() -> None:
    data = b'{"ext": {"a": [1, NaN, {"b": 1, "b": 2}]}, "visits": [{"x": 1e999}]}'
    assert findings_of(data) == {"ext.a[1]": "T108", "ext.a[2]": "T107", "visits[0].x": "T108"}


def test_a_byte_order_mark_and_gzip_are_read(toy: Problem, tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + json_bytes(problem_to_json(toy))
    packed = tmp_path / "day.json.gz"
    packed.write_bytes(gzip.compress(data))
    assert read_problem_json(data).problem == toy
    assert read_problem_json(packed).problem == toy
    packed.write_bytes(gzip.compress(data)[:-20])
    assert set(findings_of(packed).values()) == {"T121"}


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert set(findings_of(tmp_path / "absent.json").values()) == {"T101"}
    assert set(findings_of(tmp_path).values()) == {"T101"}
    large = tmp_path / "large.json"
    with large.open("wb") as stream:
        stream.truncate(200_000_000)
    assert set(findings_of(large).values()) == {"T102"}
    bomb = tmp_path / "bomb.json.gz"
    bomb.write_bytes(gzip.compress(b" " * 101_000_000, compresslevel=1))
    assert set(findings_of(bomb).values()) == {"T102"}


def test_a_matrix_may_be_named(toy: Problem, tmp_path: Path) -> None:
    path = tmp_path / "day.json"
    write_problem_json(toy, path, matrix_file="times.csv")
    read = read_problem_json(path)
    assert read.matrix_file == tmp_path / "times.csv"
    assert read.sources == (path, tmp_path / "times.csv")
    with pytest.raises(ValueError, match="matrix"):
        problem_to_json(toy, matrix_file="a", matrix=TravelMatrix(locations=(), durations={}, reachable={}))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"file": "x.csv"}, "matrix"),
        ({"locations": ["x0"]}, "matrix.locations"),
        ({"durations_s": {}}, "matrix"),
        ({"durations_s": {"car": [[0, 1], [1, 0]]}}, "matrix.durations_s.car"),
        ({"durations_s": {"car": [[0, 1, 1], [1, 0], [1, 1, 0]]}}, "matrix.durations_s.car[1]"),
        ({"durations_s": {"car": [[0, 1, 1], [1, 0, "5"], [1, 1, 0]]}}, "matrix.durations_s.car[1][2]"),
        ({"durations_s": {"car": [[0, 1, 1], [1, 0, -5], [1, 1, 0]]}}, "matrix.durations_s.car[1][2]"),
        ({"durations_s": {"car": [[0, 1, 1], [1, 0, 1e9], [1, 1, 0]]}}, "matrix.durations_s.car[1][2]"),
        ({"metres": {"car": [[0, 1, 1], [1, 0, 1e12], [1, 1, 0]]}}, "matrix.metres.car[1][2]"),
        ({"locations": ["x0", "x5", "x5"]}, "matrix.locations"),
    ],
)
def test_a_wrong_matrix(toy: Problem, change: dict[str, Any], where: str) -> None:
    good = {"locations": ["x0", "x5", "x9"], "durations_s": {"car": [[0, 1, 1], [1, 0, None], [1, 1, 0]]}}
    assert problem_from_json(raw_toy(toy) | {"matrix": good}).matrix is not None
    assert findings_of(json_bytes(raw_toy(toy) | {"matrix": good | change}))[where] == "T122"


def test_outputs_are_whole_and_never_over_an_input(toy: Problem, tmp_path: Path) -> None:
    given_file = tmp_path / "day.json"
    write_problem_json(toy, given_file)
    before = given_file.read_bytes()
    link = tmp_path / "link.json"
    os.link(given_file, link)
    for path in (given_file, link, tmp_path / "." / "day.json"):
        with pytest.raises(OutputError, match="input"):
            write_output(path, b"x", inputs=(given_file,))
    with pytest.raises(OutputError, match="input"):
        write_output(tmp_path / "new.csv", b"x", inputs=(tmp_path,))
    write_output(tmp_path / "plan.json", b"x", inputs=(tmp_path,))
    (tmp_path / "plan.json").unlink()
    with pytest.raises(OutputError, match="cannot be written"):
        write_output(tmp_path / "no" / "folder.json", b"x")
    with pytest.raises(OutputError, match="ordinary file"):
        write_output(tmp_path, b"x")
    broken = replace(toy, ext={"a": float("nan")})
    with pytest.raises(OutputError, match="JSON"):
        write_problem_json(broken, given_file)
    assert given_file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["day.json", "link.json"]


def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_output(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640


def test_plan_files(toy: Problem, tmp_path: Path) -> None:
    plan = plan_of(toy, {"ann": [("a", "09:00")]})
    path = tmp_path / "plan.json"
    write_plan_json(plan, toy, path)
    assert read_plan_json(path, toy) == plan
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert raw["routes"][0]["stops"] == [{"visit": "a", "start": "09:00"}]
    by_hand = {"schema_version": 1, "routes": raw["routes"]}
    assert plan_from_json(by_hand, toy).routes == plan.routes
    with pytest.raises(InputError, match="T123"):
        plan_from_json(raw | {"date": "2026-03-03"}, toy)
    with pytest.raises(InputError, match=r"T115 routes\[0\].stops\[0\].start"):
        read_plan_json(path.read_bytes().replace(b"09:00", b"29:00"), toy)
