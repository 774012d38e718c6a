"""The visits that nobody can do, by the step at which the last caregiver drops out."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.visits.model import Visit
from optimizer.visits.validate.context import Context
from optimizer.visits.validate.staffing import Hindrance, Step

__all__ = ["hindered"]


def hindered(context: Context, step: Step) -> Iterator[tuple[str, Visit, Hindrance]]:
    """The visits that fail at a step; none where nobody is on duty, which is a finding of its own."""
    if not context.on_duty:
        return
    for i, visit in context.sound_visits:
        hindrance = context.hindrances.get(visit.id)
        if hindrance is not None and hindrance.step is step:
            yield f"visits[{i}]", visit, hindrance
