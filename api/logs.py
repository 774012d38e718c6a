"""Logs as JSON, one object a line: ids, counts and times, never a name, an address or a coordinate."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from types import TracebackType

__all__ = ["set_up_logs"]

_PLAIN = frozenset(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {"message", "asctime", "taskName"}
_ALLOWED = (str, int, float, bool, type(None))


class _JsonFormatter(logging.Formatter):
    """Fields of ``extra`` beside the message. Of an exception only its type and where it came from: its text may
    quote the input."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage() if record.name.startswith(("careplan", "uvicorn")) else record.msg,
        }
        line |= {
            name: value
            for name, value in record.__dict__.items()
            if name not in _PLAIN and isinstance(value, _ALLOWED) and not name.startswith("color")
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = _places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-8:]
    return [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]


def set_up_logs(level: str) -> None:
    """Send every log of this process to standard error as JSON."""
    sink = logging.StreamHandler(sys.stderr)
    sink.setFormatter(_JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [sink]
    root.setLevel(level)
    logging.getLogger("uvicorn.access").disabled = True  # its lines hold paths, which hold the users' ids
    for noisy in ("alembic", "numba", "matplotlib", "fontTools", "httpx"):
        logging.getLogger(noisy).setLevel("WARNING")
