"""A target that another program holds open costs nothing: the result is kept beside it under a new name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from optimizer.common.errors import OutputError
from optimizer.io.files import write_output


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workbook that cannot be replaced, as Windows does while Excel has it open."""
    target = tmp_path / "三月 计划.xlsx"
    target.write_bytes(b"old")
    replace = Path.replace

    def refuse(self: Path, other: Any) -> Path:
        if Path(other) == target.resolve():
            raise PermissionError(13, "in use")
        return replace(self, other)

    monkeypatch.setattr(Path, "replace", refuse)
    return target


def test_the_result_is_kept_under_a_new_name(held: Path) -> None:
    with pytest.raises(OutputError) as raised:
        write_output(held, b"new")
    assert held.read_bytes() == b"old"
    assert (held.parent / "三月 计划-2.xlsx").read_bytes() == b"new"
    assert "三月 计划-2.xlsx" in raised.value.text.zh and "关闭" in raised.value.text.zh
    assert sorted(path.name for path in held.parent.iterdir()) == ["三月 计划-2.xlsx", "三月 计划.xlsx"]


def test_an_earlier_kept_result_stays(held: Path) -> None:
    for content in (b"one", b"two"):
        with pytest.raises(OutputError):
            write_output(held, content)
    assert (held.parent / "三月 计划-2.xlsx").read_bytes() == b"one"
    assert (held.parent / "三月 计划-3.xlsx").read_bytes() == b"two"
