"""What this computer has drawn: one line a run, only ever added to, apart from the records beside the lists.

A record that was deleted, or a fixed list that was copied or renamed, is found here by the hash of the list, so that a
second draw is seen. The folder is ``CAREPLAN_STATE_HOME``, else the user's own folder for the state of programs.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from optimizer.places.decision.draw import DrawRun

__all__ = ["draw_log_path", "logged_runs", "note_run"]

_KEYS = ("number", "drawn_at", "reason")


def draw_log_path() -> Path:
    """Where the log lies."""
    own = os.environ.get("CAREPLAN_STATE_HOME")
    if own:
        return Path(own) / "draws.jsonl"
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "careplan" / "draws.jsonl"


def logged_runs(list_hash: str) -> tuple[DrawRun, ...]:
    """The runs of a list that this computer knows of, in their order; lines that cannot be read are passed over."""
    path = draw_log_path()
    if not path.exists():
        return ()
    runs = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            raw = json.loads(line)
            if raw["list_hash"] == list_hash:
                runs.append(DrawRun(**{key: str(raw[key]) for key in _KEYS}))
        except (ValueError, KeyError, TypeError):
            continue
    return tuple(runs)


def note_run(list_hash: str, run: DrawRun) -> None:
    """Add a run.

    Raises
    ------
    OSError
        The log cannot be written.
    """
    path = draw_log_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    row = {"list_hash": list_hash, **{key: getattr(run, key) for key in _KEYS}}
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
