"""What every page of one file shares: its parts, Leaflet, and the policy that forbids every request."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Sequence
from importlib.resources import files

__all__ = ["content_policy", "leaflet_script", "leaflet_style", "markup_safe", "page_part"]

_PARTS = files("optimizer.report.page")
_LEAFLET = "leaflet-1.9.4"


def page_part(name: str) -> str:
    """The text of a file of the page's parts."""
    return (_PARTS / name).read_text(encoding="utf-8")


def leaflet_script() -> str:
    """Leaflet with its licence before it and without the link to its source map."""
    licence = page_part(f"{_LEAFLET}-LICENSE.txt").replace("*/", "* /")
    code = re.sub(r"\n//# sourceMappingURL=.*\s*$", "\n", page_part(f"{_LEAFLET}.js"))
    return f"/*\n{licence}\n*/\n{code}"


def leaflet_style() -> str:
    """Leaflet's style without comments and without what names image files, which a single file does not have."""
    rules = re.sub(r"/\*.*?\*/", "", page_part(f"{_LEAFLET}.css"), flags=re.DOTALL)
    return re.sub(r"[^;{}]*url\([^)]*\)[^;}]*;", "", rules)


def content_policy(style: str, scripts: Sequence[str]) -> str:
    """A content security policy that lets the page run its own parts and ask for nothing."""
    allowed = " ".join(_digest(script) for script in scripts)
    return f"default-src 'none'; script-src {allowed}; style-src {_digest(style)}; base-uri 'none'; form-action 'none'"


def markup_safe(text: str) -> str:
    """Text that can stand in markup and that any encoder can write."""
    return html.escape(text.encode("utf-8", "replace").decode("utf-8"))


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
