"""The tree and the environment that a candidate is measured against."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "ROOT",
    "Side",
    "build_baseline",
    "fetch_history",
    "git",
    "named_baseline",
    "packages",
    "why_unreachable",
]

ROOT = Path(__file__).resolve().parent.parent
BASELINE_FILE = ROOT / "benchmarks" / "BASELINE"
CACHE = ROOT / ".benchmarks" / "baseline"
CONSTRAINTS = "constraints.txt"
FETCH_LIMIT_S = 120


@dataclass(frozen=True, kw_only=True)
class Side:
    """A tree, the Python that runs it, and functions (``module:name``) that are made to work twice."""

    name: str
    tree: Path
    python: Path
    twice: tuple[str, ...] = ()


def git(*arguments: str, tree: Path = ROOT) -> str:
    """Standard output of a git command."""
    return subprocess.run(["git", *arguments], cwd=tree, check=True, capture_output=True, text=True).stdout.strip()


def named_baseline() -> str | None:
    """The commit that ``benchmarks/BASELINE`` names, ``None`` where it says ``none``."""
    lines = (line.split("#")[0].strip() for line in BASELINE_FILE.read_text().splitlines())
    name = next((line for line in lines if line), "none")
    return None if name == "none" else name


def why_unreachable(commit: str) -> str | None:
    """What keeps the commit from being built here, or ``None`` if it is in the history of this checkout."""
    for question, answer in (
        (("rev-parse", "--is-inside-work-tree"), "this is not a git checkout"),
        (("cat-file", "-e", f"{commit}^{{commit}}"), f"there is no commit {commit} here (a shallow clone?)"),
        (("merge-base", "--is-ancestor", commit, "HEAD"), f"{commit} is not in the history of this checkout"),
    ):
        if subprocess.run(["git", *question], cwd=ROOT, capture_output=True).returncode:
            return answer
    return None


def fetch_history(*, say: Callable[[str], None]) -> bool:
    """Make a shallow clone whole, where its origin can be reached without being asked for anything; whether it did."""
    question = ["git", "rev-parse", "--is-shallow-repository"]
    if subprocess.run(question, cwd=ROOT, capture_output=True, text=True).stdout.strip() != "true":
        return False
    say("a shallow clone: fetching its history …")
    quiet = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": "ssh -o BatchMode=yes"}
    try:
        fetch = ["git", "fetch", "--quiet", "--unshallow"]
        subprocess.run(fetch, cwd=ROOT, check=True, env=quiet, capture_output=True, timeout=FETCH_LIMIT_S)
    except subprocess.SubprocessError as error:
        say(f"its history cannot be fetched: {error}")
        return False
    return True


def build_baseline(commit: str, *, say: Callable[[str], None]) -> Side:
    """A worktree of the commit with its environment, kept for the next time.

    The environment at hand serves both where the commit asks for the same packages. Otherwise one is installed from the
    commit's own ``pyproject.toml`` and ``constraints.txt``, and again when these, the commit or the Python differ.
    """
    full = git("rev-parse", f"{commit}^{{commit}}")
    home = CACHE / full[:12]
    tree, python = home / "tree", home / "venv" / "bin" / "python"
    if not (tree / "pyproject.toml").exists():
        say(f"checking out {full[:12]} …")
        git("worktree", "prune")
        git("worktree", "add", "--force", "--detach", str(tree), full)
    if packages(tree) == packages(ROOT):
        return Side(name=f"baseline {full[:12]}, same packages", tree=tree, python=Path(sys.executable))
    stamp = home / "installed"
    wanted = _fingerprint(tree)
    if not stamp.exists() or stamp.read_text() != wanted:
        say("installing the baseline's environment (once, a minute or two) …")
        shutil.rmtree(home / "venv", ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(home / "venv")], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "--constraint", CONSTRAINTS, "--editable", _with_extras(tree)], cwd=tree, check=True)
        stamp.write_text(wanted)
    return Side(name=f"baseline {full[:12]}", tree=tree, python=python)


def _with_extras(tree: Path) -> str:
    """The tree with the extra of the service, if it has one: the service is measured, too."""
    project = tomllib.loads((tree / "pyproject.toml").read_text())["project"]
    return ".[api]" if "api" in project.get("optional-dependencies", {}) else "."


def packages(tree: Path) -> tuple[str, object, object]:
    """What a tree asks to be installed: its constraints and its dependencies."""
    project = tomllib.loads((tree / "pyproject.toml").read_text())["project"]
    return (tree / CONSTRAINTS).read_text(), project["dependencies"], project.get("optional-dependencies")


def _fingerprint(tree: Path) -> str:
    files = b"".join((tree / name).read_bytes() for name in ("pyproject.toml", CONSTRAINTS))
    return hashlib.sha256(files + sys.version.encode()).hexdigest()
