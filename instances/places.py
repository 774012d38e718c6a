"""Makers of the places of Qidong and Hailing: institutions, areas, candidate sites, targets, and who applies.

The totals are the documents' own, to the last place; how they are spread is drawn. Each part is drawn from a generator
of its own, so that more applicants never move an institution.
"""

from __future__ import annotations

from random import Random

from instances.geography import CityName, load_city
from instances.places_city import CITY_FIGURES
from instances.places_institutions import draw_childcare, draw_eldercare, draw_hospitals
from instances.places_people import draw_areas, draw_children, draw_elders, draw_sites
from optimizer.places.model import PlacesProblem

__all__ = ["LARGEST_MARKET", "SMALLEST_MARKET", "make_hailing_places", "make_places", "make_qidong_places"]

SMALLEST_MARKET, LARGEST_MARKET = 100, 60_000


def make_qidong_places(applicants: int = 3_000, seed: int = 1, *, beds: bool = False) -> PlacesProblem:
    """Qidong: 51 childcare institutions with 3,263 places, 50 homes with 11,400 beds of which 4,826 are nursing beds.

    Parameters
    ----------
    applicants
        Children (or elders, with ``beds``) who apply.
    seed
        The same seed gives the same city on every machine.

    Raises
    ------
    ValueError
        The number of applicants is below 100 or above 60,000.
    """
    return make_places(CityName.QIDONG, applicants, seed, beds=beds)


def make_hailing_places(applicants: int = 1_500, seed: int = 1, *, beds: bool = False) -> PlacesProblem:
    """Hailing: 49 childcare institutions with 1,705 places, 9 homes with 1,341 beds; see :func:`make_qidong_places`."""
    return make_places(CityName.HAILING, applicants, seed, beds=beds)


def make_places(name: CityName, applicants: int, seed: int, *, beds: bool = False) -> PlacesProblem:
    """The places of a city by name; see :func:`make_qidong_places`."""
    if not SMALLEST_MARKET <= applicants <= LARGEST_MARKET:
        raise ValueError(f"applicants: {SMALLEST_MARKET} to {LARGEST_MARKET} can be made, not {applicants}")
    city, figures = load_city(name), CITY_FIGURES[name]

    def random(part: str) -> Random:
        return Random(f"places {name.value} {seed} {part}")

    childcare, classes = draw_childcare(city, figures, random("childcare"))
    homes, rooms = draw_eldercare(city, figures, random("eldercare"))
    people = (
        draw_elders(city, rooms, applicants, random("elders"))
        if beds
        else draw_children(city, childcare, applicants, random("children"))
    )
    return PlacesProblem(
        name=f"{city.zh}{'床位' if beds else '托位'}示例",
        applicants=tuple(people),
        institutions=(*childcare, *homes, *draw_hospitals(city, random("hospitals"))),
        pools=(*classes, *rooms),
        areas=tuple(draw_areas(city, figures, random("areas"))),
        candidates=tuple(draw_sites(city, figures, random("sites"))),
        targets=figures.targets,
    )
