"""The class a child belongs to at the entry date, in completed months."""

from __future__ import annotations

from datetime import date

from optimizer.places.model import AgeClass, Applicant
from optimizer.places.policy import Policy

__all__ = ["class_of", "completed_months", "fits_mixed"]


def completed_months(born: date, on: date) -> int:
    """Whole months lived on a day; a child born on the 31st completes a month on the last day of a shorter one."""
    months = (on.year - born.year) * 12 + on.month - born.month
    last_day = (date(on.year + on.month // 12, on.month % 12 + 1, 1) - date(on.year, on.month, 1)).days
    return months if on.day >= min(born.day, last_day) else months - 1


def class_of(applicant: Applicant, policy: Policy) -> AgeClass | None:
    """The class type of an applicant; ``None`` where the months fit no band or nothing is known."""
    if applicant.age_class is not None:
        return applicant.age_class
    if applicant.birth_date is None or policy.entry_date is None:
        return None
    months = completed_months(applicant.birth_date, policy.entry_date)
    return next((band.age_class for band in policy.age_bands if band.from_months <= months <= band.to_months), None)


def fits_mixed(applicant: Applicant, policy: Policy) -> bool:
    """Whether a mixed class may take the child; without a date of birth every class type but infants may."""
    own = class_of(applicant, policy)
    if own is None or own is AgeClass.INFANT:
        return False
    if applicant.birth_date is None or policy.entry_date is None:
        return True
    return completed_months(applicant.birth_date, policy.entry_date) >= policy.mixed_from_months
