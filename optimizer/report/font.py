"""The Chinese font of what is printed: full Noto Sans SC, of which each file embeds only the glyphs that it uses.

The font comes from the package ``pylopdf-fonts-zh-cn`` (SIL Open Font License 1.1), so that the repository does not
carry 8 MB of binary and every machine prints the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from pylopdf_fonts_zh_cn import sans_path

__all__ = ["FAMILY", "font_path", "missing_glyphs", "printable"]

FAMILY = "NotoSansSC"
_SUBSTITUTE = "□"
_INVISIBLE = frozenset("\n\r\t\u200b\ufeff")


def font_path() -> Path:
    """Where the font file lies."""
    return sans_path()


@cache
def _characters() -> frozenset[int]:
    with TTFont(font_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing_glyphs(texts: Iterable[str]) -> tuple[str, ...]:
    """The characters that the font cannot show, sorted."""
    used = {character for text in texts for character in text} - _INVISIBLE
    return tuple(sorted(character for character in used if ord(character) not in _characters()))


def printable(text: str) -> str:
    """The text with □ for what the font cannot show."""
    known = _characters()
    return "".join(character if ord(character) in known else _SUBSTITUTE for character in text if character not in "\r")
