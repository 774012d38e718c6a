"""Institutions of a made city with their places and beds, exactly adding up to the city's own totals."""

from __future__ import annotations

from random import Random

from instances.geography import City, Town, scatter
from instances.places_city import CityFigures
from instances.quota import apportion
from optimizer.places.model import AgeClass, CareType, Institution, InstitutionKind, Ownership, Pool

__all__ = ["draw_childcare", "draw_eldercare", "draw_hospitals"]

LEAST_PLACES, LEAST_BEDS = 20, 40
SMALL_CHILDREN = 40
CLASSES = ((AgeClass.INFANT, 0.15, 10), (AgeClass.TODDLER, 0.35, 15), (AgeClass.NURSERY, 0.5, 20))


def draw_childcare(city: City, figures: CityFigures, random: Random) -> tuple[list[Institution], list[Pool]]:
    """Childcare institutions and kindergartens with classes for two-year-olds."""
    towns = _towns(city, figures.childcare, random)
    sizes = _sizes(figures.places, figures.childcare, LEAST_PLACES, random)
    kinds = [InstitutionKind.KINDERGARTEN] * figures.kindergartens
    kinds += [InstitutionKind.CHILDCARE] * (figures.childcare - figures.kindergartens)
    random.shuffle(kinds)
    filed = _some(figures.childcare, figures.filed, random)
    inclusive = _inclusive(sizes, figures.inclusive_share, random)
    small = _smallest(sizes, figures.small)
    institutions, pools = [], []
    demonstration = max(range(len(sizes)), key=lambda k: (kinds[k] is InstitutionKind.CHILDCARE, sizes[k]))
    for k, (town, size, kind) in enumerate(zip(towns, sizes, kinds, strict=True)):
        lat, lon, village = scatter(town, random)
        name = "幼儿园托班" if kind is InstitutionKind.KINDERGARTEN else "托育园"
        institutions.append(
            Institution(
                id=f"C{k + 1:02d}",
                name=f"{village}虚构{name}{k + 1}",
                lat=lat,
                lon=lon,
                town=town.name,
                kind=kind,
                ownership=Ownership.PUBLIC if random.random() < 0.4 else Ownership.PRIVATE,
                level="示范" if k == demonstration else "",
                filed=filed[k],
                inclusive=inclusive[k],
                fee_month=float(800 + 100 * random.randrange(12)),
            )
        )
        pools.extend(_classes(institutions[-1], size, small[k], random))
    return institutions, pools


def draw_eldercare(city: City, figures: CityFigures, random: Random) -> tuple[list[Institution], list[Pool]]:
    """Homes with ordinary and nursing beds."""
    towns = _towns(city, figures.eldercare, random)
    sizes = _sizes(figures.beds, figures.eldercare, LEAST_BEDS, random)
    nursing = apportion(figures.nursing, [float(size) for size in sizes], sizes)
    institutions, pools = [], []
    for k, (town, size) in enumerate(zip(towns, sizes, strict=True)):
        lat, lon, village = scatter(town, random)
        public = random.random() < 0.5
        institutions.append(
            Institution(
                id=f"E{k + 1:02d}",
                name=f"{village}虚构养老院{k + 1}",
                lat=lat,
                lon=lon,
                town=town.name,
                kind=InstitutionKind.ELDERCARE,
                ownership=Ownership.PUBLIC if public else Ownership.PRIVATE,
                grade=random.choice((1, 2, 2, 3, 3, 4)),
                fee_month=float(1_500 + 250 * random.randrange(12)),
            )
        )
        for bed_type, capacity in (("护理", nursing[k]), ("普通", size - nursing[k])):
            if capacity:
                pools.append(
                    Pool(
                        id=f"{institutions[-1].id}-{bed_type}",
                        institution=institutions[-1].id,
                        capacity=capacity,
                        occupied=round(capacity * random.uniform(0.35, 0.75)),
                        bed_type=bed_type,
                    )
                )
    return institutions, pools


def draw_hospitals(city: City, random: Random) -> list[Institution]:
    """One health centre in each town, for pairs of homes and hospitals."""
    found = []
    for k, town in enumerate(city.towns):
        lat, lon, _ = scatter(town, random)
        found.append(
            Institution(
                id=f"H{k + 1:02d}",
                name=f"{town.name}虚构卫生院",
                lat=lat,
                lon=lon,
                town=town.name,
                kind=InstitutionKind.HOSPITAL,
            )
        )
    return found


def _towns(city: City, number: int, random: Random) -> list[Town]:
    """Towns of so many institutions by weight; no town is without one where there are enough."""
    spare = number - len(city.towns)
    least = 1 if spare >= 0 else 0
    extra = apportion(spare if least else number, [town.weight for town in city.towns])
    towns = [town for town, count in zip(city.towns, extra, strict=True) for _ in range(least + count)]
    random.shuffle(towns)
    return towns


def _sizes(total: int, number: int, least: int, random: Random) -> list[int]:
    """Sizes that add up exactly, many small and a few large ones."""
    weights = [random.lognormvariate(0.0, 0.8) for _ in range(number)]
    return [least + more for more in apportion(total - least * number, weights)]


def _some(number: int, chosen: int, random: Random) -> list[bool]:
    marks = [k < chosen for k in range(number)]
    random.shuffle(marks)
    return marks


def _inclusive(sizes: list[int], share: float, random: Random) -> list[bool]:
    """Institutions drawn until their places reach the share."""
    order = list(range(len(sizes)))
    random.shuffle(order)
    marks, sum_ = [False] * len(sizes), 0
    for k in order:
        if sum_ < share * sum(sizes):
            marks[k] = True
            sum_ += sizes[k]
    return marks


def _smallest(sizes: list[int], number: int) -> list[bool]:
    order = sorted(range(len(sizes)), key=lambda k: (sizes[k], k))
    return [k in order[:number] for k in range(len(sizes))]


def _classes(institution: Institution, size: int, small: bool, random: Random) -> list[Pool]:
    """Pools by class type; a small institution has 40 children or fewer now, a large one more."""
    kinds = CLASSES[2:] if institution.kind is InstitutionKind.KINDERGARTEN else CLASSES
    capacities = apportion(size, [share for _, share, _ in kinds])
    children = round(size * random.uniform(0.3, 0.7))
    most = min(size, SMALL_CHILDREN)
    children = min(children, most) if small else min(size, max(children, SMALL_CHILDREN + 1))
    occupied = apportion(children, [float(capacity) for capacity in capacities], capacities)
    return [
        Pool(
            id=f"{institution.id}-{age_class.value}",
            institution=institution.id,
            age_class=age_class,
            care_type=CareType.FULL_DAY,
            capacity=capacity,
            occupied=taken,
            class_size=class_size,
        )
        for (age_class, _, class_size), capacity, taken in zip(kinds, capacities, occupied, strict=True)
        if capacity
    ]
