"""The indicators that the cities' documents grade on, as far as the tables of places hold their figures."""

from __future__ import annotations

from optimizer.common.language import Text
from optimizer.places.indicators.result import Indicator

__all__ = ["INDICATORS"]

QIDONG, HAILING, JIANGSU = "启政发〔2022〕90号", "海陵区“一老一小”整体解决方案（征求意见稿）", "苏政办发〔2021〕75号"
INSTITUTIONS = Text("托育机构数", "childcare institutions")
PLACES = Text("托位数", "childcare places")
BEDS = Text("养老床位数", "beds for elders")


def _one(
    name: str, zh: str, en: str, numerator: Text, denominator: Text, per: int, document: str, phrase: str
) -> Indicator:
    return Indicator(
        id=name,
        name=Text(zh, en),
        numerator=numerator,
        denominator=denominator,
        per=per,
        cited=f"{document}：{phrase}",
    )


INDICATORS = (
    _one(
        "childcare_places_per_1000",
        "每千人口拥有3岁以下婴幼儿托位数",
        "childcare places per 1,000 people",
        PLACES,
        Text("常住人口", "residents"),
        1000,
        JIANGSU,
        "每千人口拥有3岁以下婴幼儿托位数达到4.5个",
    ),
    _one(
        "inclusive_place_share",
        "普惠性托位占比",
        "share of inclusive places",
        Text("普惠托位数", "inclusive places"),
        PLACES,
        1,
        HAILING,
        "其中：普惠性托位占比",
    ),
    _one(
        "town_inclusive_share",
        "镇街普惠托育机构覆盖率",
        "towns with an inclusive institution",
        Text("有普惠托育机构的镇街数", "towns with an inclusive institution"),
        Text("镇街数", "towns"),
        1,
        HAILING,
        "每个街道（乡镇）建成1个普惠托育机构",
    ),
    _one(
        "community_coverage",
        "托育机构社区覆盖率",
        "communities with childcare within 15 minutes",
        Text("15分钟内有托育机构的村（社区）数", "communities with an institution within 15 minutes"),
        Text("村（社区）数", "communities"),
        1,
        HAILING,
        "托育机构社区覆盖率达60%",
    ),
    _one(
        "childcare_filed_share",
        "托育机构备案率",
        "childcare institutions that are filed",
        Text("已备案托育机构数", "filed childcare institutions"),
        INSTITUTIONS,
        1,
        HAILING,
        "机构备案率达100%",
    ),
    _one(
        "childcare_enrolment",
        "婴幼儿入托率",
        "children under three in childcare",
        Text("在托婴幼儿数", "children enrolled"),
        Text("3岁以下婴幼儿数", "children under three"),
        1,
        QIDONG,
        "普惠托育机构覆盖率、婴幼儿入托率、社区婴幼儿照护服务设施覆盖率",
    ),
    _one(
        "beds_per_1000_elders",
        "每千名老年人拥有养老床位数",
        "beds per 1,000 elders",
        BEDS,
        Text("60周岁及以上老年人口", "people of 60 and over"),
        1000,
        JIANGSU,
        "全省每千名老人拥有养老床位数保持在40张以上",
    ),
    _one(
        "nursing_bed_share",
        "护理型床位占养老机构床位比例",
        "share of nursing beds",
        Text("护理型床位数", "nursing beds"),
        BEDS,
        1,
        QIDONG,
        "护理型床位数占养老机构床位比例达到 75%",
    ),
    _one(
        "pairs",
        "养老机构和托育机构结对数",
        "pairs of homes and childcare",
        Text("已签结对数", "pairs signed"),
        Text("", ""),
        0,
        QIDONG,
        "养老和提供托育服务的机构结对 20 个及以上",
    ),
)
