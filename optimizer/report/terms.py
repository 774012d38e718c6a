"""The trade's words, in Chinese and English, for codes that stand in the data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from optimizer.common.language import Language, Text
from optimizer.common.status import Status
from optimizer.visits.model import CaregiverStatus
from optimizer.visits.plan import ReasonKind

__all__ = [
    "CAREGIVER_STATUSES",
    "MODES",
    "REASON_KINDS",
    "SERVICES",
    "STATUSES",
    "date_text",
    "mode_text",
    "objective_text",
    "service_text",
    "travel_source_text",
]

SERVICES: Mapping[str, Text] = {
    "ASSESS": Text("能力评估", "assessment"),
    "BATH": Text("助浴", "bath"),
    "CARE": Text("基础照护", "basic care"),
    "CARE3": Text("失能照护", "care of the disabled"),
    "CARE4": Text("失智照护", "dementia care"),
    "CARE5": Text("安宁照护", "palliative care"),
    "CLEAN": Text("助洁", "cleaning"),
    "ERRAND": Text("代办代购", "errand"),
    "MEAL": Text("助餐", "meal"),
    "MED": Text("陪诊", "company to the doctor"),
    "NEWB": Text("新生儿访视", "newborn visit"),
    "NURSE": Text("医疗护理", "nursing"),
    "PARENT": Text("入户育儿指导", "parenting advice"),
    "REHAB": Text("康复护理", "rehabilitation"),
    "RETRO": Text("适老化改造", "home adaptation"),
    "SOS": Text("紧急救援", "emergency"),
    "TALK": Text("精神慰藉", "talk"),
    "VISIT": Text("探访", "friendly visit"),
    "WALK": Text("助行", "walk"),
}
"""Services by the code of the project's catalogue; any other text of the user's is shown as it stands."""

MODES: Mapping[str, Text] = {
    "walk": Text("步行", "on foot"),
    "ebike": Text("电动车", "e-bike"),
    "bus": Text("公交", "bus"),
    "car": Text("汽车", "car"),
}

CAREGIVER_STATUSES: Mapping[CaregiverStatus, Text] = {
    CaregiverStatus.ON_DUTY: Text("在岗", "on duty"),
    CaregiverStatus.LEAVE: Text("请假", "on leave"),
    CaregiverStatus.STANDBY: Text("备勤", "standby"),
}

STATUSES: Mapping[Status, Text] = {
    Status.OPTIMAL: Text("已证明最优", "proved best"),
    Status.FEASIBLE: Text("可行", "feasible"),
    Status.INFEASIBLE: Text("无法全部安排", "cannot all be met"),
    Status.UNKNOWN: Text("部分安排", "partial"),
}

REASON_KINDS: Mapping[ReasonKind, Text] = {
    ReasonKind.IMPOSSIBLE: Text("条件不满足", "impossible as asked"),
    ReasonKind.NO_ROOM: Text("当日排不下", "no room today"),
    ReasonKind.BAD_DATA: Text("数据有误", "unusable row"),
    ReasonKind.TOO_DEAR: Text("可排但不划算", "fits, at too high a cost"),
    ReasonKind.FITS: Text("排得下，方案未排", "fits, but the plan does not hold it"),
    ReasonKind.NOT_EXAMINED: Text("时间不够，未逐一核查", "not examined in time"),
}

_WEEKDAYS = (
    Text("星期一", "Monday"),
    Text("星期二", "Tuesday"),
    Text("星期三", "Wednesday"),
    Text("星期四", "Thursday"),
    Text("星期五", "Friday"),
    Text("星期六", "Saturday"),
    Text("星期日", "Sunday"),
)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def service_text(code: str) -> Text:
    """The word for a service; the user's own text where the code is not of the catalogue."""
    return SERVICES.get(code, Text(code, code))


def mode_text(mode: str) -> Text:
    """The word for a mode of travel; the user's own text where it is not one of the four."""
    return MODES.get(mode, Text(mode, mode))


def objective_text(name: str) -> Text:
    """A preset of weights by its name."""
    words = {"homecare": "居家上门", "hhcrsp": "公开算例", "ehhc": "公开算例", "vrptw": "公开算例"}
    return Text(f"{words[name]}（{name}）" if name in words else name, name)


def travel_source_text(source: str) -> Text:
    """Where travel times come from, as the matrix says."""
    return Text(source.replace("straight lines", "直线距离").replace("straight line", "直线距离"), source)


def date_text(day: date) -> Text:
    """A date with its weekday: ``2026年11月23日 星期一``, ``Monday, 23 Nov 2026``. Does not depend on the locale."""
    weekday = _WEEKDAYS[day.weekday()]
    zh = f"{day.year}年{day.month}月{day.day}日 {weekday.in_(Language.ZH)}"
    en = f"{weekday.in_(Language.EN)}, {day.day} {_MONTHS[day.month - 1]} {day.year}"
    return Text(zh, en)
