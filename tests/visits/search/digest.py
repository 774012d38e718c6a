"""The plan and the cost of a made day after some iterations, as text; a module so that it can run by itself."""

from __future__ import annotations

import sys

from optimizer.travel.matrix import TravelMatrix
from optimizer.visits.model import Break, Link, LinkKind, Problem
from tests.toys import at, caregiver, tiny_problem, visit
from tests.visits.search.kernels import HOT, session_of

__all__ = ["digest", "made_day"]


def digest(iterations: int) -> str:
    """Orders and cost of the best plan of the day."""
    session = session_of(*made_day())
    for temperature in (2000.0, 200.0, 20.0):
        session.run(iterations // 3, temperature, HOT)
    return f"{session.best_orders()} {session.best.tolist()} {session.cost!r}"


def made_day() -> tuple[Problem, TravelMatrix]:
    """A day with pairs, a team, sequences, breaks and visits left out."""
    visits = [visit(f"v{i:02d}", x=i * 7 % 23, minutes=25, window=("08:00", "16:00", "12:00")) for i in range(26)]
    visits += [visit("team", x=5, team_size=2), visit("extra", x=40, mandatory=False)]
    links = (
        Link(id="a", kind=LinkKind.SIMULTANEOUS, visits=("v01", "v02")),
        Link(id="b", kind=LinkKind.SEQUENTIAL, visits=("v03", "v04"), min_gap_t=3600, max_gap_t=7200),
    )
    lunch = Break(id="lunch", earliest_t=at("11:00"), latest_t=at("12:30"), duration_t=1800)
    crew = [caregiver(name, x=i, breaks=(lunch,)) for i, name in enumerate(("ann", "bea", "cid"))]
    return tiny_problem(visits=visits, caregivers=crew, links=links)


if __name__ == "__main__":
    sys.stdout.write(digest(int(sys.argv[1])) + "\n")
