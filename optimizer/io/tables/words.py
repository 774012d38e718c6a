"""Words of the trade and the values they stand for, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from optimizer.common.language import Language, Text
from optimizer.io.tables.schema import header_key
from optimizer.visits.model import CaregiverStatus, CoordinateSystem, LinkCaregivers, LinkKind

__all__ = [
    "ANY_WORDS",
    "CAREGIVERS_OF_LINK",
    "COORDINATE_SYSTEMS",
    "GENDERS",
    "LINK_KINDS",
    "MODES",
    "NONE_WORDS",
    "PLACE_KINDS",
    "SERVICES",
    "STATUSES",
    "YES_NO",
    "Vocabulary",
]

T = TypeVar("T")

NONE_WORDS = ("无", "没有", "none")
ANY_WORDS = ("不限", "任意", "全部", "any")


@dataclass(frozen=True, slots=True)
class Vocabulary(Generic[T]):
    """The words that a cell may hold: value → (Chinese, English, further words)."""

    words: Mapping[T, tuple[str, ...]]

    @property
    def texts(self) -> tuple[Text, ...]:
        """The word for each value, for drop-down lists and findings."""
        return tuple(Text(names[0], names[1]) for names in self.words.values())

    def value_of(self, word: str) -> T | None:
        """The value a word stands for, ``None`` where it is not known."""
        key = header_key(word)
        return next((value for value, names in self.words.items() if key in map(header_key, names)), None)

    def word_for(self, value: T, language: Language) -> str | None:
        """The word for a value, ``None`` where there is none."""
        names = self.words.get(value)
        return None if names is None else Text(names[0], names[1]).in_(language)


YES_NO: Vocabulary[bool] = Vocabulary(
    {
        True: ("是", "yes", "必做", "true", "y", "1", "√", "对"),
        False: ("否", "no", "可选", "false", "n", "0", "×", "不"),
    }
)
GENDERS: Vocabulary[str] = Vocabulary({"male": ("男", "male", "男性", "m"), "female": ("女", "female", "女性", "f")})
MODES: Vocabulary[str] = Vocabulary(
    {
        "walk": ("步行", "walk", "走路", "on foot"),
        "ebike": ("电动车", "ebike", "e-bike", "电动自行车", "电瓶车"),
        "bus": ("公交", "bus", "公交车"),
        "car": ("汽车", "car", "驾车", "开车"),
    }
)
STATUSES: Vocabulary[CaregiverStatus] = Vocabulary(
    {
        CaregiverStatus.ON_DUTY: ("在岗", "on duty", "上班", "on_duty"),
        CaregiverStatus.LEAVE: ("请假", "on leave", "leave", "休假", "病假"),
        CaregiverStatus.STANDBY: ("备勤", "standby", "待命"),
    }
)
LINK_KINDS: Vocabulary[LinkKind] = Vocabulary(
    {LinkKind.SIMULTANEOUS: ("同时", "simultaneous"), LinkKind.SEQUENTIAL: ("先后", "sequential", "顺序")}
)
CAREGIVERS_OF_LINK: Vocabulary[LinkCaregivers] = Vocabulary(
    {
        LinkCaregivers.ANY: ("不限", "any"),
        LinkCaregivers.SAME: ("同一人", "same", "相同"),
        LinkCaregivers.DIFFERENT: ("不同人", "different", "不同"),
    }
)
COORDINATE_SYSTEMS: Vocabulary[CoordinateSystem] = Vocabulary(
    {
        CoordinateSystem.WGS84: ("WGS-84", "WGS-84", "WGS84", "GPS"),
        CoordinateSystem.GCJ02: ("GCJ-02", "GCJ-02", "GCJ02", "高德", "腾讯"),
        CoordinateSystem.BD09: ("BD-09", "BD-09", "BD09", "BD-09LL", "百度"),
    }
)
PLACE_KINDS: Vocabulary[bool] = Vocabulary({True: ("站点", "station"), False: ("其他", "other", "住处", "home")})

SERVICES: Vocabulary[str] = Vocabulary(
    {
        "MEAL": ("助餐", "meal", "送餐"),
        "CLEAN": ("助洁", "cleaning", "clean"),
        "BATH": ("助浴", "bath"),
        "MED": ("助医陪诊", "escort to a doctor", "助医", "陪诊", "med"),
        "WALK": ("助行", "walking help", "walk"),
        "VISIT": ("探访", "social call", "visit"),
        "CARE": ("基础照护", "personal care", "care"),
        "REHAB": ("康复护理", "rehabilitation", "rehab"),
        "NURSE": ("医疗护理", "nursing", "nurse"),
        "TALK": ("精神慰藉", "comfort talk", "talk"),
        "SOS": ("紧急救援", "emergency", "sos"),
        "NEWB": ("新生儿访视", "newborn visit", "newb"),
        "PARENT": ("育儿指导", "parenting advice", "入户育儿指导", "parent"),
        "ASSESS": ("能力评估", "assessment", "assess"),
        "ERRAND": ("代办代购", "errand"),
        "RETRO": ("适老化改造", "home adaptation", "retro"),
    }
)
"""Codes of the project's service catalogue; any other word is the user's own and is kept as it stands."""
