"""Tables in Markdown from the rows of a series."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

from benchmarks.contenders import CONTENDERS

__all__ = ["conditions", "instance_table", "summary_table", "what_cannot_be_expressed"]

Row = Mapping[str, str]


def conditions(rows: Sequence[Row]) -> str:
    """One paragraph: commit, processor, versions, dates, how busy the machine was."""

    def all_of(name: str) -> str:
        return ", ".join(sorted({row[name] for row in rows if row[name]}))

    loads = [float(row["load"]) for row in rows if row["load"]]
    parts = [
        f"Commit {all_of('commit')}",
        f"{all_of('cpu')}, {all_of('cores')} cores, one used",
        f"Python {all_of('python')}",
        f"peers {', '.join(v for v in all_of('version').split(', ') if v != 'careplan') or 'none'}",
        f"{min(row['date'] for row in rows)[:10]}",
        f"load of the machine before the runs {min(loads):.1f} to {max(loads):.1f}" if loads else "",
    ]
    return "; ".join(part for part in parts if part) + "."


def instance_table(rows: Sequence[Row]) -> str:
    """One line an instance and limit, one column a contender; the best of a line is bold."""
    names = _contenders(rows)
    lines = [
        "| instance | visits | s | " + " | ".join(names) + " |",
        "|---|---|---|" + "---|" * len(names),
    ]
    for (instance, limit), group in _grouped(rows, "instance", "limit_s").items():
        cells = {name: [row for row in group if row["contender"] == name] for name in names}
        best = min((_rank(runs) for runs in cells.values() if _ok(runs)), default=None)
        texts = [_cell(runs, is_best=_ok(runs) and _rank(runs) == best) for runs in cells.values()]
        visits = next((row["visits"] for row in group if row["visits"]), "")
        lines.append(f"| {_short(instance)} | {visits} | {limit} | " + " | ".join(texts) + " |")
    return "\n".join(lines)


def summary_table(rows: Sequence[Row]) -> str:
    """Mean and worst gap of each contender over the instances with a best known value, by family and limit."""
    known = [row for row in rows if row["gap_pct"]]
    names = _contenders(known)
    lines = [
        "| family | s | " + " | ".join(names) + " |",
        "|---|---|" + "---|" * len(names),
    ]
    families = _grouped([{**row, "family": _family(row["instance"])} for row in known], "family", "limit_s")
    for (family, limit), group in families.items():
        instances = {row["instance"] for row in rows if _family(row["instance"]) == family and row["limit_s"] == limit}
        texts = []
        for name in names:
            gaps = [float(row["gap_pct"]) for row in group if row["contender"] == name]
            count = len({row["instance"] for row in group if row["contender"] == name})
            texts.append(
                f"{_percent(fmean(gaps))} / {_percent(max(gaps))} ({count} of {len(instances)})" if gaps else "–"
            )
        lines.append(f"| {family} | {limit} | " + " | ".join(texts) + " |")
    return "\n".join(lines) if known else ""


def what_cannot_be_expressed(rows: Sequence[Row]) -> str:
    """A line for each contender and family that says which rules it has no way to state."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if row["status"] == "cannot express":
            key = row["contender"], _family(row["instance"])
            found.setdefault(key, set()).update(row["notes"].split(", "))
    lines = [
        f"- {contender} cannot express of {family}: {', '.join(sorted(rules))}."
        for (contender, family), rules in sorted(found.items())
    ]
    return "\n".join(lines)


def _cell(runs: Sequence[Row], *, is_best: bool) -> str:
    if not runs:
        return ""
    if not _ok(runs):
        words = {row["status"] for row in runs if row["status"] != "ok"}
        return "–" if words <= {"cannot express", "absent"} else ", ".join(sorted(words))
    left = max((int(row["mandatory_left_out"]), int(row["optional_left_out"])) for row in runs)
    gaps = [float(row["gap_pct"]) for row in runs if row["gap_pct"]]
    if len(gaps) == len(runs):
        text = _percent(fmean(gaps)) + (f" / {_percent(max(gaps))}" if len(runs) > 1 else "")
    else:
        costs = [float(row["cost"]) for row in runs]
        text = f"{_number(fmean(costs))}" + (f" / {_number(max(costs))}" if len(runs) > 1 else "")
    if any(left):
        text += f" ({left[0]} + {left[1]} left out)"
    return f"**{text}**" if is_best else text


def _percent(value: float) -> str:
    return f"{round(value, 2) + 0.0:+.2f} %".replace("+0.00", "0.00")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10_000 else f"{value:,.1f}"


def _ok(runs: Sequence[Row]) -> bool:
    return bool(runs) and all(row["status"] == "ok" for row in runs)


def _rank(runs: Sequence[Row]) -> tuple[float, float]:
    return fmean(int(row["mandatory_left_out"]) for row in runs), fmean(float(row["cost"]) for row in runs)


def _contenders(rows: Iterable[Row]) -> list[str]:
    present = {row["contender"] for row in rows if row["status"] != "absent"}
    return [name for name in CONTENDERS if name in present]


def _grouped(rows: Sequence[Row], *keys: str) -> dict[tuple[str, ...], list[Row]]:
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    return groups


def _family(instance: str) -> str:
    """``hhcrsp mankowska``, ``vrptw``, ``made`` …"""
    kind, _, rest = instance.partition(":")
    return f"{kind} {rest.split('/')[0]}" if "/" in rest else kind


def _short(instance: str) -> str:
    """The name without what every name of its family has in common."""
    kind, _, rest = instance.partition(":")
    name = rest.split("/")[-1].removesuffix(".json").removesuffix(".txt").replace(".vrp", "")
    for common in ("InstanzCPLEX_HCSRP_", "InstanzVNS_HCSRP_", "HHCRSP_", "instance_"):
        name = name.removeprefix(common)
    family = _family(instance)
    return f"{family.split()[-1]} {name}" if kind in ("hhcrsp", "vrptw") else f"{kind} {name}"
