"""Whole numbers that keep given shares: made days keep their shares exactly, not only on average."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["apportion"]


def apportion(total: int, weights: Sequence[float], most: Sequence[int] | None = None) -> list[int]:
    """Split a whole number in proportion to weights, by largest remainders (ties: the first).

    Parameters
    ----------
    total
        The number to split, zero or more.
    weights
        Non-negative weights.
    most
        Largest number for each part; what does not fit goes to the other parts.

    Raises
    ------
    ValueError
        ``most`` does not hold the total, where a weight of zero holds nothing.
    """
    limits = list(most) if most is not None else [total] * len(weights)
    limits = [limit if weight else 0 for limit, weight in zip(limits, weights, strict=True)]
    if sum(limits) < total:
        raise ValueError(f"cannot split {total} over weights {list(weights)} and limits {limits}")
    exact = [total * weight / sum(weights) if total else 0.0 for weight in weights]
    parts = [min(int(share), limit) for share, limit in zip(exact, limits, strict=True)]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    while sum(parts) < total:
        for i in order:
            if sum(parts) < total and parts[i] < limits[i]:
                parts[i] += 1
    return parts
