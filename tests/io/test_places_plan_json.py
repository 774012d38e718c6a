"""Pairs, groups and sites read back as they were written."""

from __future__ import annotations

import json

import pytest

from instances.places import make_qidong_places
from optimizer.common.errors import InputError
from optimizer.io.places_plan_json import places_plan_from_json, read_places_plan, write_places_plan
from optimizer.places.cluster import ClusterOptions, cluster_institutions
from optimizer.places.pairing import PairObjective, PairOptions, pair_institutions
from optimizer.places.site import SiteOptions, site_places

PROBLEM = make_qidong_places(100)
RESULTS = {
    "pairs": pair_institutions(PROBLEM, PairOptions(pairs=5, one_per_town=True, objective=PairObjective.BOTTLENECK)),
    "groups": cluster_institutions(PROBLEM, ClusterOptions(groups=4)),
    "sites": site_places(PROBLEM, SiteOptions(years=(2025,))),
}


@pytest.mark.parametrize("kind", sorted(RESULTS))
def test_what_is_written_reads_back(kind, tmp_path):
    path = tmp_path / "result.json"
    write_places_plan(RESULTS[kind], PROBLEM, path)
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert raw["kind"] == kind
    assert read_places_plan(path) == RESULTS[kind]


def test_pairs_are_named_for_readers(tmp_path):
    path = tmp_path / "pairs.json"
    write_places_plan(RESULTS["pairs"], PROBLEM, path)
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert {"left", "right", "distance_m", "left_name", "left_town", "right_name"} <= set(raw["pairs"][0])
    assert raw["total_m"] == sum(pair["distance_m"] for pair in raw["pairs"])


@pytest.mark.parametrize("change", [{"kind": "other"}, {"total_m": "far"}, {"pairs": 3}, {"unknown": 1}])
def test_broken_files_are_findings(change, tmp_path):
    path = tmp_path / "pairs.json"
    write_places_plan(RESULTS["pairs"], PROBLEM, path)
    raw = json.loads(path.read_text(encoding="utf-8"))
    with pytest.raises(InputError):
        places_plan_from_json(raw | change)
