"""Names, phones and addresses, joined to a plan only at the moment of printing (名册). They never enter a problem."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from optimizer.common.language import Language, Text

__all__ = ["EMPTY_ROSTER", "Person", "Roster", "masked_address", "masked_name", "surname"]

_COMPOUND = frozenset(
    [
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "闾丘",
        "子车",
        "亓官",
        "司寇",
        "巫马",
        "公西",
        "颛孙",
        "壤驷",
        "公良",
        "漆雕",
        "乐正",
        "宰父",
        "谷梁",
        "拓跋",
        "夹谷",
        "轩辕",
        "令狐",
        "段干",
        "百里",
        "呼延",
        "东郭",
        "南门",
        "羊舌",
        "微生",
        "公户",
        "公玉",
        "公仪",
        "梁丘",
        "公仲",
        "公上",
        "公门",
        "公山",
        "公坚",
        "左丘",
        "公伯",
        "西门",
        "公祖",
        "第五",
        "公乘",
        "贯丘",
        "公皙",
        "南荣",
        "东里",
        "东宫",
        "仲长",
        "子书",
        "子桑",
        "即墨",
        "达奚",
        "褚师",
    ]
)
_HOUSE = re.compile(r"号楼|[幢栋组号]")
_TITLES: Mapping[str, Text] = {"female": Text("女士", "Ms"), "male": Text("先生", "Mr")}
_NO_TITLE = Text("老人家", "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """What is printed of a client, a caregiver or a station; every field may be empty.

    ``hazards`` are codes (▲2 = two-person lift), never a diagnosis; ``tasks`` is free text for the sheet.
    """

    id: str
    name: str = ""
    title: str = ""
    gender: str | None = None
    phone: str = ""
    address: str = ""
    hazards: str = ""
    tasks: str = ""

    def addressed(self, language: Language = Language.ZH) -> str:
        """Surname and title (王女士); the title is the roster's own word where it gives one."""
        if not self.name:
            return ""
        title = self.title or _TITLES.get(self.gender or "", _NO_TITLE).in_(language)
        return f"{surname(self.name)}{title}" if language is Language.ZH else f"{title} {surname(self.name)}".strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Roster:
    """Persons by id: clients, caregivers, stations (for their phones)."""

    clients: Mapping[str, Person] = field(default_factory=dict)
    caregivers: Mapping[str, Person] = field(default_factory=dict)
    stations: Mapping[str, Person] = field(default_factory=dict)

    def client(self, name: str) -> Person:
        """The client of that id, empty where the roster does not have it."""
        return self.clients.get(name, Person(id=name))

    def caregiver(self, name: str) -> Person:
        """The caregiver of that id."""
        return self.caregivers.get(name, Person(id=name))

    def station(self, name: str) -> Person:
        """The station of that id."""
        return self.stations.get(name, Person(id=name))


EMPTY_ROSTER = Roster()
"""Nobody: only ids are printed."""


def surname(name: str) -> str:
    """The surname of a Chinese name, compound surnames included; of any other name its last word."""
    bare = name.strip()
    if not bare or ord(bare[0]) < 0x2E80:
        return bare.split()[-1] if bare else ""
    return bare[:2] if bare[:2] in _COMPOUND and len(bare) > 2 else bare[:1]


def masked_name(name: str) -> str:
    """A name as it may be shared: 王*英, 李*, 欧阳**."""
    bare = name.strip()
    family = surname(bare)
    if not bare or ord(bare[0]) < 0x2E80:
        return f"{bare[:1]}***" if bare else ""
    given = bare[len(family) :]
    if len(given) <= 1 or len(family) > 1:
        return family + "*" * max(1, len(given))
    return family + "*" * (len(given) - 1) + given[-1]


def masked_address(address: str) -> str:
    """An address up to its building or group; unit, floor and room are left out."""
    house = _HOUSE.search(address)
    return address[: house.end()] if house is not None else address
