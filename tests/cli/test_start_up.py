"""The command loads what it needs and no more: help and validation do not wait for the libraries of plans and paper."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from optimizer.cli import groups
from optimizer.cli.main import build_app
from tests.cli.days import small_workbook

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"ortools", "numba", "pandas", "scipy", "highspy", "pulp", "fpdf", "fontTools", "icalendar", "openpyxl", "PIL"}
_CODE = """
import sys
from importlib.metadata import EntryPoint
from optimizer.cli import groups, main
entry = EntryPoint(name="visits", value="optimizer.cli.groups:VISITS", group=groups.GROUP)
groups.registered = lambda: {"visits": entry}
try:
    main()
finally:
    print("loaded:", *sorted(sys.modules), file=sys.stderr)
"""


def test_every_registered_group_is_light_and_leads_to_an_application() -> None:
    described = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    registered = described["project"]["entry-points"][groups.GROUP]
    assert registered
    for name, value in registered.items():
        group = EntryPoint(name=name, value=value, group=groups.GROUP).load()
        assert isinstance(group, groups.CommandGroup)
        assert isinstance(group.load(), typer.Typer)


def _loaded(*arguments: str) -> set[str]:
    made = subprocess.run(
        [sys.executable, "-c", _CODE, *arguments], capture_output=True, text=True, cwd=ROOT, timeout=120, check=False
    )
    assert made.returncode == 0, made.stderr
    return set(made.stderr.rpartition("loaded:")[2].split())


@pytest.mark.parametrize("arguments", [["--help"], ["versions"]])
def test_help_and_versions_load_no_library_of_numbers(arguments: list[str]) -> None:
    loaded = _loaded(*arguments)
    assert not loaded & {*HEAVY, "numpy", "optimizer.cli.visits"}


def test_validation_loads_neither_engines_nor_writers(tmp_path: Path) -> None:
    loaded = _loaded("visits", "validate", str(small_workbook(tmp_path)))
    assert "optimizer.cli.visits" in loaded
    assert not loaded & {*HEAVY, "optimizer.visits.solve", "optimizer.report.visits_workbook"}


@pytest.mark.parametrize("value", ["optimizer.cli.groups:VISITS", "optimizer.cli.visits:app"])
def test_a_group_and_a_plain_application_are_both_commands(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    entry = EntryPoint(name="visits", value=value, group=groups.GROUP)
    monkeypatch.setattr(groups, "registered", lambda: {"visits": entry})
    told = CliRunner().invoke(build_app(), ["--help"]).output
    assert "visits" in told and groups.VISITS.help in told
    assert "--max-iterations" in CliRunner().invoke(build_app(), ["visits", "solve", "--help"]).output
    assert CliRunner().invoke(build_app(), ["visit"]).exit_code == 2


@pytest.mark.parametrize("group", [groups.VISITS, groups.PLACES, groups.PLACES_BOOK, groups.WARMUP])
def test_every_group_loads_its_application_with_its_help(group: groups.CommandGroup) -> None:
    app = group.load()
    assert isinstance(app, typer.Typer) and app.info.help == group.help
