"""What a column and a sheet are, and which header in a file means which column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from optimizer.common.language import Language, Text

__all__ = ["Column", "SheetSpec", "header_key", "is_account_header", "is_personal_header"]

_ACCOUNT = (
    "身份证",
    "证件号",
    "公民身份",
    "护照",
    "银行卡",
    "银行账",
    "银行帐",
    "社保卡",
    "医保卡",
    "存折",
    "idcard",
    "idnumber",
    "idno",
    "bank",
    "passport",
)
_PERSONAL = (
    "姓名",
    "名字",
    "称呼",
    "电话",
    "手机",
    "联系",
    "微信",
    "家属",
    "监护人",
    "出生",
    "生日",
    "年龄",
    "phone",
    "mobile",
    "wechat",
    "birth",
    "fullname",
)
_PERSONAL_WHOLE = ("name", "tel", "age")
_BRACKETS = re.compile(r"[(\[【].*?[)\]】]")
_FILLING = re.compile(r"[\s_*:：\-—/、]+")


Kind = Literal["text", "number", "date"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    key, zh
        The English and the Chinese header; ``key`` also names the column in code.
    form
        How a cell is written.
    kind
        What a spreadsheet should take the cells for.
    empty
        What an empty cell means; ``None``: it must be filled in, and the column must be there.
    synonyms
        Other headers that mean this column beyond doubt.
    choices
        Words for a drop-down list.
    examples
        Values of the example rows of the template, one for each row.
    reads
        How a cell that is not in that form is rewritten: ``minutes``, ``count``, ``degrees``, ``windows``, ``date``
        (:mod:`optimizer.io.tables.lenient`); empty: not at all.
    """

    key: str
    zh: str
    form: Text
    kind: Kind = "text"
    empty: Text | None = None
    synonyms: tuple[str, ...] = ()
    choices: tuple[Text, ...] = ()
    examples: tuple[str | int | float, ...] = ()
    reads: str = ""

    @property
    def must_be_filled(self) -> bool:
        """Whether an empty cell is a finding."""
        return self.empty is None

    @property
    def title(self) -> Text:
        """The header in both languages."""
        return Text(self.zh, self.key)


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetSpec:
    """A table: its names, what it is for, and its columns; the first column marks example rows.

    ``ids_by_row``: a row without an id is called after its number.
    """

    key: str
    zh: str
    purpose: Text
    columns: tuple[Column, ...]
    required: bool = False
    ids_by_row: bool = False
    synonyms: tuple[str, ...] = ()
    by_header: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        headers = {
            header_key(name): column for column in self.columns for name in (column.key, column.zh, *column.synonyms)
        }
        object.__setattr__(self, "by_header", headers)

    @property
    def titles(self) -> tuple[str, ...]:
        """Every name of the sheet, as compared."""
        return tuple(header_key(name) for name in (self.key, self.zh, *self.synonyms))

    def title_in(self, language: Language) -> str:
        """The sheet's name in a language."""
        return Text(self.zh, self.key).in_(language)

    def column(self, key: str) -> Column:
        """The column of that key."""
        return next(column for column in self.columns if column.key == key)


@lru_cache(maxsize=4096)
def header_key(text: str) -> str:
    """A header as it is compared: full-width folded, without spaces, stars, hyphens, brackets and case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = _FILLING.sub("", _BRACKETS.sub("", folded))
    return bare or _FILLING.sub("", folded)


def is_account_header(text: str) -> bool:
    """Whether a column holds ID-card, bank or insurance numbers, which are never read."""
    key = header_key(text)
    return any(word in key for word in _ACCOUNT)


def is_personal_header(text: str) -> bool:
    """Whether a column holds names, phones or birth dates, which no plan needs."""
    key = header_key(text)
    return key in _PERSONAL_WHOLE or any(word in key for word in _PERSONAL)
