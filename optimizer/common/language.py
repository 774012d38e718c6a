"""The two languages of careplan and texts that exist in both."""

from __future__ import annotations

import locale
import os
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Language", "Text", "language_of_locale"]


class Language(StrEnum):
    """A language that a person can read careplan in."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in Chinese and in English."""

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        """The sentence in the language asked for."""
        return self.zh if language is Language.ZH else self.en


def language_of_locale() -> Language:
    """Chinese where the environment's locale is Chinese, English otherwise."""
    names = (os.environ.get(name) or "" for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    named = next((name for name in names if name), None)
    if named is None:
        named = locale.getlocale()[0] or ""
    return Language.ZH if named.lower().startswith(("zh", "chinese")) else Language.EN
