"""Says what to install where the extra ``[api]`` is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text

__all__ = ["needing_extra"]


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
