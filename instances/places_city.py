"""Figures of the two cities from which places are made: what the documents say, and what is assumed."""

from __future__ import annotations

from dataclasses import dataclass

from instances.geography import CityName
from optimizer.places.model import Target

__all__ = ["CITY_FIGURES", "CityFigures"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CityFigures:
    """What is made for a city.

    Attributes
    ----------
    childcare, kindergartens, places, small, filed, inclusive_share
        Institutions for children under three (kindergartens among them), their places, how many of the institutions
        have 40 children or fewer, how many are filed, and the inclusive share of the places.
    eldercare, beds, nursing
        Homes, their beds, nursing beds among them.
    registered, resident, elders, over_80, under_3
        Population of the city.
    villages
        Villages and communities (of Qidong: one for each of the 308 stations).
    urban
        Towns that count as urban.
    sites
        Candidate sites.
    assumed
        Names of the figures above that no document gives.
    """

    childcare: int
    kindergartens: int
    places: int
    small: int
    filed: int
    inclusive_share: float
    eldercare: int
    beds: int
    nursing: int
    registered: int
    resident: int
    elders: int
    over_80: int
    under_3: int
    villages: int
    urban: tuple[str, ...]
    sites: int
    targets: tuple[Target, ...]
    assumed: tuple[str, ...]


QIDONG = "启政发〔2022〕90号"
HAILING = "海陵区“一老一小”整体解决方案（征求意见稿）"
JIANGSU = "苏政办发〔2021〕75号"


def _hailing_targets() -> tuple[Target, ...]:
    yearly = [
        ("childcare_places_per_1000", "resident", (3.6, 4.1, 4.5)),
        ("inclusive_place_share", "places", (0.4, 0.5, 0.6)),
        ("town_inclusive_share", "towns", (0.5, 0.75, 1.0)),
    ]
    rows = [
        Target(indicator=name, year=2023 + k, value=value, denominator=denominator, document=HAILING)
        for name, denominator, values in yearly
        for k, value in enumerate(values)
        if name != "inclusive_place_share" or k != 1  # the year between is not in the document
    ]
    return (
        *rows,
        Target(
            indicator="childcare_filed_share",
            year=2025,
            value=1.0,
            denominator="childcare_institutions",
            document=HAILING,
        ),
        Target(indicator="beds_per_1000_elders", year=2025, value=43.0, denominator="elders", document=HAILING),
        Target(indicator="nursing_bed_share", year=2025, value=1.0, denominator="beds", document=HAILING),
    )


CITY_FIGURES = {
    CityName.QIDONG: CityFigures(
        childcare=51,
        kindergartens=30,
        places=3_263,
        small=45,
        filed=51,
        inclusive_share=0.4,
        eldercare=50,
        beds=11_400,
        nursing=4_826,
        registered=1_087_400,
        resident=967_313,
        elders=343_220,
        over_80=47_776,  # 13.92 % of the elders, the share in Hailing's document
        under_3=13_000,
        villages=308,
        urban=("汇龙镇",),
        sites=48,
        targets=(
            Target(
                indicator="childcare_places_per_1000", year=2025, value=4.5, denominator="resident", document=QIDONG
            ),
            Target(indicator="town_inclusive_share", year=2025, value=1.0, denominator="towns", document=QIDONG),
            Target(indicator="pairs", year=2025, value=20.0, denominator="", document=QIDONG),
            Target(indicator="nursing_bed_share", year=2025, value=0.75, denominator="beds", document=QIDONG),
            Target(indicator="beds_per_1000_elders", year=2025, value=40.0, denominator="elders", document=JIANGSU),
        ),
        assumed=("kindergartens", "small", "filed", "inclusive_share", "over_80", "urban", "sites"),
    ),
    CityName.HAILING: CityFigures(
        childcare=49,
        kindergartens=35,
        places=1_705,
        small=43,
        filed=19,
        inclusive_share=0.4,
        eldercare=9,
        beds=1_341,
        nursing=805,
        registered=579_000,
        resident=588_000,
        elders=137_900,
        over_80=19_200,
        under_3=7_900,
        villages=110,
        urban=("城东街道", "城西街道", "城南街道", "城中街道", "城北街道", "京泰路街道", "红旗街道"),
        sites=44,
        targets=_hailing_targets(),
        assumed=("nursing", "under_3", "villages", "urban", "sites"),
    ),
}
