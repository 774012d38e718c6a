"""Loaded by Schemathesis: every second problem that it makes up is replaced by one that exists.

What it makes up is refused for good reasons that no schema can say, since ids must name each other; so options would
never be tried on a problem that can be solved.
"""

from __future__ import annotations

import json
from typing import Any

import schemathesis

from api.kinds.demonstration import demonstration

PROBLEMS = {name: demonstration(name)["problem"] for name in ("toy", "places-toy")}


@schemathesis.hook
def map_body(context: schemathesis.HookContext, body: Any) -> Any:
    """The body with a problem that exists, for about every second one."""
    if context.operation is None or not isinstance(body, dict) or not isinstance(body.get("problem"), dict):
        return body
    if len(json.dumps(body, default=str)) % 2:
        return body
    name = "places-toy" if context.operation.path.startswith("/v1/places/") else "toy"
    return {**body, "problem": PROBLEMS[name]}
