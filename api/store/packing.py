"""JSON as it is stored: compact and compressed."""

from __future__ import annotations

import json
import zlib
from typing import Any

__all__ = ["pack", "unpack", "unpack_bytes"]


def pack(value: Any) -> bytes:
    """A JSON value as compressed UTF-8 text, no blanks; not-a-number is refused."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8"), 1)


def unpack_bytes(data: bytes) -> bytes:
    """The text of a stored value."""
    return zlib.decompress(data)


def unpack(data: bytes) -> Any:
    """A stored value."""
    return json.loads(zlib.decompress(data))
