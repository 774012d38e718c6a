"""Rules about links between visits (V100–V112)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from optimizer.common.errors import Severity
from optimizer.common.language import Text
from optimizer.visits.model import LinkCaregivers, LinkKind
from optimizer.visits.validate.context import Context
from optimizer.visits.validate.link_times import LinkGroup, Ring, link_groups
from optimizer.visits.validate.rule import Observation, rule, seen

__all__ = ["RULES"]


@rule(
    "V100",
    Severity.ERROR,
    title=Text("关联不足两个任务", "a link of fewer than two visits"),
    action=Text("补上另一个任务，或删除这条关联", "add the other visit, or delete the link"),
)
def v100_link_of_one(context: Context) -> Iterator[Observation]:
    """A link that links nothing."""
    for i, link in enumerate(context.problem.links):
        if len(link.visits) < 2:
            count = len(link.visits)
            yield seen(f"links[{i}].visits", f"只有 {count} 个任务", f"it links {count} of at least 2", link.id)


@rule(
    "V101",
    Severity.ERROR,
    title=Text("关联中任务重复", "a visit occurs twice in a link"),
    action=Text("删除重复的任务", "delete the repeated visit"),
)
def v101_repeated_in_link(context: Context) -> Iterator[Observation]:
    """A visit linked to itself."""
    for i, link in enumerate(context.problem.links):
        for j, name in enumerate(link.visits):
            if name in link.visits[:j]:
                yield seen(f"links[{i}].visits[{j}]", f"任务 {name} 重复", f"visit {name} is there twice", link.id)


@rule(
    "V102",
    Severity.ERROR,
    title=Text("最小间隔大于最大间隔", "the smallest gap is above the largest"),
    action=Text("对调或更正间隔", "swap or correct the gaps"),
)
def v102_gap_order(context: Context) -> Iterator[Observation]:
    """No gap is both long and short enough."""
    for i, link in enumerate(context.problem.links):
        if link.max_gap_t is not None and 0 <= link.max_gap_t < link.min_gap_t:
            least, most = context.minutes(link.min_gap_t), context.minutes(link.max_gap_t)
            yield seen(
                f"links[{i}]",
                f"最小间隔 {least} 分钟大于最大间隔 {most} 分钟",
                f"the smallest gap {least} min is above the largest {most} min",
                link.id,
            )


@rule(
    "V103",
    Severity.ERROR,
    title=Text("间隔为负", "a negative gap"),
    action=Text("填写零或以上；顺序反了的，请对调任务", "give zero or more; swap the visits if the order is wrong"),
)
def v103_negative_gap(context: Context) -> Iterator[Observation]:
    """A gap below zero."""
    for i, link in enumerate(context.problem.links):
        for name, gap in (("min_gap_t", link.min_gap_t), ("max_gap_t", link.max_gap_t)):
            if gap is not None and gap < 0:
                minutes = context.minutes(gap)
                yield seen(f"links[{i}].{name}", f"间隔 {minutes} 分钟为负", f"the gap is {minutes} min", link.id)


@rule(
    "V104",
    Severity.ERROR,
    title=Text("先后顺序成环", "an order that goes in a circle"),
    action=Text("删除其中一条关联，或更正顺序", "delete one of the links, or correct the order"),
)
def v104_circle(context: Context) -> Iterator[Observation]:
    """Each visit comes before the next, and the last before the first."""
    for group in link_groups(context.sound_links):
        circle = group.circle()
        if circle is not None:
            chain = " → ".join(circle)
            yield seen(
                f"links[{group.position_of(circle)}]",
                f"先后顺序成环：{chain}",
                f"the order goes in a circle: {chain}",
                *sorted(set(circle)),
            )


@rule(
    "V105",
    Severity.ERROR,
    title=Text("几条关联互相矛盾", "links that contradict each other"),
    action=Text("更正间隔，或删除其中一条关联", "correct the gaps, or delete one of the links"),
)
def v105_contradictory_links(context: Context) -> Iterator[Observation]:
    """No starts obey all the links between some visits, whatever their windows."""
    for group in _groups_in_order(context):
        starts = group.earliest_starts(_earliest(context, group))
        if isinstance(starts, Ring):
            names = ", ".join(sorted(starts.visits))
            yield seen(
                f"links[{group.position_of(starts.visits)}]",
                f"{names} 的间隔要求互相矛盾",
                f"the gaps asked for between {names} contradict each other",
                *sorted(starts.visits),
            )


@rule(
    "V106",
    Severity.WARNING,
    title=Text("时间窗容不下关联的间隔", "windows that leave no room for a link"),
    action=Text("放宽时间窗，或更正间隔", "widen the windows, or correct the gaps"),
)
def v106_windows_against_link(context: Context) -> Iterator[Observation]:
    """With the links obeyed, a visit would start after its latest start."""
    for group in _groups_in_order(context):
        starts = group.earliest_starts(_earliest(context, group))
        if isinstance(starts, Ring):
            continue
        for name in group.visits:
            latest = context.start_bounds_t(context.visits[name])[1]
            if latest is not None and starts[name] > latest:
                first, last = context.clock(starts[name]), context.clock(latest)
                yield seen(
                    context.visit_places[name],
                    f"按关联最早 {first} 才能开始，而最晚为 {last}，无法同时满足",
                    f"by its links it starts at {first} at the earliest, at the latest at {last}: not both can be",
                    name,
                )


@rule(
    "V107",
    Severity.ERROR,
    title=Text("同一人同时做两项任务", "one caregiver for visits at the same time"),
    action=Text("改为不同的人或任意，或改为先后", "ask for different or any caregivers, or for a sequence"),
)
def v107_same_caregiver_at_once(context: Context) -> Iterator[Observation]:
    """Simultaneous visits that take time, all by the same caregiver."""
    for i, link in context.sound_links:
        if link.kind is LinkKind.SIMULTANEOUS and link.caregivers is LinkCaregivers.SAME:
            lasting = [name for name in link.visits if context.visits[name].service_duration_t > 0]
            if len(lasting) > 1:
                names = ", ".join(lasting)
                yield seen(
                    f"links[{i}].caregivers",
                    f"{names} 同时开始，却要求同一人",
                    f"{names} start together, yet the same caregiver is asked for",
                    link.id,
                )


@rule(
    "V108",
    Severity.ERROR,
    title=Text("要求同一组人，但人数不同", "the same caregivers for teams of different sizes"),
    action=Text("把人数改成一样，或不要求同一人", "make the teams equal, or do not ask for the same caregivers"),
)
def v108_unequal_teams(context: Context) -> Iterator[Observation]:
    """A link that asks for the same caregivers, between teams that differ in size."""
    for i, link in context.sound_links:
        sizes = {context.visits[name].team_size for name in link.visits}
        if link.caregivers is LinkCaregivers.SAME and len(sizes) > 1:
            counts = ", ".join(f"{name}: {context.visits[name].team_size}" for name in link.visits)
            yield seen(
                f"links[{i}].caregivers",
                f"要求同一组人，但人数不同（{counts}）",
                f"the same caregivers are asked for, but the teams differ ({counts})",
                link.id,
            )


@rule(
    "V109",
    Severity.ERROR,
    title=Text("同一人来不及按最大间隔做下一项", "the same caregiver cannot be on time for the next visit"),
    action=Text(
        "间隔从开始算到开始：加大最大间隔，或不要求同一人",
        "gaps run from start to start: raise the largest, or allow others",
    ),
)
def v109_gap_shorter_than_visit(context: Context) -> Iterator[Observation]:
    """The next visit must start while the same caregiver is still at the one before."""
    for i, link in context.sound_links:
        if link.kind is not LinkKind.SEQUENTIAL or link.caregivers is not LinkCaregivers.SAME or link.max_gap_t is None:
            continue
        for before, after in pairwise(link.visits):
            lasts = context.visits[before].service_duration_t
            if link.max_gap_t < lasts:
                most, minutes = context.minutes(link.max_gap_t), context.minutes(lasts)
                yield seen(
                    f"links[{i}].max_gap_t",
                    f"{before} 需 {minutes} 分钟，{after} 却须在其开始后 {most} 分钟内由同一人开始",
                    f"{before} takes {minutes} min, yet the same caregiver must start {after} within {most} min of it",
                    link.id,
                )


@rule(
    "V110",
    Severity.WARNING,
    title=Text("要求的不同护理员多于在岗人数", "more different caregivers than are on duty"),
    action=Text("安排更多人到岗，或不要求不同的人", "bring in more, or do not ask for different caregivers"),
)
def v110_too_many_different(context: Context) -> Iterator[Observation]:
    """A link by different caregivers needs more than there are; such visits cannot all be planned."""
    for i, link in context.sound_links:
        need = sum(context.visits[name].team_size for name in link.visits)
        if link.caregivers is LinkCaregivers.DIFFERENT and context.on_duty and need > len(context.on_duty):
            there = len(context.on_duty)
            yield seen(
                f"links[{i}].caregivers",
                f"需要 {need} 名不同的护理员，在岗 {there} 名",
                f"{need} different caregivers are asked for, {there} are on duty",
                link.id,
            )


@rule(
    "V111",
    Severity.WARNING,
    title=Text("关联到无法安排的任务", "a link to a visit that nobody can do"),
    action=Text("先解决该任务的问题，或取消关联", "solve what stands in that visit's way, or delete the link"),
)
def v111_linked_to_impossible(context: Context) -> Iterator[Observation]:
    """One of the visits will be left out for certain; what becomes of the others depends on the link."""
    if not context.on_duty:
        return
    for i, link in context.sound_links:
        lost = [name for name in link.visits if name in context.hindrances]
        if not lost or len(lost) == len(link.visits):
            continue
        names = ", ".join(lost)
        if link.all_or_nothing:
            zh, en = "整组都不会被安排", "so all of them will be left out"
        else:
            zh, en = "其余任务将单独安排", "the others are planned without it"
        yield seen(f"links[{i}]", f"{names} 无人能做，{zh}", f"nobody can do {names}, {en}", link.id)


@rule(
    "V112",
    Severity.WARNING,
    title=Text("同时开始的关联写了间隔", "gaps on a link of simultaneous visits"),
    action=Text("删除间隔，或改为先后", "delete the gaps, or make it a sequence"),
)
def v112_gaps_unused(context: Context) -> Iterator[Observation]:
    """Gaps that have no meaning, since all start at the same moment."""
    for i, link in context.sound_links:
        gap = link.min_gap_t or link.max_gap_t
        if link.kind is LinkKind.SIMULTANEOUS and gap:
            minutes = context.minutes(gap)
            yield seen(
                f"links[{i}]",
                f"任务同时开始，间隔 {minutes} 分钟不起作用",
                f"its visits start together, the gap of {minutes} min has no effect",
                link.id,
            )


def _groups_in_order(context: Context) -> Iterator[LinkGroup]:
    """Groups of sound visits whose order does not go in a circle."""
    sound = {visit.id for _, visit in context.sound_visits}
    links = [(i, link) for i, link in context.sound_links if sound.issuperset(link.visits)]
    return (group for group in link_groups(links) if group.circle() is None)


def _earliest(context: Context, group: LinkGroup) -> dict[str, int]:
    return {name: context.start_bounds_t(context.visits[name])[0] for name in group.visits}


RULES = (
    v100_link_of_one,
    v101_repeated_in_link,
    v102_gap_order,
    v103_negative_gap,
    v104_circle,
    v105_contradictory_links,
    v106_windows_against_link,
    v107_same_caregiver_at_once,
    v108_unequal_teams,
    v109_gap_shorter_than_visit,
    v110_too_many_different,
    v111_linked_to_impossible,
    v112_gaps_unused,
)
