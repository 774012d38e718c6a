"""The figures of the cities' documents against each other: which denominators make a sentence true."""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.common.language import Text
from optimizer.places.indicators.result import Claim, ClaimCheck

__all__ = ["HAILING_CLAIMS", "QIDONG_CLAIMS", "check_claims"]

QIDONG = "启政发〔2022〕90号"
HAILING = "海陵区“一老一小”整体解决方案（征求意见稿）"

QIDONG_CLAIMS = (
    Claim(
        id="beds_per_1000_elders",
        document=QIDONG,
        phrase="养老床位数 1.14 万张，每千名老人拥有床位数达到 35.73 张",
        numerator=11_400,
        value=35.73,
        per=1000,
        denominators=(("60岁以上老年人口34.32万", 343_220),),
    ),
    Claim(
        id="childcare_places_per_1000",
        document=QIDONG,
        phrase="现有 3263 个托位，每千人口拥有 3岁以下婴幼儿托位数为 3.37 个",
        numerator=3_263,
        value=3.37,
        per=1000,
        denominators=(("2020年普查常住人口", 967_313), ("户籍人口", 1_087_400)),
    ),
    Claim(
        id="nursing_bed_share",
        document=QIDONG,
        phrase="护理型养老床位 4826 张，占养老机构床位比例的63.6%",
        numerator=4_826,
        value=0.636,
        per=1,
        denominators=(("养老床位数1.14万", 11_400),),
    ),
)
HAILING_CLAIMS = (
    Claim(
        id="childcare_places_per_1000",
        document=HAILING,
        phrase="托位总数1705个，每千人口拥有3岁以下婴幼儿托位数2.9个",
        numerator=1_705,
        value=2.9,
        per=1000,
        denominators=(("由老年人口占比推算的户籍人口", 578_925),),
        tolerance=0.02,
    ),
    Claim(
        id="place_gap",
        document=HAILING,
        phrase="托位缺口约530个",
        numerator=530,
        value=1.0,
        per=1,
        denominators=(("4.5‰ × 587,931 − 1,705", 941),),
        tolerance=0.02,
    ),
    Claim(
        id="childcare_filed_share",
        document=HAILING,
        phrase="托育机构总备案率41.18%",
        numerator=19,
        value=0.4118,
        per=1,
        denominators=(("托育机构49家", 49), ("登记48家", 48)),
    ),
    Claim(
        id="kindergarten_filed_share",
        document=HAILING,
        phrase="幼儿园延伸托班备案率为55.56%",
        numerator=20,
        value=0.5556,
        per=1,
        denominators=(("幼儿园托班35家", 35), ("另一时点36家", 36)),
    ),
    Claim(
        id="private_filed_share",
        document=HAILING,
        phrase="民营托育机构备案率仅为6.67%",
        numerator=1,
        value=0.0667,
        per=1,
        denominators=(("托育机构14家", 14), ("另一时点15家", 15)),
    ),
    Claim(
        id="elder_share",
        document=HAILING,
        phrase="老年人口占全区总人口比重23.82%",
        numerator=137_900,
        value=0.2382,
        per=1,
        denominators=(("由2.9‰推算的常住人口", 587_931),),
    ),
    Claim(
        id="over_80_share",
        document=HAILING,
        phrase="80周岁及以上1.92万，占13.92%",
        numerator=19_200,
        value=0.1392,
        per=1,
        denominators=(("老年人口13.79万", 137_900),),
    ),
    Claim(
        id="beds_per_1000_elders",
        document=HAILING,
        phrase="每千名老年人养老床位数43张（备案床位1341张）",
        numerator=1_341,
        value=43.0,
        per=1000,
        denominators=(("老年人口13.79万", 137_900),),
    ),
)


def check_claims(claims: Iterable[Claim]) -> tuple[ClaimCheck, ...]:
    """For each claim the denominator that it implies, and which of the figures given agree with that."""
    return tuple(_checked(claim) for claim in claims)


def _checked(claim: Claim) -> ClaimCheck:
    implied = claim.per * claim.numerator / claim.value
    agrees = tuple(name for name, figure in claim.denominators if abs(figure / implied - 1.0) <= claim.tolerance)
    differs = tuple((name, figure) for name, figure in claim.denominators if name not in agrees)
    zh = [f"“{claim.phrase}”要求分母约为 {implied:,.0f}"]
    en = [f"“{claim.phrase}” needs a denominator of about {implied:,.0f}"]
    for name in agrees:
        zh.append(f"与{name}相符")
        en.append(f"agrees with {name}")
    for name, figure in differs:
        value = claim.per * claim.numerator / figure
        zh.append(f"与{name}（{figure:,.0f}）不符：按此应为 {value:.4g}")
        en.append(f"does not agree with {name} ({figure:,.0f}), which gives {value:.4g}")
    return ClaimCheck(
        claim=claim, implied=implied, agrees=agrees, differs=differs, text=Text("；".join(zh), "; ".join(en))
    )
