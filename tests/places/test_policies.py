"""The policies that are shipped: read whole, true to the documents, and nothing in force that no document fixes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from optimizer.common.errors import InputError
from optimizer.places.ages import class_of, completed_months
from optimizer.places.model import AgeClass, Applicant
from optimizer.places.policy import CriterionKind, Source
from optimizer.places.policy_text import POLICY_NAMES, policy_hash, policy_of_bytes, shipped_policy


def _sources(value: Any) -> Iterator[Source]:
    if isinstance(value, Source):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _sources(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _sources(one)
    elif is_dataclass(value):
        for one in fields(value):
            yield from _sources(getattr(value, one.name))


@pytest.mark.parametrize("name", POLICY_NAMES)
def test_only_what_a_document_fixes_is_in_force(name: str) -> None:
    policy = shipped_policy(name)
    assert policy.id == name
    assert not policy.is_official
    for one in (*policy.classes, *policy.reserves):
        assert one.enabled != one.example
        assert not one.enabled or (one.source.document and one.source.phrase)
    for step in policy.enabled_order:
        assert step.kind is CriterionKind.CLASS or (step.source.document and step.source.phrase)


@pytest.mark.parametrize("name", POLICY_NAMES)
def test_phrases_are_verbatim(name: str, shared_data: Path) -> None:
    folder = shared_data.parent / "seeds"
    if not folder.is_dir():
        pytest.skip(f"the documents are not here (looked for {folder})")
    texts = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt")))
    bare = "".join(texts.split())
    for source in _sources(shipped_policy(name)):
        assert "".join(source.phrase.split()) in bare


def test_policies_differ_in_their_hash() -> None:
    assert len({policy_hash(shipped_policy(name)) for name in POLICY_NAMES}) == len(POLICY_NAMES)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("id = ", "P902"),
        ("id = 'x'", "P905"),
        ("id = 'x'\nname = {zh='x', en='x'}\nlottery = 1", "P903"),
        ("id = 3\nname = {zh='x', en='x'}", "P904"),
        ("id = 'x'\nname = {zh='x', en='x'}\nkind = 'prison'", "P904"),
        ("id = 'x'\nname = {zh='x', en='x'}\nclasses = 3", "P904"),
        ("id = 'x'\nname = {zh='x', en='x'}\n[[order]]\nkind = 'class'\nrank = 2", "P903"),
    ],
)
def test_broken_policies_end_in_findings(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        policy_of_bytes(text.encode(), where="policy.toml")
    assert code in {one.code for one in caught.value.findings}


def test_there_is_no_such_policy() -> None:
    with pytest.raises(InputError) as caught:
        shipped_policy("nowhere")
    assert caught.value.findings[0].code == "P901"


@pytest.mark.parametrize(
    ("born", "months"),
    [
        (date(2025, 9, 1), 12),
        (date(2025, 9, 2), 11),
        (date(2024, 8, 31), 24),
        (date(2024, 2, 29), 30),
    ],
)
def test_completed_months(born: date, months: int) -> None:
    assert completed_months(born, date(2026, 9, 1)) == months


def test_a_month_is_complete_on_the_last_day_of_a_shorter_one() -> None:
    assert completed_months(date(2025, 12, 31), date(2026, 2, 28)) == 2
    assert completed_months(date(2025, 12, 31), date(2026, 2, 27)) == 1


def test_twelve_months_are_another_class_in_hailing_than_in_qidong() -> None:
    child = Applicant(id="A", birth_date=date(2025, 9, 1))
    on = {"entry_date": date(2026, 9, 1)}
    qidong = replace(shipped_policy("qidong-childcare"), **on)
    hailing = replace(shipped_policy("hailing-childcare"), **on)
    assert class_of(child, qidong) is AgeClass.TODDLER
    assert class_of(child, hailing) is AgeClass.INFANT
