"""Which reports a job of each kind has; who makes them is in :mod:`api.kinds.calls`."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

__all__ = ["CONTENT_TYPES", "REPORTS", "calendar_of"]

CONTENT_TYPES: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "geojson": "application/geo+json",
    "ics": "application/zip",
    "pdf": "application/pdf",
}
"""Every report by name, with its type of content."""

REPORTS: Mapping[str, tuple[str, ...]] = {"visits": tuple(CONTENT_TYPES), "places": ("xlsx", "html")}
"""Names of the reports by kind of job."""


def calendar_of(archive: bytes, caregiver: str) -> bytes | None:
    """One caregiver's calendar out of the archive of all; ``None`` where there is none."""
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        found = (one.filename for one in files.infolist() if one.comment.decode("utf-8") == caregiver)
        name = next(found, None)
        return None if name is None else files.read(name)
