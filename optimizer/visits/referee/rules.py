"""The rules a plan can break: stable code, name, and what a person reads in two languages.

The index of codes is the table :data:`RULES`; a code is never used again for another rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.common.language import Text

__all__ = ["RULES", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A hard rule: its ``code``, its ``name``, and its sentence, with fields in braces that a violation fills in."""

    code: str
    name: str
    sentence: Text


def _rules(*rows: tuple[str, str, str, str]) -> Mapping[str, Rule]:
    return {name: Rule(code, name, Text(zh, en)) for code, name, zh, en in rows}


RULES: Mapping[str, Rule] = _rules(
    # the plan's own form
    ("R01", "unknown_caregiver", "没有编号为 {caregiver} 的护理员", "there is no caregiver {caregiver}"),
    ("R02", "unknown_shift", "护理员 {caregiver} 没有班次 {shift}", "caregiver {caregiver} has no shift {shift}"),
    (
        "R03",
        "unknown_visit",
        "护理员 {caregiver} 派工单上的 {visit} 不是今天的上门任务",
        "there is no visit {visit} (on the route of caregiver {caregiver})",
    ),
    (
        "R04",
        "duplicate_route",
        "护理员 {caregiver} 的班次 {shift} 有两张派工单",
        "shift {shift} of caregiver {caregiver} has two routes",
    ),
    (
        "R05",
        "empty_route",
        "护理员 {caregiver} 班次 {shift} 的派工单上没有任务",
        "the route of caregiver {caregiver}, shift {shift}, has no visit",
    ),
    (
        "R06",
        "stop_order",
        "护理员 {caregiver} 的上门 {visit} 排在后面，却比前一个任务早开始 {minutes} 分钟",
        "visit {visit} of caregiver {caregiver} starts {minutes} min before the visit that stands in front of it",
    ),
    # caregiver, shift and travel
    ("R07", "off_duty", "护理员 {caregiver} 今天不在岗", "caregiver {caregiver} is not on duty today"),
    (
        "R08",
        "routes_overlap",
        "护理员 {caregiver} 还没回来，班次 {shift} 就要出发，重叠 {minutes} 分钟",
        "caregiver {caregiver} leaves for shift {shift} {minutes} min before being back from the shift before",
    ),
    (
        "R09",
        "unreachable",
        "护理员 {caregiver} 从 {origin} 到不了 {target}",
        "caregiver {caregiver} cannot get from {origin} to {target}",
    ),
    (
        "R10",
        "travel_time",
        "护理员 {caregiver} 赶不到 {target}：到 {start} 还差 {minutes} 分钟",
        "caregiver {caregiver} cannot be at {target} by {start}: {minutes} min are missing",
    ),
    (
        "R11",
        "shift_start",
        "护理员 {caregiver} 要在班次 {shift} 开始前 {minutes} 分钟出发",
        "caregiver {caregiver} would have to leave {minutes} min before shift {shift} begins",
    ),
    (
        "R12",
        "overtime",
        "护理员 {caregiver} 班次 {shift} 超过允许的加班 {minutes} 分钟",
        "caregiver {caregiver}, shift {shift}, comes back {minutes} min later than overtime allows",
    ),
    (
        "R13",
        "load",
        "护理员 {caregiver} 班次 {shift} 携带量超出 {amount}",
        "caregiver {caregiver}, shift {shift}, carries {amount} too much",
    ),
    (
        "R14",
        "travel_limit",
        "护理员 {caregiver} 班次 {shift} 的路程超限 {minutes} 分钟",
        "caregiver {caregiver}, shift {shift}, travels {minutes} min more than allowed",
    ),
    # visit and caregiver
    (
        "R15",
        "time_window",
        "上门 {visit}（护理员 {caregiver}）在 {start} 开始，不在任何时间窗内，差 {minutes} 分钟",
        "visit {visit} (caregiver {caregiver}) starts at {start}, {minutes} min outside its nearest window",
    ),
    (
        "R16",
        "skill_missing",
        "上门 {visit} 需要 {skill}，护理员 {caregiver} 没有",
        "visit {visit} needs {skill}, which caregiver {caregiver} does not have",
    ),
    (
        "R17",
        "skill_level",
        "上门 {visit} 需要 {skill} {level} 级，护理员 {caregiver} 差 {amount} 级",
        "visit {visit} needs {skill} at level {level}; caregiver {caregiver} is {amount} below",
    ),
    (
        "R18",
        "skill_expired",
        "上门 {visit} 需要的 {skill}，护理员 {caregiver} 的已过期 {amount} 天",
        "visit {visit} needs {skill}, which expired {amount} days ago for caregiver {caregiver}",
    ),
    (
        "R19",
        "gender",
        "上门 {visit} 的服务对象要求护理员性别为 {wanted}，{caregiver} 不符",
        "the client of visit {visit} needs a caregiver of gender {wanted}; {caregiver} is not",
    ),
    (
        "R20",
        "dialect",
        "上门 {visit} 的服务对象要求会说 {wanted}，护理员 {caregiver} 不会",
        "the client of visit {visit} needs the dialect {wanted}, which caregiver {caregiver} does not speak",
    ),
    (
        "R21",
        "forbidden_caregiver",
        "上门 {visit} 的服务对象不接受护理员 {caregiver}",
        "the client of visit {visit} does not accept caregiver {caregiver}",
    ),
    (
        "R22",
        "required_caregiver",
        "上门 {visit} 只能由指定的护理员做，{caregiver} 不在其中",
        "visit {visit} is for certain caregivers only, and {caregiver} is not one of them",
    ),
    (
        "R23",
        "provider",
        "上门 {visit} 属于机构 {wanted}，护理员 {caregiver} 不属于该机构，也没有共享",
        "visit {visit} belongs to provider {wanted}; caregiver {caregiver} neither does nor is shared with it",
    ),
    # visits together
    (
        "R24",
        "team_count",
        "上门 {visit} 需要 {wanted} 人次，派了 {found}",
        "visit {visit} needs {wanted} on its team and is planned {found} times",
    ),
    (
        "R25",
        "team_caregivers",
        "上门 {visit} 需要不同的护理员，{caregiver} 被派了两次",
        "visit {visit} needs different caregivers; {caregiver} is planned twice",
    ),
    (
        "R26",
        "team_start",
        "上门 {visit} 的几位护理员要同时开始，{caregiver} 晚 {minutes} 分钟",
        "the team of visit {visit} must start together; {caregiver} is {minutes} min later",
    ),
    (
        "R27",
        "link_simultaneous",
        "关联 {link}：上门 {visit} 要与 {other} 同时开始，差 {minutes} 分钟",
        "link {link}: visit {visit} must start with {other} and is {minutes} min off",
    ),
    (
        "R28",
        "link_min_gap",
        "关联 {link}：上门 {visit} 在 {other} 之后开始得太早，差 {minutes} 分钟",
        "link {link}: visit {visit} starts {minutes} min too soon after {other}",
    ),
    (
        "R29",
        "link_max_gap",
        "关联 {link}：上门 {visit} 在 {other} 之后开始得太晚，超 {minutes} 分钟",
        "link {link}: visit {visit} starts {minutes} min too late after {other}",
    ),
    (
        "R30",
        "link_same_caregiver",
        "关联 {link}：上门 {visit} 要与 {other} 由同样的护理员做",
        "link {link}: visit {visit} must be done by the caregivers of {other}",
    ),
    (
        "R31",
        "link_different_caregivers",
        "关联 {link}：上门 {visit} 与 {other} 不能都由护理员 {caregiver} 做",
        "link {link}: visits {visit} and {other} must not both be done by caregiver {caregiver}",
    ),
    (
        "R32",
        "link_all_or_nothing",
        "关联 {link}：其他任务已安排，上门 {visit} 却未安排",
        "link {link}: visit {visit} is left out although others of the link are planned",
    ),
    # locks
    (
        "R33",
        "lock_caregiver",
        "上门 {visit} 锁定给护理员 {caregiver}，派工单上不是",
        "visit {visit} is locked to caregiver {caregiver} but is not on that route",
    ),
    (
        "R34",
        "lock_order",
        "护理员 {caregiver} 的锁定顺序：上门 {visit} 要在 {other} 之后",
        "locked order of caregiver {caregiver}: visit {visit} must come after {other}",
    ),
    (
        "R35",
        "lock_time",
        "上门 {visit}（护理员 {caregiver}）锁定在 {wanted} 开始，差 {minutes} 分钟",
        "visit {visit} (caregiver {caregiver}) is locked to start at {wanted} and is {minutes} min off",
    ),
    # breaks
    (
        "R36",
        "break_unknown",
        "护理员 {caregiver} 的班次 {shift} 没有休息 {pause}",
        "shift {shift} of caregiver {caregiver} has no break {pause}",
    ),
    (
        "R37",
        "break_twice",
        "护理员 {caregiver} 的休息 {pause} 安排了两次",
        "break {pause} of caregiver {caregiver} is planned twice",
    ),
    (
        "R38",
        "break_window",
        "护理员 {caregiver} 的休息 {pause} 在 {start} 开始，离允许的时间差 {minutes} 分钟",
        "break {pause} of caregiver {caregiver} begins at {start}, {minutes} min outside what is allowed",
    ),
    (
        "R39",
        "break_duration",
        "护理员 {caregiver} 的休息 {pause} 时长差 {minutes} 分钟",
        "break {pause} of caregiver {caregiver} differs by {minutes} min from its length",
    ),
    (
        "R40",
        "break_overlap",
        "护理员 {caregiver} 的休息 {pause} 与前后的任务或休息重叠 {minutes} 分钟",
        "break {pause} of caregiver {caregiver} overlaps what comes before or after by {minutes} min",
    ),
    (
        "R41",
        "break_missing",
        "护理员 {caregiver} 班次 {shift} 在外，应有的休息 {pause} 没有安排",
        "caregiver {caregiver}, shift {shift}, is on the way when break {pause} is due, and it is not planned",
    ),
    # the frozen past
    (
        "R42",
        "frozen_changed",
        "护理员 {caregiver} 已出发去上门 {visit}（{wanted}），不能再改",
        "caregiver {caregiver} has already left for visit {visit} ({wanted}); it must stay as published",
    ),
    (
        "R43",
        "frozen_start",
        "上门 {visit}（护理员 {caregiver}）在 {start} 开始，早于冻结时刻 {minutes} 分钟",
        "visit {visit} (caregiver {caregiver}) starts at {start}, {minutes} min before the frozen moment",
    ),
)
"""Every rule by its name, in the order of the codes."""
