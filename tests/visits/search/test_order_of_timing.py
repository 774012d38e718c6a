"""What a moved task changes is timed after the task itself."""

from __future__ import annotations

from optimizer.visits.objective import HOMECARE
from optimizer.visits.search.session import Cooling
from tests.toys import caregiver, tiny_problem, visit
from tests.visits.search.kernels import session_of

AT_TEN, AT_NOON, WIDE = range(3)
COLD = Cooling(start=1e-6, end=1e-6, pool_share=0.0, relocate_share=1.0, exchange_share=1.0)


def test_a_late_task_may_move_before_one_that_closes_early() -> None:
    """Without links a task keeps its key; the one that it is put before must not be timed by where it stood."""
    visits = [
        visit("a", x=10, minutes=30, window=("10:30", "10:35")),
        visit("b", x=-20, minutes=30, window=("11:30", "11:35")),
        visit("c", x=5, minutes=30),
    ]
    session = session_of(*tiny_problem(visits=visits, caregivers=[caregiver("ann")]), HOMECARE)
    session.adopt({0: (AT_TEN, AT_NOON, WIDE)})
    session.run(500, COLD.start, COLD)
    assert session.current_orders() == {0: (WIDE, AT_TEN, AT_NOON)}
