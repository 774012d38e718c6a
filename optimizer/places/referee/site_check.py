"""The checker of sites: modules, budget, shares, shortages, people within the minutes and ways, from the raw tables.

Bounds are the solver's; they are checked only for standing on the right side of the value.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from optimizer.common.errors import Finding
from optimizer.common.language import Text
from optimizer.places.model import Area, AreaLevel, Candidate, Institution, InstitutionKind, PlacesProblem
from optimizer.places.referee.ground import Ground
from optimizer.places.site.result import SiteKind, SiteOptions, SiteResult, SiteYear

__all__ = ["check_sites"]

TOLERANCE = 1e-6
RATES = {SiteKind.CHILDCARE: "childcare_places_per_1000", SiteKind.BEDS: "beds_per_1000_elders"}


def check_sites(problem: PlacesProblem, result: SiteResult) -> tuple[Finding, ...]:
    """What is wrong with a siting. Codes ``R731`` to ``R737``."""
    findings: list[Finding] = []
    earlier: Counter[str] = Counter()
    for year in result.years:
        check = _Year(problem, result.options, year)
        findings += [*check.sites(earlier), *check.towns(), *check.stages(), *check.catchments()]
        earlier = Counter(check.modules)
    return tuple(findings)


class _Year:
    def __init__(self, problem: PlacesProblem, options: SiteOptions, year: SiteYear) -> None:
        self.problem, self.options, self.year = problem, options, year
        self.beds = options.kind is SiteKind.BEDS
        kinds = {InstitutionKind.ELDERCARE} if self.beds else {InstitutionKind.CHILDCARE}
        if not self.beds and options.kindergartens:
            kinds.add(InstitutionKind.KINDERGARTEN)
        self.existing = {one.id: one for one in problem.institutions if one.kind in kinds and not one.blacklisted}
        self.capacity: Counter[str] = Counter()
        self.nursing: Counter[str] = Counter()
        for pool in problem.pools:
            if pool.institution in self.existing:
                self.capacity[pool.institution] += pool.capacity
                if "护理" in pool.bed_type or "nursing" in pool.bed_type:
                    self.nursing[pool.institution] += pool.capacity
        self.candidate = {one.id: one for one in problem.candidates}
        self.modules = {one.candidate: one.modules for one in year.sites}
        self.ground = Ground(problem)
        self.town = {one.id: one for one in problem.areas if one.level is AreaLevel.TOWN}
        self.town_of_name = {one.name or one.id: one.id for one in self.town.values()} | {t: t for t in self.town}
        self.places = {name: self.capacity[name] for name in self.existing}
        for name, count in self.modules.items():
            self.places[name] = count * options.module_places

    def sites(self, earlier: Counter[str]) -> Iterator[Finding]:
        """Modules within the candidates' limits, nothing of earlier years taken away, the budget kept."""
        spent = 0.0
        for site in self.year.sites:
            one = self.candidate.get(site.candidate)
            if one is None or not 0 < site.modules <= one.max_modules:
                yield _finding(
                    "R731", (site.candidate,), "点位或班数不在备选范围", "not a candidate, or too many modules"
                )
                continue
            cost = site.modules * one.cost + one.open_cost
            spent += cost
            right = (cost, site.modules * self.options.module_places, one.inclusive, one.town)
            if right != (site.cost, site.places, site.inclusive, site.town):
                yield _finding("R731", (site.candidate,), "点位的数字不对", "the figures of the site are wrong")
        for name, count in sorted(earlier.items()):
            if self.modules.get(name, 0) < count:
                yield _finding("R732", (name,), "减少了前一年已建的班", "modules of an earlier year are gone")
        over = self.options.budget is not None and spent > self.options.budget + TOLERANCE
        if over or abs(spent - self.year.yuan) > TOLERANCE:
            yield _finding("R733", (), f"费用应为 {spent:.0f} 元，且不超预算", f"the cost should be {spent:.0f} yuan")
        for name, count in sorted(self.year.converted.items()):
            if not 0 <= count <= self.capacity[name] - self.nursing[name]:
                yield _finding("R731", (name,), "改造床位多于普通床位", "more beds converted than there are")

    def towns(self) -> Iterator[Finding]:
        """Every row of the table by town, recomputed."""
        rows = {row.town: row for row in self.year.towns}
        for area in self.town.values():
            row = rows.get(area.name or area.id)
            own = self._town_figures(area)
            if row is None:
                yield _finding("R734", (area.id,), "表中缺少这个镇街", "the town is missing in the table")
                continue
            found = (row.people, row.needed, row.existing, row.added, row.shortage, row.covered, row.inclusive)
            if found != own:
                yield _finding("R734", (area.id,), f"应为 {own}", f"the figures should be {own}")

    def _town_figures(self, area: Area) -> tuple[int, int, int, int, int, int, bool]:
        people = self._people(area)
        needed = math.ceil(people * self._target(area) / 1000 - 1e-9)
        existing = sum(self.capacity[name] for name, one in self.existing.items() if self._at(one.town) == area.id)
        here = [name for name in self.modules if self._at(self.candidate[name].town) == area.id]
        added = sum(self.places[name] for name in here)
        covered = sum(
            self._people(cell) for cell in self._cells() if self._town_of(cell) == area.id and self._near(cell)
        )
        inclusive = any(one.inclusive and self._at(one.town) == area.id for one in self.existing.values())
        inclusive = inclusive or any(self.candidate[name].inclusive for name in here)
        return people, needed, existing, added, max(0, needed - existing - added), covered, inclusive

    def stages(self) -> Iterator[Finding]:
        """The value of every stage, recomputed; its bound on the right side."""
        values = self._values()
        for stage in self.year.stages:
            value = values[stage.id]
            if abs(value - stage.value) > 1e-4 * max(1.0, abs(value)):
                yield _finding("R735", (stage.id,), f"应为 {value:.6g}", f"the value should be {value:.6g}")
            better = stage.bound - stage.value if stage.id != "people" else stage.value - stage.bound
            if better > 1e-4 * max(1.0, abs(value)):
                yield _finding("R736", (stage.id,), "界限站在错误的一侧", "the bound is on the wrong side")

    def _values(self) -> dict[str, float]:
        rows = [(area, self._town_figures(area)) for area in self.town.values()]
        total = sum(self.places.values())
        nursing = sum(self.nursing.values()) + sum(self.year.converted.values())
        nursing += sum(self.places[name] for name in self.modules)
        inclusive = sum(self.places[name] for name, one in self.existing.items() if one.inclusive)
        inclusive += sum(self.places[name] for name in self.modules if self.candidate[name].inclusive)
        share = self.year.nursing_share if self.beds else self.year.inclusive_share
        worst = [self._target(area) - 1000 * (row[2] + row[3]) / row[0] for area, row in rows if row[0]]
        served = sum(one.places for one in self.year.catchments)
        needed = sum(self._needed(cell) for cell in self._cells())
        reach = self._reach()
        return {
            "share": max(0.0, share * total - (nursing if self.beds else inclusive)),
            "inclusive": float(sum(not row[6] for _, row in rows)),
            "worst": max(0.0, max(worst, default=0.0)),
            "people": float(sum(self._people(cell) for cell in self._cells() if self._near(cell))),
            "modules": float(sum(self.modules.values())),
            "conversions": float(sum(self.year.converted.values())),
            "distance": sum(one.places * one.metres for one in self.year.catchments) + reach * (needed - served),
        }

    def catchments(self) -> Iterator[Finding]:
        """Ways as they are, no cell counted beyond its need, no site beyond its places."""
        cells = {cell.id: cell for cell in self._cells()}
        of_cell: Counter[str] = Counter()
        of_site: Counter[str] = Counter()
        for one in self.year.catchments:
            known = one.area in cells and one.site in self.places
            if not known or one.places < 0 or self._way(cells[one.area], one.site) != one.metres:
                yield _finding("R737", (one.area, one.site), "路程不对或对象不存在", "the way is wrong, or unknown ids")
                continue
            if one.metres > self._reach():
                yield _finding("R737", (one.area, one.site), "超出计数范围", "beyond the reach")
            of_cell[one.area] += one.places  # type: ignore[assignment]
            of_site[one.site] += one.places  # type: ignore[assignment]
        for name, places in sorted(of_cell.items()):
            if places > self._needed(cells[name]) + 1e-3:
                yield _finding("R737", (name,), "计入的位数多于需要", "more places than needed")
        for name, places in sorted(of_site.items()):
            if places > self.places[name] + 1e-3:
                yield _finding("R737", (name,), "计入的位数多于容量", "more places than there are")

    def _cells(self) -> list[Area]:
        villages = [one for one in self.problem.areas if one.level is AreaLevel.VILLAGE]
        parents = {one.parent for one in villages}
        return [*villages, *(one for one in self.town.values() if one.id not in parents)]

    def _people(self, area: Area) -> int:
        if self.beds:
            return area.elders or 0
        return area.population_resident or area.population_registered or 0

    def _at(self, town: str) -> str | None:
        return self.town_of_name.get(town)

    def _town_of(self, cell: Area) -> str | None:
        return self._at(cell.parent or "") or self._at(cell.id)

    def _target(self, area: Area) -> float:
        for one in self.problem.targets:
            own = one.area in (area.id, area.name) and one.area is not None
            if own and one.indicator == RATES[self.options.kind] and one.year == self.year.year:
                return one.value
        return self.year.per_1000

    def _needed(self, cell: Area) -> float:
        town = self._town_of(cell)
        target = self._target(self.town[town]) if town is not None else self.year.per_1000
        return self._people(cell) * target / 1000

    def _near(self, cell: Area) -> bool:
        limit = int(self.options.minutes * self.options.kmh * 1000 / 60)
        ways = (self._way(cell, name) for name in (*self.existing, *self.modules))
        return any(way is not None and way <= limit for way in ways)

    def _reach(self) -> int:
        limit = int(self.options.minutes * self.options.kmh * 1000 / 60)
        return self.options.reach_m if self.options.reach_m is not None else 3 * limit

    def _way(self, cell: Area, site: str) -> int | None:
        spot: Institution | Candidate = self.existing[site] if site in self.existing else self.candidate[site]
        metres = self.ground.metres(cell, spot)
        if metres is None or self.ground.is_given(cell, spot):
            return metres
        return round(metres * self.options.detour)


def _finding(code: str, ids: tuple[str, ...], zh: str, en: str) -> Finding:
    action = Text("请重新计算，或更正结果文件", "compute anew, or correct the result")
    return Finding(code=code, where="sites", ids=ids, found=Text(zh, en), action=action)
