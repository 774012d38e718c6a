"""Skills with grades and locks in cells."""

from __future__ import annotations

import re
import unicodedata

from optimizer.common.language import Text
from optimizer.io.tables.cells import CellError, date_value, identifier, is_none, items, shown
from optimizer.io.tables.clock import clock_text, folded, seconds_of
from optimizer.io.tables.raw import CellValue
from optimizer.visits.model import Lock, LockLevel, Skill, SkillRequirement

__all__ = ["lock_text", "locks", "requirement_text", "requirements", "skill_text", "skills"]

_GRADES = {"五": 1, "四": 2, "三": 3, "二": 4, "一": 5, "5": 1, "4": 2, "3": 3, "2": 4, "1": 5}
_GRADE = re.compile(r"([一二三四五1-5])级(?:\+|及?以上)?")
_LEVEL = re.compile(r"(\d{1,2})(?:\+|及?以上)?")
_SKILL_FORM = Text("护理:四级:2027-05-01", "care:2:2027-05-01")
_REQUIREMENT_FORM = Text("护理:四级", "care:2")
_LOCK_FORM = Text("N-01、N-01@08:30 或 顺序:N-01@08:30", "N-01, N-01@08:30 or order:N-01@08:30")
_ORDER_WORDS = ("顺序", "先后", "order")


def skills(value: CellValue) -> tuple[Skill, ...]:
    """Skills of a caregiver, ``技能:等级:到期日`` separated by ``;``."""
    return () if is_none(value) else tuple(_skill(item) for item in items(value, form=_SKILL_FORM))


def requirements(value: CellValue) -> tuple[SkillRequirement, ...]:
    """Skills that a visit requires, ``技能:等级`` separated by ``;``; 无 is none at all."""
    return () if is_none(value) else tuple(_requirement(item) for item in items(value, form=_REQUIREMENT_FORM))


def skill_text(skill: Skill) -> str:
    """A skill as it is written in a cell."""
    grade = str(skill.level) if skill.level != 1 or skill.expires else ""
    return ":".join(part for part in (skill.skill, grade, skill.expires.isoformat() if skill.expires else "") if part)


def requirement_text(requirement: SkillRequirement) -> str:
    """A required skill as it is written in a cell."""
    return requirement.skill if requirement.level == 1 else f"{requirement.skill}:{requirement.level}"


def locks(value: CellValue) -> tuple[Lock, ...]:
    """Locks, one for each member of the team: ``[顺序:]护理员[/班次][@时刻]``."""
    return () if is_none(value) else tuple(_lock(item) for item in items(value, form=_LOCK_FORM))


def lock_text(lock: Lock) -> str:
    """A lock in seconds as it is written in a cell."""
    head = "顺序:" if lock.level is LockLevel.ORDER else ""
    shift = "" if lock.shift is None else f"/{lock.shift}"
    moment = "" if lock.start_t is None else f"@{clock_text(lock.start_t)}"
    return f"{head}{lock.caregiver}{shift}{moment}"


def _skill(written: str) -> Skill:
    name, *rest = _parts(written)
    if not name or len(rest) > 2:
        raise CellError("T235", found=shown(written), form=_SKILL_FORM)
    level, expires = (*rest, "", "")[:2]
    return Skill(skill=name, level=_grade(level), expires=date_value(expires) if expires else None)


def _requirement(written: str) -> SkillRequirement:
    name, *rest = _parts(written)
    if not name or len(rest) > 1:
        raise CellError("T235", found=shown(written), form=_REQUIREMENT_FORM)
    return SkillRequirement(skill=name, level=_grade(rest[0] if rest else ""))


def _parts(written: str) -> list[str]:
    return [part.strip() for part in written.replace("：", ":").split(":")]


def _grade(written: str) -> int:
    bare = unicodedata.normalize("NFKC", written).strip()
    if not bare:
        return 1
    grade = _GRADE.fullmatch(bare)
    if grade is not None:
        return _GRADES[grade[1]]
    level = _LEVEL.fullmatch(bare)
    if level is None or int(level[1]) == 0:
        raise CellError("T241", found=shown(written))
    return int(level[1])


def _lock(written: str) -> Lock:
    body, _, moment = written.rpartition("@") if "@" in written else (written, "", "")
    head, separator, rest = body.replace("：", ":").partition(":")
    ordered = bool(separator) and head.strip().casefold() in _ORDER_WORDS
    caregiver, _, shift = (rest if ordered else body).partition("/")
    start = seconds_of(folded(moment)) if moment else None
    if not caregiver.strip() or (ordered and start is None):
        raise CellError("T235", found=shown(written), form=_LOCK_FORM)
    level = LockLevel.ORDER if ordered else LockLevel.CAREGIVER if start is None else LockLevel.TIME
    return Lock(level=level, caregiver=identifier(caregiver), shift=shift.strip() or None, start_t=start)
