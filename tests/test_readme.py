"""The README says what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from optimizer.common.language import Language
from optimizer.io.tables import column_reference

README = Path(__file__).resolve().parent.parent / "README.md"
COLUMNS = re.compile(r"(<!-- columns:.*?-->\n)(.*?)(<!-- /columns -->)", re.DOTALL)


def with_columns(text: str) -> str:
    """The README with the reference of sheets and columns as the reader defines them."""
    reference = column_reference(Language.ZH)
    return COLUMNS.sub(lambda match: f"{match[1]}{reference.strip()}\n{match[3]}", text)


def test_columns_are_those_of_the_reader() -> None:
    text = README.read_text(encoding="utf-8")
    assert COLUMNS.search(text)
    assert with_columns(text) == text, "run: python -m tests.test_readme"


if __name__ == "__main__":
    README.write_text(with_columns(README.read_text(encoding="utf-8")), encoding="utf-8")
