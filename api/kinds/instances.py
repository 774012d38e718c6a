"""Names of the demonstration data; :mod:`api.kinds.demonstration` makes it."""

from __future__ import annotations

__all__ = ["INSTANCES"]

INSTANCES = ("toy", "hailing-150", "qidong-400", "places-toy", "places-hailing")
"""Bodies for ``POST /v1/visits/jobs``; those that begin with ``places`` for ``POST /v1/places/jobs``."""
