"""What ``careplan places`` prints: an allocation, a comparison, the reasons of one applicant."""

from __future__ import annotations

from rich.table import Table

from optimizer.cli.console import output
from optimizer.cli.words import LANGUAGE, say
from optimizer.places.compare import Comparison
from optimizer.places.explain import WhyAnswer
from optimizer.places.policy import Policy
from optimizer.places.result import AllocationResult, ServedProof
from optimizer.report.places_comparison import comparison_rows

__all__ = ["print_allocation", "print_comparison", "print_why"]

MAX_SHOWN = 10


def print_allocation(result: AllocationResult, policy: Policy) -> None:
    """Who is placed, how sure it is, what filters removed."""
    facts = result.summary
    if not result.official:
        output.print(
            say("试算，不得公布（规则没有文号、批准人或生效日）", "a trial, not to be published"),
            style="yellow",
        )
    output.print(
        say(
            f"安排 {facts['placed']} 人，未安排 {facts['unplaced']} 人，空位 {facts['free_places']} 个",
            f"{facts['placed']} placed, {facts['unplaced']} not placed, {facts['free_places']} places left",
        )
    )
    for name, row in facts["by_class"].items():
        title = {one.id: one.name.in_(LANGUAGE) for one in policy.classes}.get(name, say("其余", "others"))
        output.print(f"  {title}: {row['placed']} / {row['applicants']}", markup=False)
    output.print(_proof(result), markup=False)
    for one in result.filters:
        if one.pairs:
            line = say(
                f"筛选“{one.name.zh}”：去掉 {one.pairs} 个选择，{len(one.left_without)} 人因此没有选择",
                f'filter "{one.name.en}": {one.pairs} choices removed, {len(one.left_without)} left without any',
            )
            output.print(line, markup=False)
    for note in result.notes:
        output.print(note.in_(LANGUAGE), style="yellow", markup=False)


def _proof(result: AllocationResult) -> str:
    proof = result.proof
    if isinstance(proof, ServedProof):
        return say(
            f"证明：目标 {proof.objective}，下界 {proof.bound:.0f}，网络求解 {proof.solves} 次",
            f"proof: objective {proof.objective}, bound {proof.bound:.0f}, {proof.solves} solves",
        )
    closed = ", ".join(one.pool for one in proof.closed[:MAX_SHOWN]) or say("无", "none")
    return say(
        f"证明：有理由不服 {proof.blocking_coalitions} 处；没有开班：{closed}",
        f"proof: justified envy {proof.blocking_coalitions}; not opened: {closed}",
    )


def print_comparison(comparison: Comparison) -> None:
    """A table of both rules, and the curve of served against the distance limit."""
    table = Table(say("数字", "figure"), "stable", "served")
    for name, *figures in comparison_rows(comparison):
        table.add_row(name.in_(LANGUAGE), *("" if figure is None else f"{figure:,}" for figure in figures))
    output.print(table)
    for point in comparison.curve:
        output.print(
            say(
                f"  {point.limit_m} 米以内最多安排 {point.served} 人",
                f"  within {point.limit_m} m: {point.served} at most",
            )
        )


def print_why(answer: WhyAnswer) -> None:
    """The outcome of one applicant and every choice."""
    output.print(f"{answer.applicant}: {answer.text.in_(LANGUAGE)}", markup=False)
    output.print(say(f"摇号名次 {answer.lottery_rank}", f"rank in the draw: {answer.lottery_rank}"))
    for one in answer.choices:
        line = f"  {one.choice}. {one.institution} ({one.pool}): {one.text.in_(LANGUAGE)}"
        output.print(line, markup=False)
