"""Every command of the README runs as it stands, on small data: the README cannot go stale."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from instances.cli import app as instances
from optimizer.cli import places_decision
from optimizer.cli.main import build_app
from optimizer.common.language import Language
from optimizer.common.roster import Person, Roster
from optimizer.io.tables.roster_write import write_roster

README = Path(__file__).resolve().parent.parent / "README.md"
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_SMALLER = {
    "W0342": "W0012",
    "--time-limit 60": "--time-limit 1",
    "make qidong-places": "make qidong-places --applicants 150",
}
"""What is made smaller, so that the whole takes seconds."""


def _blocks(language: str) -> list[str]:
    return [body for name, body in _BLOCK.findall(README.read_text("utf-8")) if name == language]


def _commands(block: str) -> list[list[str]]:
    """The command lines of a block as a shell reads them: continued lines, comments and variables."""
    variables: dict[str, str] = {}
    commands = []
    for line in block.replace("\\\n", " ").splitlines():
        words = shlex.split(
            re.sub(r"\$(\w+)", lambda name: variables.get(name[1], name[0]), _smaller(line)), comments=True
        )
        if words and (given := re.fullmatch(r"(\w+)=(.*)", words[0], re.DOTALL)):
            variables[given[1]] = given[2]
        elif words and words[0] == "careplan":
            commands.append(words[1:])
    return commands


def _smaller(line: str) -> str:
    for said, meant in _SMALLER.items():
        line = line.replace(said, meant)
    return line


BLOCKS = [_commands(block) for block in _blocks("") if "careplan " in block]


def _dispatcher(folder: Path) -> None:
    """What a dispatcher has typed into the template, and the roster she keeps."""
    made = CliRunner().invoke(
        instances, ["make", "qidong", "--visits", "50", "--seed", "2", "--out", str(folder / "tomorrow.xlsx")]
    )
    assert made.exit_code == 0, made.output
    write_roster(
        Roster(clients={"K0001": Person(id="K0001", name="王秀英")}), folder / "名册.xlsx", language=Language.ZH
    )


_AFTER: dict[tuple[str, str], Callable[[Path], None]] = {("visits", "template"): _dispatcher}
"""What a person does after a command and before the next."""


def test_there_are_commands_for_both_readers() -> None:
    groups = {words[0] for block in BLOCKS for words in block}
    assert groups >= {"visits", "places", "instances"}


@pytest.mark.slow
@pytest.mark.parametrize("block", BLOCKS, ids=[" ".join(block[0][:2]) for block in BLOCKS])
def test_commands_run(block: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    days = itertools.chain([date(2026, 6, 1)], itertools.repeat(date(2026, 6, 3)))
    monkeypatch.setattr(places_decision, "now", lambda: datetime.combine(next(days), time(9), UTC))
    for words in block:
        made = CliRunner().invoke(build_app(), words)
        assert made.exit_code == 0, (words, made.output, made.exception)
        named = [
            words[at + 1]
            for at, word in enumerate(words[:-1])
            if word in ("--out", "--xlsx", "--html", "--pdf", "--mark")
        ]
        assert all((tmp_path / name).exists() for name in named), words
        _AFTER.get((words[0], words[1]), lambda _: None)(tmp_path)


@pytest.mark.slow
def test_the_lines_of_python_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _dispatcher(tmp_path)
    for block in _blocks("python"):
        code = block.replace("MaxRuntime(30)", "MaxRuntime(1)")
        exec(compile(code, str(README), "exec"), {"path": tmp_path / "tomorrow.xlsx"})
    assert capsys.readouterr().out.strip()
