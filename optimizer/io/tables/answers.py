"""Reads the sheet of answers to offers of places."""

from __future__ import annotations

from pathlib import Path

from optimizer.common.errors import Finding
from optimizer.io.tables.cells import date_value, identifier, word
from optimizer.io.tables.columns import load_sheets
from optimizer.io.tables.csvfolder import read_csv_folder
from optimizer.io.tables.limits import DEFAULT_LIMITS
from optimizer.io.tables.log import FindingLog
from optimizer.io.tables.reading import Reading
from optimizer.io.tables.table import find_tables
from optimizer.io.tables.words import Vocabulary
from optimizer.io.tables.workbook import read_workbook
from optimizer.places.decision.offers import Answer, AnswerWord

__all__ = ["ANSWER_SHEETS", "read_answers"]

ANSWER_SHEETS = load_sheets("answer_columns.toml")
"""The sheet of answers."""

_WORDS: Vocabulary[AnswerWord] = Vocabulary(
    {
        AnswerWord.ACCEPT: ("接受", "accept", "同意", "是", "确认"),
        AnswerWord.DECLINE: ("放弃", "decline", "不接受", "否", "拒绝"),
        AnswerWord.WITHDRAW: ("撤回", "withdraw", "撤回申请", "退出"),
    }
)


def read_answers(path: Path) -> tuple[tuple[Answer, ...], tuple[Finding, ...]]:
    """The answers of a workbook or a folder of CSV files, and the reader's warnings.

    Raises
    ------
    InputError
        With every finding at its cell.
    """
    log = FindingLog()
    sheets = read_csv_folder(path, DEFAULT_LIMITS) if path.is_dir() else read_workbook(path, DEFAULT_LIMITS)
    tables = find_tables(sheets, ANSWER_SHEETS, source=path.name, log=log, limits=DEFAULT_LIMITS)
    reading = Reading(source=path.name, tables=tables, log=log)
    found = []
    for row in reading.rows("answers"):
        name = row.read("applicant", identifier, None)
        answer = row.read("answer", word(_WORDS), None)
        on = row.read("on", date_value, None)
        if name is not None and answer is not None and on is not None:
            found.append(Answer(applicant=name, answer=answer, on=on, where=row.place("applicant")))
    log.raise_errors()
    return tuple(found), tuple(log.findings)
