"""The comparison of "why not" with runs of their own finds what is wrong, and finds nothing where all is right."""

from __future__ import annotations

from dataclasses import replace

import pytest

import benchmarks.places_why as why
from optimizer.places.explain import WhyAnswer, WhyBook
from tests.places.small import small_policy
from tests.places.test_explain import drawn_market


def test_every_answer_agrees() -> None:
    asked, runs, refusals, wrong = why.disagreements(drawn_market(1), small_policy(), "7", 40)
    assert asked == 40
    assert runs > 40
    assert refusals > 0
    assert wrong == []


def test_a_wrong_answer_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Liar(WhyBook):
        def answer(self, applicant: str) -> WhyAnswer:
            true = super().answer(applicant)
            return replace(true, choices=tuple(replace(one, given=not one.given) for one in true.choices))

    monkeypatch.setattr(why, "WhyBook", Liar)
    _, runs, _, wrong = why.disagreements(drawn_market(1), small_policy(), "7", 5)
    assert len(wrong) == runs > 0
