"""Rules about ids and what they refer to (P001–P019)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from optimizer.common.errors import Severity
from optimizer.places.validate.rule import Context, Observation, rule, seen

__all__ = ["RULES"]

ERROR, WARNING = Severity.ERROR, Severity.WARNING


def _kinds(context: Context) -> Iterator[tuple[str, Sequence[Any]]]:
    problem = context.problem
    yield "applicants", problem.applicants
    yield "institutions", problem.institutions
    yield "pools", problem.pools
    yield "areas", problem.areas
    yield "candidates", problem.candidates


@rule("P001", ERROR, "填写一个编号", "give it an id")
def p001_empty_id(context: Context) -> Iterator[Observation]:
    """An id that is empty or only blanks."""
    for kind, rows in _kinds(context):
        for i, one in enumerate(rows):
            if not one.id.strip():
                yield seen(f"{kind}[{i}].id", "编号为空", "the id is empty")


@rule("P002", ERROR, "改用不同的编号，或删除重复的一行", "give one of them another id, or delete the repeated row")
def p002_repeated_id(context: Context) -> Iterator[Observation]:
    """An id that was used before in the same table."""
    for kind, rows in _kinds(context):
        first: dict[str, int] = {}
        for i, one in enumerate(rows):
            k = first.setdefault(one.id, i)
            if k != i:
                place = f"{kind}[{k}]"
                yield seen(f"{kind}[{i}].id", f"编号与 {place} 重复", f"the id is already used by {place}", one.id)


@rule(
    "P003", ERROR, "机构、班级（床位组）、申请人的编号不要相同", "institutions, pools and applicants need different ids"
)
def p003_ambiguous_id(context: Context) -> Iterator[Observation]:
    """An id used by two kinds of things that preferences or distances cannot tell apart."""
    for i, one in enumerate(context.problem.pools):
        if one.id in context.institutions and one.institution != one.id:
            yield seen(f"pools[{i}].id", "与另一家机构的编号相同", "it is the id of another institution", one.id)
    for i, who in enumerate(context.problem.applicants):
        if who.id in context.institutions or who.id in context.pools:
            yield seen(
                f"applicants[{i}].id", "与机构或班级的编号相同", "it is the id of an institution or pool", who.id
            )


@rule("P010", ERROR, "改正机构编号，或补上这家机构", "correct the id, or add the institution")
def p010_pool_without_institution(context: Context) -> Iterator[Observation]:
    """A pool of an institution that is not in the table."""
    for i, one in enumerate(context.problem.pools):
        if one.institution not in context.institutions:
            yield _unknown(f"pools[{i}].institution", "机构", "institution", one.institution, one.id)


@rule("P011", ERROR, "改正编号，或从志愿里删去", "correct the id, or take it off the list")
def p011_unknown_preference(context: Context) -> Iterator[Observation]:
    """A preference for something that is neither an institution nor a pool."""
    for i, one in enumerate(context.problem.applicants):
        for k, name in enumerate(one.preferences):
            if name not in context.institutions and name not in context.pools:
                yield _unknown(f"applicants[{i}].preferences[{k}]", "机构", "institution", name, one.id)


@rule("P012", ERROR, "改正编号，或留空", "correct the id, or leave it empty")
def p012_unknown_current(context: Context) -> Iterator[Observation]:
    """A place held now at something that is neither an institution with pools nor a pool."""
    with_pools = {one.institution for one in context.problem.pools}
    for i, one in enumerate(context.problem.applicants):
        if one.current is not None and one.current not in with_pools and one.current not in context.pools:
            yield _unknown(
                f"applicants[{i}].current", "机构（或它没有任何班级）", "institution with pools", one.current, one.id
            )


@rule("P013", ERROR, "改正编号，或删除这一行", "correct the id, or delete the row")
def p013_unknown_in_rows(context: Context) -> Iterator[Observation]:
    """Rankings and joint lists that name unknown applicants or institutions."""
    for i, one in enumerate(context.problem.rankings):
        if one.applicant not in context.applicants:
            yield _unknown(f"rankings[{i}].applicant", "申请人", "applicant", one.applicant, one.institution)
        if one.institution not in context.institutions:
            yield _unknown(f"rankings[{i}].institution", "机构", "institution", one.institution, one.applicant)
    for i, row in enumerate(context.problem.family_preferences):
        if row.applicant not in context.applicants:
            yield _unknown(f"family_preferences[{i}].applicant", "申请人", "applicant", row.applicant, row.family)
        if row.institution not in context.institutions:
            yield _unknown(f"family_preferences[{i}].institution", "机构", "institution", row.institution, row.family)


@rule("P014", ERROR, "只留一行", "keep one of the rows")
def p014_repeated_row(context: Context) -> Iterator[Observation]:
    """Rows of rankings or joint lists that say two things about the same."""
    ranked: set[tuple[str, str]] = set()
    ranks: set[tuple[str, int]] = set()
    for i, one in enumerate(context.problem.rankings):
        if (one.institution, one.applicant) in ranked:
            yield seen(
                f"rankings[{i}]", "同一机构把同一人列了两次", "the same applicant twice", one.institution, one.applicant
            )
        elif (one.institution, one.rank) in ranks:
            yield seen(
                f"rankings[{i}].rank",
                "同一机构的两人名次相同",
                "two applicants with one rank",
                one.institution,
                one.applicant,
            )
        ranked.add((one.institution, one.applicant))
        ranks.add((one.institution, one.rank))
    rows: set[tuple[str, int, str]] = set()
    for i, row in enumerate(context.problem.family_preferences):
        key = (row.family, row.rank, row.applicant)
        if key in rows:
            yield seen(
                f"family_preferences[{i}]", "同一志愿里同一人有两行", "two rows for one member at one rank", *key[::2]
            )
        rows.add(key)


@rule("P015", WARNING, "改正编号；这一行没有用上", "correct the id; the row is not used")
def p015_unknown_in_pairs(context: Context) -> Iterator[Observation]:
    """Distances, bans and fixed pairs that name something unknown."""
    known = context.everything
    for i, one in enumerate(context.problem.distances):
        for key, name in (("origin", one.origin), ("destination", one.destination)):
            if name not in known:
                yield _unknown(f"distances[{i}].{key}", "编号", "id", name)
    pairs: tuple[tuple[str, Sequence[Any]], ...] = (
        ("bans", context.problem.bans),
        ("fixed_pairs", context.problem.fixed_pairs),
    )
    for kind, rows in pairs:
        for i, pair in enumerate(rows):
            for key, name in (("first", pair.first), ("second", pair.second)):
                if name not in known:
                    yield _unknown(f"{kind}[{i}].{key}", "编号", "id", name)


@rule("P016", WARNING, "两人互相填写配偶编号，夫妻才会一起安排", "let both name each other, or they are placed apart")
def p016_one_sided_spouse(context: Context) -> Iterator[Observation]:
    """A spouse who is not an applicant or does not name the applicant."""
    for i, one in enumerate(context.problem.applicants):
        other = context.applicants.get(one.spouse or "")
        if one.spouse is not None and (other is None or other.spouse != one.id):
            yield seen(
                f"applicants[{i}].spouse", "配偶没有对应的申请", "the spouse does not apply or names another", one.id
            )


@rule("P017", ERROR, "改正家庭编号", "correct the family")
def p017_family_of_row(context: Context) -> Iterator[Observation]:
    """A member of a joint list whose own row names another family."""
    for i, row in enumerate(context.problem.family_preferences):
        who = context.applicants.get(row.applicant)
        if who is not None and who.family is not None and who.family != row.family:
            yield seen(
                f"family_preferences[{i}].family",
                f"申请人属于另一个家庭“{who.family}”",
                f'the applicant belongs to the family "{who.family}"',
                row.family,
                row.applicant,
            )


@rule("P018", ERROR, "只留一份申请", "keep one of the applications")
def p018_same_person_twice(context: Context) -> Iterator[Observation]:
    """One person entered twice: the same ``person`` mark (a code made outside, such as a keyed hash) on two rows."""
    first: dict[str, str] = {}
    for i, one in enumerate(context.problem.applicants):
        mark = one.ext.get("person")
        if isinstance(mark, str) and mark:
            other = first.setdefault(mark, one.id)
            if other != one.id:
                yield seen(f"applicants[{i}]", f"与“{other}”是同一个人", f'the same person as "{other}"', one.id)


@rule(
    "P019",
    WARNING,
    "核对是否同一个孩子报了两次；双胞胎请填同一家庭",
    "check for one child entered twice; give twins one family",
)
def p019_likely_twice(context: Context) -> Iterator[Observation]:
    """Two applicants with one date of birth and one home (to about a metre) who are not of one family."""
    first: dict[tuple[object, ...], Any] = {}
    for i, one in enumerate(context.problem.applicants):
        if one.birth_date is None or one.lat is None or one.lon is None:
            continue
        key = (one.birth_date, round(one.lat, 5), round(one.lon, 5), one.system)
        other = first.setdefault(key, one)
        if other is not one and (one.family is None or one.family != other.family):
            yield seen(
                f"applicants[{i}]", f"与“{other.id}”同日出生、同住一处", f'born and at home as "{other.id}"', one.id
            )


def _unknown(where: str, zh: str, en: str, name: str, *ids: str) -> Observation:
    return seen(where, f"没有编号为“{name}”的{zh}", f'there is no {en} "{name}"', *ids)


RULES = (
    p001_empty_id,
    p002_repeated_id,
    p003_ambiguous_id,
    p010_pool_without_institution,
    p011_unknown_preference,
    p012_unknown_current,
    p013_unknown_in_rows,
    p014_repeated_row,
    p015_unknown_in_pairs,
    p016_one_sided_spouse,
    p017_family_of_row,
    p018_same_person_twice,
    p019_likely_twice,
)
