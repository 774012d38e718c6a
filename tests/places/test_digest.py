"""The hash of a problem is that of its canonical JSON, whichever order its rows stand in."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import replace

from optimizer.places.digest import problem_hash
from optimizer.places.model import Applicant
from tests.places.small import small_problem


def test_it_is_the_hash_of_the_whole_text_read_in_pieces() -> None:
    """Rows as JSON texts, sorted, in one JSON object with sorted keys; strange names stand as they are."""
    odd = Applicant(id='引号"\\\n\ud800', town="甲镇")
    problem = replace(small_problem(), applicants=(*small_problem().applicants, odd))
    tables: dict[str, object] = {}
    for entry in dataclasses.fields(problem):
        value = getattr(problem, entry.name)
        if isinstance(value, tuple):
            rows = [{f.name: getattr(one, f.name) for f in dataclasses.fields(one) if f.name != "ext"} for one in value]
            tables[entry.name] = sorted(
                json.dumps(row, ensure_ascii=False, sort_keys=True, default=str) for row in rows
            )
        elif entry.name != "ext":
            tables[entry.name] = value
    text = json.dumps(tables, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert problem_hash(problem) == hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def test_order_never_matters_and_any_change_does() -> None:
    problem = small_problem()
    turned = replace(problem, applicants=problem.applicants[::-1], pools=problem.pools[::-1])
    assert problem_hash(turned) == problem_hash(problem)
    other = replace(problem, applicants=(replace(problem.applicants[0], town="乙"), *problem.applicants[1:]))
    assert problem_hash(other) != problem_hash(problem)
