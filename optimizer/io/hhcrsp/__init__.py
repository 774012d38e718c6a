"""Published home-healthcare instances (hhcrsp) and their solutions, read and written.

:mod:`.instance` reads, :mod:`.writing` writes, :mod:`.solution` does both for solutions; :mod:`.wire` names the fields
and :mod:`.faults` finds what does not fit together.
"""

from optimizer.io.hhcrsp.instance import hhcrsp_from_json, read_hhcrsp
from optimizer.io.hhcrsp.solution import (
    hhcrsp_plan_from_json,
    hhcrsp_plan_to_json,
    read_hhcrsp_plan,
    write_hhcrsp_plan,
)
from optimizer.io.hhcrsp.writing import hhcrsp_to_json, write_hhcrsp

__all__ = [
    "hhcrsp_from_json",
    "hhcrsp_plan_from_json",
    "hhcrsp_plan_to_json",
    "hhcrsp_to_json",
    "read_hhcrsp",
    "read_hhcrsp_plan",
    "write_hhcrsp",
    "write_hhcrsp_plan",
]
