"""The checker of pairs: every row, the totals, the proof and the cuts, recomputed from the problem alone.

It shares no code with the solver. The bound of the proof is summed over all allowed pairs, so 3,000 by 3,000
institutions take some ten seconds and more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from optimizer.common.errors import Finding
from optimizer.common.language import Text
from optimizer.places.model import Institution, InstitutionKind, PlacesProblem
from optimizer.places.pairing.result import Cut, PairOptions, PairResult
from optimizer.places.referee.ground import Ground

__all__ = ["check_pairs"]

Key = tuple[str, str]


def check_pairs(problem: PlacesProblem, result: PairResult) -> tuple[Finding, ...]:
    """What is wrong with a pairing: nothing, if the tuple is empty. Codes ``R701`` to ``R712``."""
    return tuple(_Check(problem, result).findings())


class _Check:
    def __init__(self, problem: PlacesProblem, result: PairResult) -> None:
        self.problem, self.result, self.options = problem, result, result.options
        self.ground = Ground(problem)
        self.left = _side(problem, self.options.left.value, self.options)
        self.right = _side(problem, self.options.right.value, self.options)
        banned = {(one.first, one.second) for one in problem.bans}
        self.banned = banned | {(second, first) for first, second in banned}
        self.fixed = {
            key
            for one in problem.fixed_pairs
            for key in ((one.first, one.second), (one.second, one.first))
            if key[0] in self.left and key[1] in self.right
        }
        self.room = {name: self.options.max_left for name in self.left}
        self.room_right = {name: self.options.max_right for name in self.right}
        for one, other in self.fixed:
            self.room[one] -= 1
            self.room_right[other] -= 1

    def metres(self, key: Key) -> int | None:
        """Metres of a pair of the two sides."""
        return self.ground.metres(self.left[key[0]], self.right[key[1]])

    def allowed(self) -> Iterator[Key]:
        """Pairs that may be chosen beside the fixed ones; made anew each time, since there can be millions."""
        right = [name for name in self.right if self.room_right[name] > 0]
        for one, first in self.left.items():
            if self.room[one] <= 0:
                continue
            for other in right:
                key = (one, other)
                open_ = one != other and key not in self.banned and key not in self.fixed
                if open_ and self.ground.has_distance(first, self.right[other]):
                    yield key

    def findings(self) -> Iterator[Finding]:
        """Rows first, then sums, then proof; sums of broken rows would say nothing."""
        rows = [*self._rows(), *self._counts()]
        yield from rows
        if rows:
            return
        yield from self._sums()
        yield from self._proof()
        yield from self._largest()
        yield from self._bottleneck()
        yield from self._town_cut()
        yield from self._demonstrations()
        yield from self._curve()

    def _rows(self) -> Iterator[Finding]:
        for pair in self.result.pairs:
            key = (pair.left, pair.right)
            if pair.left not in self.left or pair.right not in self.right:
                yield _finding("R701", key, "不是这一侧的机构", "not institutions of these sides")
            elif key in self.banned:
                yield _finding("R702", key, "这一对被禁止", "the pair is banned")
            elif self.metres(key) != pair.distance_m:
                right = self.metres(key)
                yield _finding("R703", key, f"距离应为 {right} 米", f"the distance should be {right} m")
            if pair.fixed != (key in self.fixed):
                yield _finding("R704", key, "已签结对的标记不对", "the mark of a fixed pair is wrong")

    def _counts(self) -> Iterator[Finding]:
        pairs = [(pair.left, pair.right) for pair in self.result.pairs]
        for key, number in sorted(Counter(pairs).items()):
            if number > 1:
                yield _finding("R705", key, "这一对出现多次", "the pair stands there more than once")
        sides = ((0, self.options.max_left), (1, self.options.max_right))
        for side, most in sides:
            for name, number in sorted(Counter(pair[side] for pair in pairs).items()):
                if number > most:
                    yield _finding(
                        "R706", (name,), f"结对 {number} 个，最多 {most} 个", f"{number} pairs, {most} at most"
                    )
        for key in sorted(self.fixed - set(pairs)):
            yield _finding("R707", key, "已签结对没有保留", "a fixed pair is missing")
        if len(pairs) > max(self.options.pairs, len(self.fixed)) and not self.options.at_least:
            yield _finding("R708", (), f"共 {len(pairs)} 对，多于要求", f"{len(pairs)} pairs, more than asked for")

    def _sums(self) -> Iterator[Finding]:
        distances = [self.metres((pair.left, pair.right)) or 0 for pair in self.result.pairs]
        if sum(distances) != self.result.total_m or max(distances, default=0) != self.result.longest_m:
            yield _finding("R709", (), f"总距离应为 {sum(distances)} 米", f"the total should be {sum(distances)} m")

    def _cost(self, key: Key) -> int:
        first, second = self.left[key[0]].town, self.right[key[1]].town
        across = not first or first != second
        return (self.metres(key) or 0) + (self.result.proof.step if across and self.options.same_town_first else 0)

    def _proof(self) -> Iterator[Finding]:
        proof = self.result.proof
        prices = (*proof.left.values(), *proof.right.values(), *proof.town.values(), proof.town_step)
        if any(price < 0 for price in prices):
            yield _finding("R710", (), "证明中的价格不能为负", "prices of the proof must not be negative")
            return
        chosen = [(pair.left, pair.right) for pair in self.result.pairs if not pair.fixed]
        objective = sum(self._cost(key) for key in chosen)
        bound = self._bound(len(chosen))
        if (objective, bound) != (proof.objective, proof.bound):
            yield _finding(
                "R710",
                (),
                f"目标值和下界应为 {objective} 和 {bound}",
                f"objective and bound should be {objective} and {bound}",
            )
        if self.result.status.value == "optimal" and bound != objective:
            yield _finding("R710", (), "下界小于目标值，最优未被证明", "the bound is below the objective: not proved")
        enough = self.options.same_town_first and proof.step <= self._saved(len(chosen))
        if enough:
            yield _finding("R710", (), "同镇优先的权重太小", "the weight of pairs across towns is too small")

    def _saved(self, number: int) -> int:
        return number * max((self.metres(key) or 0 for key in self.allowed()), default=0)

    def _bound(self, chosen: int) -> int:
        proof = self.result.proof
        towns = self._towns() if self.options.one_per_town else set()
        total = chosen * proof.price + proof.towns * proof.town_step
        total -= sum(self.room[name] * price for name, price in proof.left.items() if self.room[name] > 0)
        total -= sum(self.room_right[name] * price for name, price in proof.right.items() if self.room_right[name] > 0)
        total -= sum(max(0, proof.town_step - proof.town.get(town, 0)) for town in towns)
        for key in self.allowed():
            if proof.within_m is not None and (self.metres(key) or 0) > proof.within_m:
                continue
            town = proof.town.get(self.left[key[0]].town, 0) if self.left[key[0]].town in towns else 0
            reduced = proof.price + town - proof.left.get(key[0], 0) - proof.right.get(key[1], 0) - self._cost(key)
            total -= max(0, reduced)
        return total

    def _towns(self) -> set[str]:
        """Towns of the left side that no fixed pair serves."""
        done = {self.left[one].town for one, _ in self.fixed}
        return {one.town for one in self.left.values() if one.town} - done

    def _largest(self) -> Iterator[Finding]:
        cut, done = self.result.largest, len(self.fixed)
        if self._size(cut, None) != cut.largest - done:
            yield _finding(
                "R711", (), "割集不成立，最大结对数未被证明", "the cut does not hold: no proof of the largest"
            )
        if len(self.result.pairs) < min(max(self.options.pairs, done), cut.largest):
            yield _finding("R711", (), "还能结更多对", "more pairs are possible")

    def _size(self, cut: Cut, within: int | None, *, towns: bool = False) -> int | None:
        """What a cut adds up to; ``None`` where an allowed pair (or a pair of a town) is outside of it."""
        left, right, single = set(cut.left), set(cut.right), set(cut.single)
        served = self._towns()
        for first, second in self.allowed():
            if within is not None and (self.metres((first, second)) or 0) > within:
                continue
            name = self.left[first].town if towns else first
            if towns and name not in served:
                continue
            if name not in left and second not in right and (name, second) not in single:
                return None
        members = len(left) if towns else sum(self.room[name] for name in left)
        return members + sum(self.room_right[name] for name in right) + len(single)

    def _bottleneck(self) -> Iterator[Finding]:
        proof = self.result.proof
        if self.options.objective.value != "bottleneck" or proof.within_m is None:
            return
        chosen = [pair.distance_m for pair in self.result.pairs if not pair.fixed]
        needed = min(self.options.pairs - len(self.fixed), len(chosen))
        sizes = [self._size(cut, proof.within_m - 1, towns=number == 1) for number, cut in enumerate(proof.shorter)]
        below = [size is not None and size < most for size, most in zip(sizes, (needed, proof.towns), strict=False)]
        if max(chosen, default=0) > proof.within_m or not any(below):
            yield _finding("R711", (), "最长距离未被证明最小", "the longest distance is not proved to be the smallest")

    def _town_cut(self) -> Iterator[Finding]:
        proof = self.result.proof
        if not self.options.one_per_town:
            return
        towns = self._towns()
        served = {self.left[pair.left].town for pair in self.result.pairs if not pair.fixed} & towns
        size = self._size(proof.town_cut, None, towns=True) if proof.town_cut is not None else 0
        chosen = sum(not pair.fixed for pair in self.result.pairs)
        if size is None or len(served) < min(size, chosen) or proof.towns > len(served):
            yield _finding("R711", (), "有结对的镇街数未被证明最多", "no proof that no more towns can have a pair")

    def _demonstrations(self) -> Iterator[Finding]:
        towns = [self.left[pair.left].town for pair in self.result.pairs if pair.demonstration]
        if len(towns) > self.options.demonstrations or len(set(towns)) < len(towns) or "" in towns:
            yield _finding("R712", (), "示范点应在不同镇街", "demonstration points must lie in different towns")

    def _curve(self) -> Iterator[Finding]:
        totals = {point.pairs: point.total_m for point in self.result.curve}
        if totals and totals.get(len(self.result.pairs), self.result.total_m) != self.result.total_m:
            yield _finding("R709", (), "曲线与总距离不符", "the curve does not agree with the total")


def _side(problem: PlacesProblem, side: str, options: PairOptions) -> dict[str, Institution]:
    wanted = {"eldercare": {InstitutionKind.ELDERCARE}, "hospital": {InstitutionKind.HOSPITAL}}.get(
        side.split("-")[-1], {InstitutionKind.CHILDCARE}
    )
    if side.endswith("childcare") and options.kindergartens:
        wanted = {*wanted, InstitutionKind.KINDERGARTEN}
    place = side.split("-")[0] if "-" in side else ""
    urban: dict[str, bool | None] = {}
    for area in problem.areas:
        urban[area.id] = area.urban
    for area in problem.areas:
        urban.setdefault(area.name or area.id, area.urban)
    return {
        one.id: one
        for one in problem.institutions
        if one.kind in wanted and not one.blacklisted and (not place or urban.get(one.town) is (place == "urban"))
    }


def _finding(code: str, ids: tuple[str, ...], zh: str, en: str) -> Finding:
    action = Text("请重新结对，或更正结果文件", "pair anew, or correct the result")
    return Finding(code=code, where="pairs", ids=ids, found=Text(zh, en), action=action)
