"""The list of applicants, fixed before the draw: application numbers, a hash, and which public number will be used.

The hash is published with the announcement. Whatever is changed later (an application, the policy, the source of the
number, which application has which number) gives another hash, and the draw refuses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from optimizer.common.errors import Finding, InputError, Severity
from optimizer.common.language import Text
from optimizer.places.decision.numbers import DEFAULT_PREFIX, application_numbers, renumbered
from optimizer.places.digest import problem_hash
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import Policy
from optimizer.places.policy_text import policy_hash
from optimizer.places.result import AllocationRule
from optimizer.places.validate import allocation_findings

__all__ = ["FrozenList", "freeze", "key_hash", "list_hash", "require_unchanged"]

_LIKELY_TWICE = "P019"


@dataclass(frozen=True, kw_only=True)
class FrozenList:
    """A fixed list of applicants.

    Attributes
    ----------
    frozen_at
        When, ISO 8601 with offset.
    policy, policy_version, policy_hash
        The rule that was in force when the list was fixed.
    one_number
        Whether twins share one number in the draw.
    source, source_date
        The public number that the draw will use, and the day on which it becomes known.
    key_hash
        Hash of the table of application numbers and ids, which stays in the office.
    kept_likely
        Why applications that look like one child entered twice were kept.
    length
        How many digits and letters the public number has, all counted; 0: not announced.
    list_hash
        SHA-256 over everything else, see :func:`list_hash`.
    problem
        The problem with application numbers for ids.
    """

    frozen_at: str
    policy: str
    policy_version: str
    policy_hash: str
    one_number: bool
    source: str
    source_date: date
    key_hash: str
    list_hash: str
    problem: PlacesProblem
    kept_likely: str = ""
    length: int = 0

    @property
    def frozen_on(self) -> date:
        """The day on which the list was fixed."""
        return datetime.fromisoformat(self.frozen_at).date()


def freeze(
    problem: PlacesProblem,
    policy: Policy,
    *,
    at: datetime,
    source: str,
    source_date: date,
    length: int = 0,
    prefix: str = DEFAULT_PREFIX,
    keep_likely: str = "",
) -> tuple[FrozenList, Mapping[str, str]]:
    """Fix a list; gives it and the application number of every id.

    Parameters
    ----------
    at
        Now, with its offset.
    source, source_date
        The public number to be used, announced now, and the day on which it becomes known.
    length
        How many digits and letters that number has, so that it can be written in one way only; 0: not announced.
    keep_likely
        Why applications that look like one child entered twice are two children; empty: such a list is refused.

    Raises
    ------
    InputError
        The problem has errors (one child entered twice, ``P018``, among them); ``P019`` likely the same child;
        ``P801`` numbers that are taken; ``P802`` the public number is known too early; ``P803`` no source.
    """
    findings = [*allocation_findings(problem, policy, AllocationRule.STABLE), *_announced(source, source_date, at)]
    grave = [
        one for one in findings if one.severity is Severity.ERROR or (one.code == _LIKELY_TWICE and not keep_likely)
    ]
    if grave:
        raise InputError(grave)
    numbers = application_numbers(problem, prefix)
    draft = FrozenList(
        frozen_at=at.isoformat(timespec="seconds"),
        policy=policy.id,
        policy_version=policy.version,
        policy_hash=policy_hash(policy),
        one_number=policy.families.one_number,
        source=source.strip(),
        source_date=source_date,
        key_hash=key_hash(numbers),
        list_hash="",
        problem=renumbered(problem, numbers),
        kept_likely=keep_likely,
        length=length,
    )
    fixed = {**draft.__dict__, "list_hash": list_hash(draft)}
    return FrozenList(**fixed), numbers


def list_hash(frozen: FrozenList) -> str:
    """SHA-256 of a fixed list: its head and the hash of the problem, as JSON with sorted keys and no spaces."""
    head = {
        "frozen_at": frozen.frozen_at,
        "policy": frozen.policy,
        "policy_version": frozen.policy_version,
        "policy_hash": frozen.policy_hash,
        "one_number": frozen.one_number,
        "source": frozen.source,
        "source_date": frozen.source_date.isoformat(),
        "key_hash": frozen.key_hash,
        "kept_likely": frozen.kept_likely,
        "length": frozen.length,
        "problem": problem_hash(frozen.problem),
    }
    text = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def key_hash(numbers: Mapping[str, str]) -> str:
    """SHA-256 of the lines ``NUMBER,ID`` in the order of the numbers, each ended by a line feed."""
    lines = "".join(f"{number},{name}\n" for number, name in sorted((n, i) for i, n in numbers.items()))
    return hashlib.sha256(lines.encode("utf-8", "backslashreplace")).hexdigest()


def require_unchanged(frozen: FrozenList, where: str) -> None:
    """Refuse a list whose hash differs.

    Raises
    ------
    InputError
        ``P810``.
    """
    if list_hash(frozen) != frozen.list_hash:
        found = Text("名单与封存时的哈希值不一致，内容被改动过", "the list differs from its hash: it was changed after")
        action = Text(
            "用封存时的原文件，或重新封存并公告", "use the file as it was frozen, or freeze and announce anew"
        )
        raise InputError([Finding(code="P810", where=where, found=found, action=action)])


def _announced(source: str, source_date: date, at: datetime) -> Iterable[Finding]:
    if not source.strip():
        found = Text("没有写明将用哪个公开号码", "the public number to be used is not named")
        action = Text("用 --source 写明，如某期开奖号码", "name it with --source, such as a draw of the state lottery")
        yield Finding(code="P803", where="--source", found=found, action=action)
    if source_date <= at.date():
        found = Text(
            f"公开号码在 {source_date} 就知道了，不晚于封存日 {at.date()}",
            f"the public number is known on {source_date}, not after the list is fixed on {at.date()}",
        )
        action = Text("选封存日之后才产生的号码", "choose a number that is drawn on a later day")
        yield Finding(code="P802", where="--source-date", found=found, action=action)
