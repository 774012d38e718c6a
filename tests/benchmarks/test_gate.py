"""The gate's arithmetic and its care: what fails, what is cleared, what is skipped with a word."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import baseline
from benchmarks.prove_gate import PLANTS, Plant
from benchmarks.speed.cases import CASES
from benchmarks.verdict import Level, compare, doubtful


def rounds(*seconds: float, mb: float = 100.0) -> list[dict[str, dict[str, object]]]:
    return [{"group/case": {"seconds": one, "cpu_s": one, "added_mb": mb, "peak_mb": mb + 40}} for one in seconds]


@pytest.mark.parametrize(
    ("candidate", "level"),
    [
        ((1.0, 9.0), Level.FINE),
        ((1.25, 9.0), Level.FINE),
        ((1.26, 9.0), Level.WARNING),
        ((1.5, 1.6), Level.WARNING),
        ((2.0, 1.51), Level.FAILURE),
    ],
)
def test_ratio_of_minima_decides(candidate: tuple[float, ...], level: Level) -> None:
    seconds = compare(rounds(1.7, 1.0, 3.0), rounds(*candidate))[0]
    assert seconds.level is level
    assert seconds.ratio == pytest.approx(min(candidate))
    assert f"{min(candidate):.4f}" in seconds.line()
    assert "1.0000" in seconds.line()
    assert "group/case" in seconds.line()


def test_a_busy_machine_alone_is_not_a_finding() -> None:
    waited = [{"group/case": {"seconds": 3.0, "cpu_s": 1.02, "added_mb": 0.0, "peak_mb": 40.0}}]
    assert compare(rounds(1.0), waited)[0].ratio == pytest.approx(1.02)


def test_memory_is_held_against_the_same_limits() -> None:
    grown = compare(rounds(1.0, mb=100.0), rounds(1.0, mb=160.0))
    assert [one.level for one in grown] == [Level.FINE, Level.FAILURE]
    assert doubtful(grown) == ["group/case"]


def test_a_few_megabytes_are_not_a_finding() -> None:
    assert all(one.level is Level.FINE for one in compare(rounds(1.0, mb=1.0), rounds(1.0, mb=30.0)))


def test_more_rounds_clear_what_was_noise_and_nothing_else() -> None:
    noisy = compare(rounds(1.0), rounds(1.9))
    assert doubtful(noisy) == ["group/case"]
    assert doubtful(compare(rounds(1.0, 1.0), rounds(1.9, 1.02))) == []
    assert doubtful(compare(rounds(1.0, 1.0), rounds(1.9, 1.8))) == ["group/case"]


def test_what_fails_here_fails_the_gate() -> None:
    (one,) = compare(rounds(1.0), [{"group/case": {"error": "TypeError: broken"}}])
    assert one.level is Level.FAILURE
    assert "broken" in one.line()


def test_what_the_baseline_had_must_not_be_lost() -> None:
    (one,) = compare(rounds(1.0), [{"group/case": {"lack": "no engine"}}])
    assert one.level is Level.FAILURE


def test_what_is_new_is_skipped_with_a_word() -> None:
    (new,) = compare([{"group/case": {"error": "ImportError: no module"}}], rounds(1.0))
    (unborn,) = compare([{"group/case": {"lack": "no engine"}}], [{"group/case": {"lack": "no engine"}}])
    assert new.level is Level.SKIPPED
    assert unborn.level is Level.SKIPPED
    assert "no engine" in unborn.line()


def test_baseline_file_names_a_commit_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "BASELINE"
    monkeypatch.setattr(baseline, "BASELINE_FILE", file)
    file.write_text("# a word\nabc123  # why\n")
    assert baseline.named_baseline() == "abc123"
    file.write_text("# nothing yet\nnone\n")
    assert baseline.named_baseline() is None


def test_an_unknown_commit_is_said_so() -> None:
    assert baseline.why_unreachable("0" * 40) is not None


def shallow_clone(folder: Path) -> Path:
    """A clone that has the last of three commits; its origin is beside it."""
    whole, shallow = folder / "whole", folder / "shallow"
    whole.mkdir()
    baseline.git("init", "--quiet", tree=whole)
    nobody = ("-c", "user.name=nobody", "-c", "user.email=nobody@localhost")
    for number in range(3):
        baseline.git(*nobody, "commit", "--quiet", "--allow-empty", "-m", f"commit {number}", tree=whole)
    baseline.git("clone", "--quiet", "--depth", "1", f"file://{whole}", str(shallow), tree=folder)
    return shallow


def test_a_shallow_clone_is_made_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baseline, "ROOT", shallow_clone(tmp_path))
    first = baseline.git("rev-list", "--max-parents=0", "HEAD", tree=tmp_path / "whole")
    said: list[str] = []
    assert "shallow" in (baseline.why_unreachable(first) or "")
    assert baseline.fetch_history(say=said.append)
    assert baseline.why_unreachable(first) is None
    assert not baseline.fetch_history(say=said.append)  # it is whole


def test_a_history_that_cannot_be_fetched_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baseline, "ROOT", shallow_clone(tmp_path))
    (tmp_path / "whole").rename(tmp_path / "gone")
    said: list[str] = []
    assert not baseline.fetch_history(say=said.append)
    assert "cannot be fetched" in said[-1]


def test_planted_function_works_twice(tmp_path: Path) -> None:
    (tmp_path / "planted_judge.py").write_text("calls = []\n\n\ndef judge(x):\n    calls.append(x)\n    return x\n")
    program = (
        f"import sys; sys.path[:0] = [{str(baseline.ROOT)!r}, {str(tmp_path)!r}]\n"
        "from benchmarks.speed.runner import plant\n"
        "plant({'planted_judge': sys.argv[1]})\n"
        "import planted_judge; print(planted_judge.judge(5), planted_judge.calls)"
    )
    ran = subprocess.run([sys.executable, "-c", program, "judge"], capture_output=True, text=True, check=True)
    assert ran.stdout.split("\n")[0] == "5 [5, 5]"
    gone = subprocess.run([sys.executable, "-c", program, "renamed"], capture_output=True, text=True, check=False)
    assert gone.returncode == 1
    assert "no function renamed" in gone.stderr


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.case)
def test_what_is_planted_in_exists(plant: Plant) -> None:
    path = baseline.ROOT / (plant.module.replace(".", "/") + ".py")
    assert f"\ndef {plant.function}(" in path.read_text()
    assert CASES[plant.case].short


def test_the_environment_at_hand_serves_only_the_same_packages(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text((baseline.ROOT / name).read_text())
    assert baseline.packages(tmp_path) == baseline.packages(baseline.ROOT)
    with (tmp_path / "constraints.txt").open("a") as file:
        file.write("another==1.0\n")
    assert baseline.packages(tmp_path) != baseline.packages(baseline.ROOT)
