"""The comparison of "why not" with runs of their own finds what is wrong, and finds nothing where all is right."""

from __future__ import annotations

import pytest

import benchmarks.places_why as why
from optimizer.places.explain import WhyAnswer, explain_applicant
from tests.places.small import small_policy
from tests.places.test_explain import drawn_market


def test_every_answer_agrees() -> None:
    asked, runs, wrong = why.disagreements(drawn_market(1), small_policy(), "7", 40)
    assert asked == 40
    assert runs > 40
    assert wrong == []


def test_a_wrong_answer_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def turned(*arguments: object) -> WhyAnswer:
        answer = explain_applicant(*arguments)  # type: ignore[arg-type]
        choices = tuple(type(one)(**{**_fields(one), "given": not one.given}) for one in answer.choices)
        return type(answer)(**{**_fields(answer), "choices": choices})

    monkeypatch.setattr(why, "explain_applicant", turned)
    _, runs, wrong = why.disagreements(drawn_market(1), small_policy(), "7", 5)
    assert len(wrong) == runs


def _fields(one: object) -> dict[str, object]:
    return {name: getattr(one, name) for name in type(one).__dataclass_fields__}  # type: ignore[attr-defined]
