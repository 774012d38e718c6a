"""Published hospital-residents markets with their known answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.common.errors import InputError
from optimizer.io.places_hr import read_hr
from optimizer.places.allocate import allocate_places
from optimizer.places.policy_text import shipped_policy
from optimizer.places.referee.allocation import check_allocation


def test_4000_residents(shared_data: Path) -> None:
    problem, _ = read_hr(shared_data / "places" / "hr_csi2120" / "programs4000.csv")
    policy = shipped_policy("lottery")
    result = allocate_places(problem, policy, seed="any")
    assert len(result.unplaced) == 334
    assert result.summary["free_places"] == 39
    assert check_allocation(problem, policy, result) == ()


def test_either_file_names_the_pair(shared_data: Path) -> None:
    folder = shared_data / "places" / "hr_csi2120"
    assert read_hr(folder / "programSmall.csv") == read_hr(folder / "residentSmall.csv")


@pytest.mark.parametrize(
    ("programs", "code"),
    [
        ("id,name,numberOfPos,rol\nP,p,two,[r]\n", "T132"),
        ("id,name,rol\nP,p,[r]\n", "T131"),
        ("id,name,numberOfPos,rol\nP,p\n", "T132"),
        ("", "T103"),
    ],
)
def test_broken_files_end_in_findings(tmp_path: Path, programs: str, code: str) -> None:
    (tmp_path / "programs.csv").write_text(programs, encoding="utf-8")
    (tmp_path / "residents.csv").write_text("id,firstname,lastname,rol\nr,a,b,[P]\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_hr(tmp_path / "programs.csv")
    assert code in {finding.code for finding in caught.value.findings}
