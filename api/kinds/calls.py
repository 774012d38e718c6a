"""What the desk is asked to do, by kind of job. Each call loads what it needs where it is made: in a process of the
desk, never in the server.
"""

from __future__ import annotations

from typing import Any

from api.kinds.envelope import Limits
from api.kinds.refusal import Refused
from api.kinds.upload import Submission, Upload

__all__ = [
    "body_shapes",
    "check",
    "demonstration",
    "explain",
    "load",
    "read_job",
    "report",
    "solve_toy",
    "validate",
]


def load() -> None:
    """Load what most answers need, so that the first that asks does not wait for it."""
    from api.kinds import places_run, visits_questions  # noqa: F401


def read_job(kind: str, data: bytes | Upload, limits: Limits) -> Submission | Refused:
    """Judge a request for a job; everything that is wrong with it comes back at once."""
    if kind == "visits":
        from api.kinds.visits_input import read_visits

        return read_visits(data, limits)
    from api.kinds.places_input import read_places_job

    return read_places_job(data, limits)


def check(kind: str, data: bytes, limits: Limits) -> dict[str, Any] | Refused:
    """Judge a plan or a result that was made by anybody."""
    if kind == "visits":
        from api.kinds.visits_questions import check_visits

        return check_visits(data, limits)
    from api.kinds.places_run import check_places

    return check_places(data, limits)


def validate(kind: str, data: bytes | Upload, limits: Limits) -> dict[str, Any] | Refused:
    """All findings about a problem."""
    if kind == "visits":
        from api.kinds.visits_questions import validate_visits

        return validate_visits(data, limits)
    from api.kinds.places_run import validate_places

    return validate_places(data, limits)


def explain(kind: str, body: bytes, matrix: bytes | None, result: bytes, subject: str) -> dict[str, Any] | Refused:
    """Why a visit or an applicant of a finished job is where it is."""
    if kind == "visits":
        from api.kinds.visits_questions import explain_stored_visit

        return explain_stored_visit(body, matrix, result, subject)
    from api.kinds.places_run import explain_stored_applicant

    return explain_stored_applicant(body, result, subject)


def report(kind: str, body: bytes, matrix: bytes | None, result: bytes, name: str, language: str) -> bytes | None:
    """A report of a finished job by its name (see :mod:`api.kinds.reports`); ``None``: there is none."""
    if kind == "visits":
        from api.kinds.visits_reports import report_of_visits

        return report_of_visits(body, matrix, result, name, language)
    from api.kinds.places_reports import report_of_places

    return report_of_places(body, result, name, language)


def demonstration(name: str) -> dict[str, Any]:
    """A body that can be sent as it is."""
    from api.kinds import demonstration as invented

    return invented.demonstration(name)


def solve_toy() -> dict[str, Any]:
    """Whether a plan can be made at all."""
    from api.kinds import demonstration as invented

    return invented.solve_toy()


def body_shapes() -> tuple[dict[str, Any], dict[str, Any]]:
    """The schemas of all bodies, and an example of each."""
    from api.kinds.shapes import body_examples, body_schemas

    return body_schemas(), body_examples()
