"""Temperatures and shares of moves, from what a problem is like."""

from __future__ import annotations

from optimizer.visits.search.journal import POOLED
from optimizer.visits.search.session import Cooling, Session

__all__ = ["cooling_for", "probe_cooling"]


TARDY = 0.25
"""Cost of tardiness beside that of travel from which a day has several very different good plans."""

LONG, LONG_TARDY = 500e3, 100e3
"""Iterations for each task that are enough for one cooling; what is more cools again."""


def probe_cooling(session: Session) -> Cooling:
    """A fast cooling that shows how much of the cost is tardiness."""
    step = _step(session)
    return Cooling(start=0.3 * step, end=0.03 * step)


def cooling_for(session: Session, iterations: float) -> Cooling:
    """The cooling of the run.

    Hard windows begin cool (0.15 of the mean travel), optional visits hot (1.5), soft windows in between and the hotter
    the more of the cost is tardiness and the more iterations there are for each task; all measured. A cooling ends in
    one of two or three very different plans, above all where much of the cost is tardiness, so a run that is long for
    its day cools down a few times and keeps the best: from about half a million iterations for each task on, the ends
    are as good as those of one cooling, by runs on five days of 100 to 200 patients, and a bad one is made good. Where
    tardiness costs more than travel, up to eight mean trips of heat are worth it.
    """
    kernel, step = session.kernel, _step(session)
    totals, weight = kernel.totals[0], kernel.weight[0]
    optional = bool((kernel.visit.mandatory == 0).any()) or kernel.counter[POOLED] > 0
    if optional:
        return Cooling(start=1.5 * step, end=1.5 * step / 200.0, ruin_share=0.03)
    if weight.tardiness == 0.0 and weight.hard:
        return Cooling(start=0.15 * step, end=0.0015 * step)
    late = weight.tardiness * float(totals.tardiness) + weight.worst * float(totals.worst)
    share = late / max(1e-9, weight.travel * float(totals.travel))
    for_each = iterations / max(1, len(kernel.able))
    times = min(4, max(1, round(for_each / (LONG_TARDY if share > TARDY else LONG))))
    heat = min(1.5, max(0.3, for_each / times / 400e3))
    heat += min(2.5, 2.0 * share + 4.0 * share**2) + min(5.5, 8.0 * max(0.0, share - 0.7))
    return Cooling(start=step * heat, end=0.01 * step, times=times)


def _step(session: Session) -> float:
    """What one mean trip costs."""
    weight = session.kernel.weight[0]
    return max(1e-9, session.setup.mean_travel * max(weight.travel, weight.tardiness))
