"""告知书: a printed page for every applicant (录取, 候补, 未安排), by application number, once a person has confirmed.

Each names the reason, how to object, and the right to have a person decide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from fpdf import FPDF

from optimizer.common.errors import Finding, InputError, Severity
from optimizer.common.language import Language, Text
from optimizer.places.decision.states import HELD, OPEN, Decision, Offer, OfferState, Stage
from optimizer.places.explain import WhyBook
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import Policy
from optimizer.report.font import FAMILY, font_path, missing_glyphs, printable

__all__ = ["NoticeOffice", "Notices", "notices_pdf"]

_ADMITTED = Text("录取告知书", "Notice of a place")
_WAITING = Text("候补告知书", "Notice of a place on the waiting list")
_NONE = Text("未安排告知书", "Notice that no place could be given")
_LEFT, _WIDTH, _SIZE, _LINE = 22.0, 166.0, 11.5, 7.2
_SHOWN_CHOICES = 8


@dataclass(frozen=True, kw_only=True)
class NoticeOffice:
    """Who sends the notices, where to object, and until when."""

    name: str
    contact: str
    objections_until: date


@dataclass(frozen=True, kw_only=True)
class Notices:
    """The file, how many notices it holds, and a warning (``W501``) for each character that the font lacks."""

    pdf: bytes
    count: int
    findings: tuple[Finding, ...]


def notices_pdf(
    problem: PlacesProblem,
    policy: Policy,
    decision: Decision,
    office: NoticeOffice,
    *,
    only: Collection[str] | None = None,
    language: Language = Language.ZH,
) -> Notices:
    """The notices of a confirmed decision, sorted by application number.

    Parameters
    ----------
    only
        Application numbers to print; all by default.

    Raises
    ------
    InputError
        ``P840``: the decision is not confirmed; ``P841``: an application number is not in it.
    """
    if decision.stage is not Stage.CONFIRMED:
        found = Text("结果还没有确认，不发告知书", "the result is not confirmed: no notices are sent")
        action = Text("先公示、由人确认", "publish it, and have a person confirm it")
        raise InputError([Finding(code="P840", where="decision", found=found, action=action)])
    names = _names(problem, decision, only)
    book = WhyBook(problem, policy, decision.result)
    houses = {one.id: one.name or one.id for one in problem.institutions}
    day = decision.steps[-1].on
    pdf = _document(day)
    texts: list[str] = []
    for name in names:
        title, lines = _notice(name, policy, decision, office, book, houses)
        texts += _draw(pdf, title.in_(language), [line.in_(language) for line in lines])
    missing = missing_glyphs(texts)
    return Notices(pdf=bytes(pdf.output()), count=len(names), findings=tuple(_missing(missing)))


def _names(problem: PlacesProblem, decision: Decision, only: Collection[str] | None) -> list[str]:
    known = {one.id for one in problem.applicants} - set(decision.withdrawn)
    unknown = sorted(set(only or ()) - known)
    if unknown:
        found = Text("没有这个申请编号，或已撤回", "no such application number, or withdrawn")
        action = Text("核对编号", "check the number")
        raise InputError(
            [Finding(code="P841", where="--applicant", found=found, action=action, ids=tuple(unknown[:5]))]
        )
    return sorted(known if only is None else set(only))


def _notice(
    name: str, policy: Policy, decision: Decision, office: NoticeOffice, book: WhyBook, houses: dict[str, str]
) -> tuple[Text, list[Text]]:
    own = [one for one in decision.offers if one.applicant == name]
    held = [one for one in own if one.state in HELD]
    why = book.answer(name)
    lines = [Text(f"申请编号：{name}", f"Application number: {name}")]
    if held:
        title = _ADMITTED
        lines += _place(held[-1], houses)
    else:
        title = _WAITING if why.choices else _NONE
        lines += _no_place(own)
    lines.append(
        Text(
            f"理由：{why.text.zh}。摇号名次 {why.lottery_rank}。",
            f"Reason: {why.text.en}. Rank in the draw: {why.lottery_rank}.",
        )
    )
    for one in why.choices[:_SHOWN_CHOICES]:
        lines.append(
            Text(
                f"· 第 {one.choice} 志愿 {houses.get(one.institution, one.institution)}：{one.text.zh}",
                f"- choice {one.choice}, {houses.get(one.institution, one.institution)}: {one.text.en}",
            )
        )
    return title, [*lines, *_rights(policy, decision, office)]


def _place(one: Offer, houses: dict[str, str]) -> Iterator[Text]:
    house = houses.get(one.institution, one.institution)
    word = Text("递补录取", "called from the waiting list") if one.called else Text("录取", "a place is given")
    yield Text(f"结果：{word.zh}，{house}（{one.pool}）。", f"Result: {word.en}, {house} ({one.pool}).")
    if one.state in OPEN and one.answer_by is not None:
        yield Text(
            f"请于 {one.answer_by} 前（含当日）答复接受或放弃；逾期未答复的，位置给下一位。",
            f"Please accept or decline by {one.answer_by}; without an answer the place goes to the next in order.",
        )
    if one.state is OfferState.ACCEPTED:
        yield Text("已确认接受，不需要再答复。", "It is accepted; nothing more needs to be answered.")


def _no_place(own: list[Offer]) -> Iterator[Text]:
    last = own[-1] if own else None
    if last is not None and last.state in (OfferState.DECLINED, OfferState.EXPIRED):
        refused = (
            Text("放弃", "declined")
            if last.state is OfferState.DECLINED
            else Text("逾期未答复", "not answered in time")
        )
        yield Text(f"结果：原录取的位置已{refused.zh}。", f"Result: the place offered was {refused.en}.")
        return
    yield Text("结果：这次没有安排到位置。", "Result: no place could be given this time.")


def _rights(policy: Policy, decision: Decision, office: NoticeOffice) -> Iterator[Text]:
    step = decision.steps[-1]
    yield Text(
        f"依据：{policy.name.zh}（{policy.number}，第 {policy.version} 版）。",
        f"Under: {policy.name.en} ({policy.number}, version {policy.version}).",
    )
    yield Text(
        f"如有异议，请在 {office.objections_until} 前向本单位提出：{office.contact}。",
        f"You may object until {office.objections_until}: {office.contact}.",
    )
    yield Text(
        "名单由程序按公布的规则排出，由人确认。您有权要求说明，有权拒绝仅由自动化方式作出的决定，要求由人重新审查决定。",
        "The list was made by a program under the published rule and confirmed by a person. You may ask why, "
        "refuse a decision made by a machine alone, and have a person review and decide.",
    )
    yield Text(f"{office.name}　{step.on}（{step.by} 确认）", f"{office.name}, {step.on} (confirmed by {step.by})")


def _document(day: date) -> Any:
    pdf = FPDF(orientation="portrait", unit="mm", format="A4")
    pdf.set_auto_page_break(True, margin=18)
    pdf.set_creation_date(datetime.combine(day, time(), tzinfo=UTC))
    pdf.set_creator("careplan")
    pdf.add_font(FAMILY, fname=font_path())
    return pdf


def _draw(pdf: Any, title: str, lines: list[str]) -> list[str]:
    pdf.add_page()
    pdf.set_left_margin(_LEFT)
    pdf.set_font(FAMILY, size=20)
    pdf.set_y(24)
    pdf.cell(w=_WIDTH, h=12, text=printable(title), align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(6)
    pdf.set_font(FAMILY, size=_SIZE)
    for line in lines:
        pdf.multi_cell(
            w=_WIDTH, h=_LINE, text=printable(line), align="L", new_x="LMARGIN", new_y="NEXT", wrapmode="CHAR"
        )
        pdf.ln(1.2)
    return [title, *lines]


def _missing(characters: tuple[str, ...]) -> Iterator[Finding]:
    for character in characters:
        code = f"U+{ord(character):04X}"
        found = Text(f"字体里没有这个字（{code}），印成 □", f"the font lacks {code}; □ is printed")
        action = Text("换一个写法", "write it in another way")
        yield Finding(code="W501", where="notices", found=found, action=action, severity=Severity.WARNING)
