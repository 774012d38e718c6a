"""The commands pair, cluster, site, indicators and check on a made city, and on broken asks."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from instances.cli import app as instances_app
from optimizer.cli.places import app
from optimizer.common.errors import InputError

RUN = CliRunner()


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    path = tmp_path_factory.mktemp("city") / "qidong.json"
    made = RUN.invoke(instances_app, ["make", "qidong-places", "--applicants", "200", "--out", str(path)])
    assert made.exit_code == 0, made.output
    return path


def invoke(*words):
    result = RUN.invoke(app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


COMMANDS = {
    "pair": ["--left", "eldercare", "--right", "childcare", "--pairs", "20"],
    "cluster": ["--groups", "5", "--most", "14"],
    "site": ["--years", "2025", "--module", "20"],
}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_results_are_written_and_verified(city, tmp_path, command):
    out, page = tmp_path / "r.json", tmp_path / "r.html"
    done = invoke(command, city, *COMMANDS[command], "--out", out, "--html", page)
    assert done.exit_code == 0
    assert "<html" in page.read_text(encoding="utf-8")
    raw = json.loads(out.read_text(encoding="utf-8"))
    assert {"pair": "total_m", "cluster": "bound", "site": "cost"}[command] in raw
    assert invoke("check", city, out).exit_code == 0


def test_a_changed_result_is_rejected(city, tmp_path):
    out = tmp_path / "pairs.json"
    invoke("pair", city, "--pairs", 3, "--out", out)
    raw = json.loads(out.read_text(encoding="utf-8"))
    raw["pairs"][0]["distance_m"] -= 1
    out.write_text(json.dumps(raw), encoding="utf-8")
    assert invoke("check", city, out).exit_code == 2


def test_pairs_of_homes_and_hospitals_with_more_than_one_each(city):
    done = invoke("pair", city, "--right", "hospital", "--pairs", 30, "--max-right", 4)
    assert done.exit_code == 0
    assert "30" in done.output


def test_published_locations_and_the_model_for_auditors(shared_data, tmp_path):
    folder = shared_data / "places"
    model = tmp_path / "model.lp"
    out = tmp_path / "groups.json"
    words = ["cluster", folder / "sscflp_holmberg" / "p1", "--format", "sscflp", "--lp", model, "--out", out]
    assert invoke(*words).exit_code == 0
    assert json.loads(out.read_text(encoding="utf-8"))["cost"] == pytest.approx(8848)
    assert model.stat().st_size > 1000


def test_indicators_split_and_claims(city):
    done = invoke("indicators", city, "--split", "childcare_places_per_1000", "--claims", "qidong")
    assert "3,263" in done.output
    assert "319,060" in done.output
    assert "4,353" in invoke("indicators", city).output or "1,090" in done.output


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["pair", "--pairs", "0"], "P701"),
        (["cluster", "--leaders", "nobody"], "P712"),
        (["site", "--years", "soon"], "P725"),
        (["site", "--years", "1999"], "P724"),
        (["indicators", "--split", "luck"], "P726"),
    ],
)
def test_broken_asks_are_numbered_findings(city, words, code):
    with pytest.raises(InputError) as caught:
        invoke(words[0], city, *words[1:])
    assert [finding.code for finding in caught.value.findings] == [code]


def test_a_market_of_the_wrong_size_is_a_finding(tmp_path):
    done = RUN.invoke(instances_app, ["make", "hailing-places", "--applicants", "5", "--out", str(tmp_path / "h.json")])
    assert isinstance(done.exception, InputError)
    assert done.exception.findings[0].code == "T391"
