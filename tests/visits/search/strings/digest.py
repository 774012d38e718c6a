"""The plan and the cost of a made day after some steps of the string search, as text; can run by itself."""

from __future__ import annotations

import sys

from tests.visits.search.digest import made_day
from tests.visits.search.strings.boards import session_of

__all__ = ["strings_digest"]


def strings_digest(steps: int) -> str:
    """Orders and cost of the best plan of a day with pairs, a team, sequences, breaks and visits left out."""
    session = session_of(*made_day())
    session.run(steps, 0.0, 1.0)
    return f"{session.best()} {session.current_rank()}"


if __name__ == "__main__":
    sys.stdout.write(strings_digest(int(sys.argv[1])) + "\n")
