"""The referee shares no code with any solver."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

ALLOWED = (
    "optimizer.common",
    "optimizer.travel.matrix",
    "optimizer.visits.evaluation",
    "optimizer.visits.model",
    "optimizer.visits.objective",
    "optimizer.visits.plan",
    "optimizer.visits.referee",
)
PLAIN = {"__future__", "collections", "dataclasses", "itertools", "typing"}


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_it_imports_the_contract_and_plain_python_only() -> None:
    folder = Path(importlib.import_module("optimizer.visits.referee").__file__ or "").parent
    modules = sorted(folder.glob("*.py"))
    assert len(modules) > 5
    for path in modules:
        for name in _imports(path):
            assert name.split(".")[0] in PLAIN or name.startswith(ALLOWED), f"{path.name} imports {name}"
