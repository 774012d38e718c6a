"""The policy and the problem that a command of ``careplan places`` works on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from optimizer.cli.console import print_findings
from optimizer.cli.places_options import Kind
from optimizer.common.errors import Finding, InputError, Severity
from optimizer.common.language import Text
from optimizer.io.places_read import PlacesFile, PlacesFormat, read_places, read_policy
from optimizer.io.places_tables import PLACES_OPTIONS, place_sheets
from optimizer.io.tables import bad_rows_as_findings, read_mapping, without_bad_rows
from optimizer.io.tables.options import SkippedRow
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import Policy
from optimizer.places.result import AllocationResult, AllocationRule
from optimizer.places.validate import allocation_findings

__all__ = ["TableChoice", "chosen_policy", "loaded_places", "notes_of_rows", "read_city", "rules_of"]


def chosen_policy(name: str | None, kind: Kind | None, entry_date: datetime | None) -> Policy:
    """The policy asked for, else the plain one of the kind; an entry date given here goes before the policy's own."""
    chosen = read_policy(name or ("nantong-beds" if kind is Kind.BEDS else "lottery"))
    if kind is not None and chosen.kind.value != kind.value:
        found = Text(f"规则“{chosen.id}”不是分配这一类的", f'the policy "{chosen.id}" is for another kind')
        action = Text("换一个规则，或去掉 --kind", "choose another policy, or leave out --kind")
        raise InputError([Finding(code="P906", where="--kind", found=found, action=action)])
    return chosen if entry_date is None else replace(chosen, entry_date=entry_date.date())


def rules_of(
    result: AllocationResult | None, name: str | None, kind: Kind | None, entry_date: datetime | None
) -> Policy:
    """The policy asked for; where none is, the one that the result was made under and holds."""
    if name is not None or result is None or result.rules is None:
        return chosen_policy(name, kind, entry_date)
    return result.rules if entry_date is None else replace(result.rules, entry_date=entry_date.date())


@dataclass(frozen=True, kw_only=True)
class TableChoice:
    """How tables are read: the user's own names of columns, and whether rows that hold errors are left out."""

    columns: Path | None = None
    skip_bad_rows: bool = False


AS_THEY_STAND = TableChoice()
"""The names of the template, and every row."""


def notes_of_rows(bad_rows: Sequence[Finding]) -> tuple[Text, ...]:
    """What a result has to say of the rows that were left out because they cannot be used."""
    if not bad_rows:
        return ()
    names, count = "、".join(name for one in bad_rows for name in one.ids), len(bad_rows)
    return (Text(f"有 {count} 行因错误没有读入：{names}", f"{count} rows were left out for their errors: {names}"),)


def loaded_places(
    path: Path,
    format_: PlacesFormat | None,
    policy: Policy,
    rule: AllocationRule,
    tables: TableChoice = AS_THEY_STAND,
) -> PlacesFile:
    """The problem, with every warning printed; raised with all findings if one of them is an error."""
    return read_city(path, tables, format_=format_, judge=lambda problem: allocation_findings(problem, policy, rule))


def read_city(
    path: Path,
    tables: TableChoice = AS_THEY_STAND,
    *,
    format_: PlacesFormat | None = None,
    allocation: bool = True,
    judge: Callable[[PlacesProblem], Sequence[Finding]] = lambda _: (),
) -> PlacesFile:
    """A problem that ``judge`` finds no error in, perhaps without the rows that hold errors; warnings are printed.

    Raises
    ------
    InputError
        With every finding, if one of them is an error that leaving out rows does not mend (or is not asked to).
    """
    options = PLACES_OPTIONS
    if tables.columns is not None:
        options = replace(options, mapping=read_mapping(tables.columns, place_sheets()))

    def read(skipped: frozenset[SkippedRow]) -> tuple[PlacesFile, Sequence[Finding]]:
        file = read_places(path, format_=format_, allocation=allocation, tables=replace(options, skipped=skipped))
        judged = (replace(one, where=file.locate(one.where)) for one in judge(file.problem))
        findings = (*file.warnings, *judged)
        if any(finding.severity is Severity.ERROR for finding in findings):
            raise InputError(findings)
        return file, findings

    (file, findings), left_out = without_bad_rows(read, skip=tables.skip_bad_rows)
    bad_rows: tuple[Finding, ...] = ()
    if left_out:
        skipping = replace(options, skipped=frozenset(left_out))
        bad_rows = bad_rows_as_findings(path, left_out, skipping, specs=place_sheets())
    print_findings((*findings, *bad_rows))
    if tables.columns is not None:
        file = replace(file, sources=(*file.sources, tables.columns))
    return replace(file, bad_rows=bad_rows)
