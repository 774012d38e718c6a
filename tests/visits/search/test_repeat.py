"""Runs by iterations repeat to the bit, compiled or not; the folder of machine code follows every file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from optimizer.visits.search.compiled import PACKAGE, fingerprint
from optimizer.visits.search.warmup import mark_of
from tests.visits.search.digest import digest
from tests.visits.search.indices import NoneBelowZero
from tests.visits.search.strings.digest import strings_digest


def test_two_runs_give_the_same_plan() -> None:
    assert digest(3000) == digest(3000)


def test_uncompiled_code_gives_the_same_plan() -> None:
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    run = subprocess.run(
        [sys.executable, "-m", "tests.visits.search.digest", "600"],
        env=environment,
        cwd=PACKAGE.parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == digest(600)


def test_no_index_is_below_zero() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.visits.search.indices", "300"],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=PACKAGE.parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout.strip()) == (0, "900"), run.stderr


def test_a_watched_array_refuses_an_index_below_zero() -> None:
    watched = np.arange(3).view(NoneBelowZero)
    with pytest.raises(IndexError):
        watched[-1]


def test_an_edited_helper_moves_the_machine_code(tmp_path: Path) -> None:
    for file in PACKAGE.glob("*.py"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert fingerprint(tmp_path) == fingerprint(PACKAGE)
    helper = tmp_path / "slack.py"
    helper.write_text(helper.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    assert fingerprint(tmp_path) != fingerprint(PACKAGE)


def test_a_copy_elsewhere_is_not_warm(tmp_path: Path) -> None:
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "one.py").write_text("x = 1\n", encoding="utf-8")
    here, there = mark_of(tmp_path / "here"), mark_of(tmp_path / "there")
    assert here != there
    os.utime(tmp_path / "here" / "one.py", (1, 1))
    assert mark_of(tmp_path / "here") != here


def test_what_is_undone_leaves_no_trace() -> None:
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, "-m", "tests.visits.search.undo"]
    run = subprocess.run(command, env=environment, cwd=PACKAGE.parents[2], capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "ok", run.stderr


def test_uncompiled_strings_give_the_same_plan() -> None:
    command = [sys.executable, "-m", "tests.visits.search.strings.digest", "60"]
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    run = subprocess.run(command, env=environment, cwd=PACKAGE.parents[2], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == strings_digest(60)
    assert strings_digest(2000) == strings_digest(2000)
