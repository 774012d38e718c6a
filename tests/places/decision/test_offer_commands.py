"""``careplan places decide``, ``offers``, ``notices`` from an official result on."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import openpyxl
import pypdf
import pytest

from optimizer.common.errors import InputError
from optimizer.common.language import Language
from optimizer.io.places_decision_json import read_decision, read_frozen
from optimizer.places.decision.states import OPEN, OfferState
from optimizer.report.notices_pdf import NoticeOffice, notices_pdf
from tests.places.decision.test_draw_commands import changed, days, files, hash_of, invoke, refused, run

__all__ = ["days", "files"]
NUMBER = "05121923303308"
LETTER = ("--office", "某局托育科", "--contact", "某路 1 号，电话 0513-00000000", "--objections-until", "2026-06-20")


@pytest.fixture
def decided(files: dict[str, Path]) -> dict[str, Path]:
    """An official result, published and confirmed."""
    run("draw", files["frozen"], "--hash", hash_of(files), "--number", NUMBER)
    options = ("--policy", files["policy"], "--official", "--draw", files["draw"])
    run("allocate", files["frozen"], *options, "--out", files["result"])
    files["decision"] = files["result"].with_name("decision.json")
    files["answers"] = files["result"].with_name("answers.xlsx")
    files["pdf"] = files["result"].with_name("notices.pdf")
    run("decide", files["result"], "--to", "proposed", "--on", "2026-06-04", "--out", files["decision"])
    run("decide", files["decision"], "--to", "published", "--on", "2026-06-05", "--out", files["decision"])
    confirmed = ("--on", "2026-06-12", "--by", "某局局长办公会")
    run("decide", files["decision"], "--to", "confirmed", *confirmed, "--out", files["decision"])
    return files


def write_answers(
    path: Path, rows: list[tuple[object, ...]], head: tuple[str, ...] = ("申请编号", "答复", "日期")
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "答复"
    for row in (head, *rows):
        sheet.append(list(row))
    book.save(path)


def test_answers_call_the_next_and_everything_is_verified(decided: dict[str, Path]) -> None:
    before = read_decision(decided["decision"])
    first = next(one for one in before.offers if one.institution == "X" and one.state in OPEN)
    write_answers(decided["answers"], [(first.applicant, "放弃", "2026-06-13")])
    out = decided["decision"].with_name("decision2.json")
    options = (decided["answers"], "--on", "2026-06-13", "--out", out)
    said = run("offers", decided["frozen"], decided["decision"], *options)
    after = read_decision(out)
    called = [one.applicant for one in after.offers if one.called]
    assert called and all(name in said for name in called)
    run("check", decided["frozen"], out)
    changed(out, lambda raw: raw["offers"][0].update(answer_by="2027-01-01"))
    assert invoke("check", decided["frozen"], out).exit_code == 2


def test_notices_name_number_reason_objection_and_a_person(decided: dict[str, Path]) -> None:
    run("notices", decided["frozen"], decided["decision"], "--pdf", decided["pdf"], *LETTER)
    frozen, decision = read_frozen(decided["frozen"]), read_decision(decided["decision"])
    pages = [page.extract_text() for page in pypdf.PdfReader(decided["pdf"]).pages]
    assert len(pages) == len(frozen.problem.applicants)
    placed = {one.applicant for one in decision.offers if one.state is not OfferState.PROPOSED}
    assert decision.result.rules is not None
    made = notices_pdf(
        frozen.problem,
        decision.result.rules,
        decision,
        NoticeOffice(name="某局", contact="电话", objections_until=date(2026, 6, 20)),
        language=Language.ZH,
    )
    assert made.count == len(pages) and not made.findings
    chinese = [re.sub(r"[\s\0]", "", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(made.pdf)).pages]
    for number, text in zip(sorted(one.id for one in frozen.problem.applicants), chinese, strict=True):
        assert number in text and "2026-06-20" in text and "理由" in text and "由人重新审查" in text
        assert ("录取告知书" in text) == (number in placed)


def test_no_notice_before_a_person_has_confirmed(decided: dict[str, Path]) -> None:
    proposed = decided["decision"].with_name("proposed.json")
    run("decide", decided["result"], "--to", "proposed", "--on", "2026-06-04", "--out", proposed)
    assert refused("notices", decided["frozen"], proposed, "--pdf", decided["pdf"], *LETTER) == {"P840"}
    assert not decided["pdf"].exists()
    unknown = ("--applicant", "S9999")
    assert refused("notices", decided["frozen"], decided["decision"], "--pdf", decided["pdf"], *LETTER, *unknown) == {
        "P841"
    }


@pytest.mark.parametrize(
    ("rows", "head", "codes"),
    [
        ([("S9999", "接受", "2026-06-13")], ("申请编号", "答复", "日期"), {"P831"}),
        ([("S0001", "也许", "2026-06-13")], ("申请编号", "答复", "日期"), None),
        ([("S0001", "接受", "不知道")], ("申请编号", "答复", "日期"), None),
        ([("S0001", "接受", "2026-06-30")], ("申请编号", "答复", "日期"), None),
        ([("S0001", "接受")], ("申请编号", "答复"), None),
        ([(None, "接受", "2026-06-13")], ("申请编号", "答复", "日期"), None),
    ],
)
def test_broken_sheets_of_answers(
    decided: dict[str, Path], rows: list[tuple[object, ...]], head: tuple[str, ...], codes: set[str] | None
) -> None:
    write_answers(decided["answers"], rows, head)
    out = decided["decision"].with_name("decision2.json")
    with pytest.raises(InputError) as caught:
        invoke("offers", decided["frozen"], decided["decision"], decided["answers"], "--on", "2026-06-13", "--out", out)
    found = caught.value.findings
    assert found and all(one.code and one.where and one.action.zh and one.action.en for one in found)
    assert codes is None or {one.code for one in found} == codes
    assert not out.exists()
