"""Words of the places tables and the values they stand for, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.common.language import Text
from optimizer.io.tables.words import Vocabulary
from optimizer.places.model import AgeClass, ApplicantStatus, AreaLevel, CareType, InstitutionKind, Ownership

__all__ = [
    "AGE_CLASSES",
    "APPLICANT_STATUSES",
    "AREA_LEVELS",
    "CARE_TYPES",
    "INSTITUTION_KINDS",
    "OWNERSHIPS",
    "PLACE_CHOICES",
]

AGE_CLASSES: Vocabulary[AgeClass] = Vocabulary(
    {
        AgeClass.INFANT: ("乳儿班", "infant", "乳儿"),
        AgeClass.TODDLER: ("托小班", "toddler", "托小"),
        AgeClass.NURSERY: ("托大班", "nursery", "托大"),
        AgeClass.MIXED: ("混合班", "mixed", "混龄班", "混合"),
    }
)
CARE_TYPES: Vocabulary[CareType] = Vocabulary(
    {
        CareType.FULL_DAY: ("全日", "full_day", "全日托", "full day"),
        CareType.MORNING: ("上午", "morning", "上午半日", "半日托（上午）"),
        CareType.AFTERNOON: ("下午", "afternoon", "下午半日", "半日托（下午）"),
        CareType.HOURLY: ("计时", "hourly", "计时托"),
        CareType.TEMPORARY: ("临时", "temporary", "临时托"),
    }
)
APPLICANT_STATUSES: Vocabulary[ApplicantStatus] = Vocabulary(
    {
        ApplicantStatus.APPLYING: ("申请", "applying", "申请中", "有效"),
        ApplicantStatus.WITHDRAWN: ("撤回", "withdrawn", "已撤回", "放弃"),
    }
)
INSTITUTION_KINDS: Vocabulary[InstitutionKind] = Vocabulary(
    {
        InstitutionKind.CHILDCARE: ("托育", "childcare", "托育机构", "托育园"),
        InstitutionKind.KINDERGARTEN: ("幼儿园", "kindergarten", "幼儿园托班"),
        InstitutionKind.ELDERCARE: ("养老", "eldercare", "养老机构", "养老院", "敬老院"),
        InstitutionKind.HOSPITAL: ("医院", "hospital", "医疗机构", "卫生院"),
    }
)
OWNERSHIPS: Vocabulary[Ownership] = Vocabulary(
    {
        Ownership.PUBLIC: ("公办", "public", "公建民营"),
        Ownership.PRIVATE: ("民办", "private", "民营", "社会办"),
    }
)
AREA_LEVELS: Vocabulary[AreaLevel] = Vocabulary(
    {
        AreaLevel.CITY: ("市", "city", "区", "县", "district"),
        AreaLevel.TOWN: ("镇", "town", "街道", "镇街", "乡"),
        AreaLevel.VILLAGE: ("村", "village", "社区", "村居"),
    }
)
PLACE_CHOICES: Mapping[str, tuple[Text, ...]] = {
    "age_classes": AGE_CLASSES.texts,
    "applicant_statuses": APPLICANT_STATUSES.texts,
    "area_levels": AREA_LEVELS.texts,
    "care_types": CARE_TYPES.texts,
    "institution_kinds": INSTITUTION_KINDS.texts,
    "ownerships": OWNERSHIPS.texts,
}
"""Words of the drop-down lists in the template, by the name that the table of columns gives them."""
