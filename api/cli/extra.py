"""Says what to install where the extra ``[api]`` is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text

__all__ = ["needing_extra", "usage_fault"]


@contextmanager
def needing_extra() -> Iterator[None]:
    """Around imports that the base install does not have.

    Raises
    ------
    InputError
        ``S900``: one of them is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        found = Text(f"缺少 {error.name}", f"{error.name} is not installed")
        action = Text('请运行 pip install "careplan[api]"', 'run: pip install "careplan[api]"')
        raise InputError([Finding(code="S900", where="careplan", found=found, action=action)]) from error


def usage_fault(option: str, zh: str, en: str) -> InputError:
    """An option that is missing or does not fit."""
    found = Text(f"选项 {option} 有误", f"the option {option} does not fit")
    return InputError([Finding(code="S903", where=option, found=found, action=Text(zh, en))])
