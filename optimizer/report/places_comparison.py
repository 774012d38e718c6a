"""Both rules side by side, as the rows of a table: the same for the terminal, the page and the workbook."""

from __future__ import annotations

from optimizer.common.language import Text
from optimizer.places.compare import Comparison
from optimizer.places.result import AllocationRule

__all__ = ["comparison_lead", "comparison_rows"]

Figure = int | None

_FIGURES = {
    "placed": Text("安排", "placed"),
    "unplaced": Text("未安排", "not placed"),
    "total_distance_m": Text("总路程（米）", "metres in all"),
    "largest_distance_m": Text("最远（米）", "largest distance (m)"),
    "p90_distance_m": Text("九成不超过（米）", "90 % within (m)"),
    "beyond_limit": Text("超过距离上限", "beyond the limit"),
    "incumbents": Text("保留原位", "keep the place held"),
}


def comparison_rows(both: Comparison) -> list[tuple[Text, Figure, Figure]]:
    """Figure, under ``stable``, under ``served``: totals, justified envy, distances, and how many of each class."""
    stable, served = (both.results[rule].summary for rule in AllocationRule)
    rows: list[tuple[Text, Figure, Figure]] = [
        (name, stable[key], served[key]) for key, name in _FIGURES.items() if key in stable
    ]
    envy = Text("有理由不服的人（家）", "with justified envy")
    rows.insert(2, (envy, both.envy[AllocationRule.STABLE], both.envy[AllocationRule.SERVED]))
    names = {one.id: one.name for one in both.policy.enabled_classes}
    others = Text("其余", "others")
    for key in stable["by_class"]:
        name = names.get(key, others)
        title = Text(f"安排：{name.zh}", f"placed: {name.en}") if names else Text("安排：全部", "placed: everybody")
        rows.append((title, stable["by_class"][key]["placed"], served["by_class"][key]["placed"]))
    return rows


def comparison_lead(both: Comparison) -> Text:
    """The comparison in one sentence."""
    stable, served = (both.results[rule].summary["placed"] for rule in AllocationRule)
    calm, envy = (both.envy[rule] for rule in AllocationRule)
    return Text(
        f"安排（有理由不服的人或家）：stable {stable:,}（{calm:,}），served {served:,}（{envy:,}）",
        f"placed (with justified envy): stable {stable:,} ({calm:,}), served {served:,} ({envy:,})",
    )
