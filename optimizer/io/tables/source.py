"""Which cell a part of the problem came from, so that a finding about the problem is shown where it was typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from optimizer.common.errors import Finding

__all__ = ["TableSource"]

_HEAD = re.compile(r'(\w+)\[(?:(\d+)|"((?:[^"\\]|\\.)*)")\]')
_LAST_STEP = re.compile(r"""(?:\.\w+|\[(?:\d+|"(?:[^"\\]|\\.)*")\])$""")


@dataclass(frozen=True, slots=True)
class TableSource:
    """The cells of a problem that was read from tables.

    Attributes
    ----------
    name
        What the input as a whole is called.
    places
        Cell by path: ``visits["W-1"].windows`` → ``上门任务!F18``, ``visits["W-1"]`` → the cell of its id.
    ids
        For each tuple of the problem the ids in its order, so that ``visits[17]`` finds its way too.
    """

    name: str
    places: Mapping[str, str]
    ids: Mapping[str, tuple[str, ...]]

    def locate(self, path: str) -> str:
        """The cell of a path, or of the nearest thing that holds it; the path itself where nothing is known.

        Paths name an element by index (``visits[17].windows[0].latest_t``) or by id (``visits["W-1"].windows``).
        """
        step = self._by_id(path)
        while step:
            if step in self.places:
                return self.places[step]
            shorter = _LAST_STEP.sub("", step)
            if shorter == step:
                break
            step = shorter
        return path

    def at_cells(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings with their paths replaced by cells."""
        return tuple(replace(finding, where=self.locate(finding.where)) for finding in findings)

    def _by_id(self, path: str) -> str:
        head = _HEAD.match(path)
        if head is None or head[2] is None:
            return path
        names = self.ids.get(head[1], ())
        index = int(head[2])
        if index >= len(names):
            return path
        return f'{head[1]}["{names[index]}"]{path[head.end() :]}'
