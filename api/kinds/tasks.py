"""What can be done with a city's tables."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Task"]


class Task(StrEnum):
    """What is asked for."""

    ALLOCATE = "allocate"
    PAIR = "pair"
    CLUSTER = "cluster"
    SITE = "site"
