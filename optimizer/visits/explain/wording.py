"""The words of reasons and changes, in Chinese and English."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from optimizer.common.language import Text
from optimizer.visits.explain.day import Day
from optimizer.visits.explain.obstacles import Step
from optimizer.visits.plan import Change, ChangeKind

__all__ = ["CODE_TEXTS", "change_of", "clock", "joined", "minutes"]

CODE_TEXTS: Mapping[str, Text] = {
    "off_duty": Text("不在岗", "not on duty"),
    "skill": Text("缺少所需技能或等级", "lack a skill or its level"),
    "gender": Text("性别不符", "are not of the gender asked for"),
    "dialect": Text("不会所需方言", "do not speak the dialect"),
    "forbidden": Text("被服务对象排除", "are excluded by the client"),
    "required": Text("不在指定护理员之列", "are not among those it is for"),
    "provider": Text("属于其他机构，未共享", "belong to another provider that does not share"),
    "partner": Text("与关联任务的人员要求不符", "do not suit the linked visit"),
    "lock": Text("任务锁定给别人", "it is locked to somebody else"),
    "window": Text("时间窗内赶不到", "cannot be there within the time window"),
    "shift": Text("班次内做不完", "cannot finish within the shift"),
    "travel": Text("没有路可到", "have no way to get there"),
    "travel_limit": Text("超过最长路程", "would travel more than allowed"),
    "load": Text("超过最大携带量", "would carry more than allowed"),
    "frozen": Text("允许的时间已过", "the time allowed is past"),
    "team": Text("同时可派的人手不足", "too few can come together"),
}
"""What keeps caregivers from a visit, by code, to follow a number of them."""


def clock(day: Day, moment_t: int) -> str:
    """``09:05``; the next day's times as ``+1 01:20``. Seconds are cut off."""
    days, second = divmod(moment_t // day.problem.ticks_per_s, 86_400)
    text = f"{second // 3600:02d}:{second % 3600 // 60:02d}"
    return f"{days:+d} {text}" if days else text


def minutes(day: Day, ticks: int) -> int:
    """Whole minutes, rounded up."""
    return -(-ticks // (60 * day.problem.ticks_per_s))


def joined(texts: Sequence[Text], zh: str = "；", en: str = "; ") -> Text:
    """Several texts as one."""
    return Text(zh.join(text.zh for text in texts), en.join(text.en for text in texts))


def change_of(day: Day, steps: Sequence[Step]) -> Change:
    """A change of one or more steps with its words; the first is the change's own kind."""
    first, *others = steps
    values: dict[str, Any] = first.named
    if others:
        values["also"] = [{"kind": step.kind.value, "values": step.named} for step in others]
    text = joined([_step_text(day, step) for step in steps], "，并", ", and ")
    return Change(kind=first.kind, values=values, text=text)


def _step_text(day: Day, step: Step) -> Text:
    return _WORDS[step.kind](day, step.named)


def _widen_window(day: Day, v: Mapping[str, Any]) -> Text:
    old = day.visits[v["visit"]].windows[v["window"]]
    new = f"{clock(day, v['earliest_t'])}–" + ("" if v["latest_t"] is None else clock(day, v["latest_t"]))
    if v["earliest_t"] < old.earliest_t:
        by = minutes(day, old.earliest_t - v["earliest_t"])
        return Text(
            f"上门 {v['visit']} 的时间窗提前 {by} 分钟（{new}）",
            f"open the window of {v['visit']} {by} min earlier ({new})",
        )
    by = minutes(day, (v["latest_t"] or 0) - (old.latest_t or 0))
    return Text(
        f"上门 {v['visit']} 的时间窗延后 {by} 分钟（{new}）", f"extend the window of {v['visit']} by {by} min ({new})"
    )


def _extend_shift(day: Day, v: Mapping[str, Any]) -> Text:
    shift = day.shifts[v["caregiver"], v["shift"]]
    who = v["caregiver"]
    if "start_t" in v:
        by, at = minutes(day, shift.start_t - v["start_t"]), clock(day, v["start_t"])
        return Text(f"护理员 {who} 提前 {by} 分钟上班（{at}）", f"let {who} start {by} min earlier ({at})")
    by, at = minutes(day, v["end_t"] - (shift.end_t or 0)), clock(day, v["end_t"])
    return Text(f"护理员 {who} 延长 {by} 分钟下班（{at}）", f"extend the shift of {who} by {by} min (to {at})")


def _free_visit(day: Day, v: Mapping[str, Any]) -> Text:
    names = list(v["visits"])
    if len(names) > 6:
        shown = " ".join(names[:6])
        return Text(f"腾出 {len(names)} 个任务（{shown} 等）", f"free {len(names)} visits ({shown}, …)")
    return Text(f"腾出任务 {'、'.join(names)}", f"free {', '.join(names)}")


def _give_skill(day: Day, v: Mapping[str, Any]) -> Text:
    return Text(
        f"护理员 {v['caregiver']} 取得技能 {v['skill']} {v['level']} 级",
        f"give {v['caregiver']} the skill {v['skill']} level {v['level']}",
    )


def _allow_caregiver(day: Day, v: Mapping[str, Any]) -> Text:
    what = {
        "gender": Text("放宽性别要求", "waive the gender asked for"),
        "dialect": Text("放宽方言要求", "waive the dialect asked for"),
        "forbidden": Text("征得同意取消排除", "lift the exclusion"),
        "required": Text("列入指定护理员", "add to those it is for"),
        "provider": Text("允许其他机构承接", "release it from its provider"),
    }[v["rule"]]
    who, visit = v["caregiver"], v["visit"]
    return Text(f"允许护理员 {who} 做上门 {visit}（{what.zh}）", f"allow {who} to do {visit} ({what.en})")


def _share_provider(day: Day, v: Mapping[str, Any]) -> Text:
    skill = Text("全部服务", "any service") if v["skill"] == "*" else Text(f"技能 {v['skill']}", f"skill {v['skill']}")
    return Text(
        f"机构 {v['lender']} 向 {v['borrower']} 共享{skill.zh}", f"let {v['lender']} lend {skill.en} to {v['borrower']}"
    )


def _raise_load(day: Day, v: Mapping[str, Any]) -> Text:
    return Text(
        f"护理员 {v['caregiver']} 的最大携带量提高到 {v['max_load']}",
        f"raise the largest load of {v['caregiver']} to {v['max_load']}",
    )


def _raise_travel(day: Day, v: Mapping[str, Any]) -> Text:
    by = minutes(day, v["max_travel_t"])
    return Text(f"护理员 {v['caregiver']} 的最长路程放宽到 {by} 分钟", f"let {v['caregiver']} travel up to {by} min")


def _change_mode(day: Day, v: Mapping[str, Any]) -> Text:
    return Text(f"护理员 {v['caregiver']} 改用 {v['mode']} 出行", f"let {v['caregiver']} go by {v['mode']}")


def _shorten(day: Day, v: Mapping[str, Any]) -> Text:
    old, new = day.visits[v["visit"]].service_duration_t, v["service_duration_t"]
    by, left = minutes(day, old - new), minutes(day, new)
    return Text(
        f"上门 {v['visit']} 缩短 {by} 分钟（做 {left} 分钟）", f"shorten {v['visit']} by {by} min (to {left} min)"
    )


_WORDS: Mapping[ChangeKind, Callable[[Day, Mapping[str, Any]], Text]] = {
    ChangeKind.WIDEN_WINDOW: _widen_window,
    ChangeKind.EXTEND_SHIFT: _extend_shift,
    ChangeKind.FREE_VISIT: _free_visit,
    ChangeKind.GIVE_SKILL: _give_skill,
    ChangeKind.ALLOW_CAREGIVER: _allow_caregiver,
    ChangeKind.SHARE_PROVIDER: _share_provider,
    ChangeKind.RAISE_LOAD: _raise_load,
    ChangeKind.RAISE_TRAVEL: _raise_travel,
    ChangeKind.CHANGE_MODE: _change_mode,
    ChangeKind.SHORTEN_VISIT: _shorten,
    ChangeKind.REMOVE_LOCK: lambda day, v: Text(f"解除上门 {v['visit']} 的锁定", f"remove the lock of {v['visit']}"),
    ChangeKind.CALL_IN: lambda day, v: Text(f"请护理员 {v['caregiver']} 到岗", f"call in {v['caregiver']}"),
    ChangeKind.PLAN_ANYWAY: lambda day, v: Text(f"照样安排上门 {v['visit']}", f"plan {v['visit']} all the same"),
}
