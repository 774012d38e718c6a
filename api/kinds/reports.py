"""Which reports a job of each kind has, and who makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from api.kinds.places_reports import report_of_places
from api.kinds.visits_reports import report_of_visits

__all__ = ["CONTENT_TYPES", "REPORTS", "Report"]

CONTENT_TYPES: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "geojson": "application/geo+json",
    "ics": "application/zip",
    "pdf": "application/pdf",
}
"""Every report by name, with its type of content."""

Report = Callable[[bytes, bytes | None, bytes, str, str], bytes | None]
"""Of a stored input, its matrix, a result, the name of the report, and a language; ``None``: there is none."""

REPORTS: Mapping[str, tuple[Report, tuple[str, ...]]] = {
    "visits": (report_of_visits, tuple(CONTENT_TYPES)),
    "places": (report_of_places, ("xlsx", "html")),
}
"""By kind of job."""
