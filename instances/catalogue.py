"""The service catalogue of the made days: minutes, qualification, shares.

Codes and names follow the services that the cities' documents and GB/T 43153-2023 name. **No document fixes a minute, a
share or a level**: every figure here is an assumption, guided by the reference minutes of published item lists, and by
the mix of the day on which methods were measured. Not in a planned day: emergency calls (they come as they come) and
home adaptation (crews with a calendar of their own).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "ASSESSOR",
    "CARE_LEVEL",
    "CATALOGUE",
    "MANDATORY_SHARE",
    "NURSE",
    "SERVICES",
    "STOP_S",
    "THERAPIST",
    "TWO_CARER_SHARE",
    "Service",
]

CARE_LEVEL = "养老护理"
"""Skill of care workers; level 1 is 五级 (the lowest grade of the national scale), level 5 is 一级."""

NURSE, THERAPIST, ASSESSOR = "护士", "康复治疗", "能力评估"

STOP_S = 4 * 60
"""Parking, stairs and showing one's card at every stop: counted inside the service duration, never in the travel."""

TWO_CARER_SHARE = 0.10
MANDATORY_SHARE = 0.75


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """A service of the catalogue.

    ``share`` of all visits in per cent; ``minutes`` from and to (steps of five, without the stop); the ``skill`` and
    ``level`` needed; the chance of needing ``two_carers`` and of being ``mandatory`` (both are scaled to the shares of
    the whole day); windows in which it must start, or none where they are drawn (seconds from midnight).
    """

    code: str
    zh: str
    en: str
    share: float
    minutes: tuple[int, int]
    level: int = 1
    skill: str = CARE_LEVEL
    two_carers: float = 0.0
    mandatory: float = 0.4
    windows: tuple[tuple[int, int], ...] = ()


def _clock(hours: int, minutes: int) -> int:
    return hours * 3600 + minutes * 60


LUNCHTIME = (_clock(10, 30), _clock(12, 0))
BATHING = ((_clock(9, 30), _clock(11, 0)), (_clock(14, 0), _clock(16, 0)))

CATALOGUE = (
    Service(code="VISIT", zh="探访", en="friendly visit", share=29.0, minutes=(15, 20), mandatory=0.75),
    Service(code="MEAL", zh="助餐", en="meal", share=12.0, minutes=(5, 5), mandatory=0.95, windows=(LUNCHTIME,)),
    Service(code="ERRAND", zh="代办代购", en="errand", share=9.0, minutes=(25, 35)),
    Service(code="CLEAN", zh="助洁", en="cleaning", share=6.0, minutes=(45, 60), two_carers=0.05),
    Service(code="WALK", zh="助行", en="walk", share=3.5, minutes=(45, 60), two_carers=0.2),
    Service(code="TALK", zh="精神慰藉", en="talk", share=2.0, minutes=(45, 60)),
    Service(code="PARENT", zh="入户育儿指导", en="parenting advice", share=0.5, minutes=(45, 45)),
    Service(code="MED", zh="陪诊", en="company to the doctor", share=0.5, minutes=(120, 120), mandatory=1.0),
    Service(
        code="CARE",
        zh="基础照护",
        en="basic care",
        share=12.0,
        minutes=(30, 70),
        level=2,
        two_carers=0.25,
        mandatory=0.95,
    ),
    Service(
        code="BATH",
        zh="助浴",
        en="bath",
        share=5.6,
        minutes=(60, 75),
        level=2,
        two_carers=0.7,
        mandatory=0.8,
        windows=BATHING,
    ),
    Service(
        code="CARE3",
        zh="失能照护",
        en="care of the disabled",
        share=4.6,
        minutes=(30, 60),
        level=3,
        two_carers=0.2,
        mandatory=0.95,
    ),
    Service(
        code="CARE4",
        zh="失智照护",
        en="dementia care",
        share=1.9,
        minutes=(30, 60),
        level=4,
        two_carers=0.1,
        mandatory=0.9,
    ),
    Service(
        code="CARE5",
        zh="安宁照护",
        en="palliative care",
        share=0.9,
        minutes=(30, 60),
        level=5,
        two_carers=0.1,
        mandatory=1.0,
    ),
    Service(code="NURSE", zh="医疗护理", en="nursing", share=5.5, minutes=(20, 45), skill=NURSE, mandatory=1.0),
    Service(code="NEWB", zh="新生儿访视", en="newborn visit", share=1.0, minutes=(40, 60), skill=NURSE, mandatory=1.0),
    Service(
        code="REHAB",
        zh="康复护理",
        en="rehabilitation",
        share=3.7,
        minutes=(40, 60),
        skill=THERAPIST,
        mandatory=0.7,
    ),
    Service(
        code="ASSESS",
        zh="能力评估",
        en="assessment",
        share=2.3,
        minutes=(45, 60),
        skill=ASSESSOR,
        two_carers=0.35,
        mandatory=0.6,
    ),
)

SERVICES = {service.code: service for service in CATALOGUE}
