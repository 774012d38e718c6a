"""How a run ended."""

from enum import StrEnum

__all__ = ["Status"]


class Status(StrEnum):
    """State of a result.

    ``optimal``: proved; ``feasible``: obeys every rule and leaves out no mandatory visit or applicant;
    ``infeasible``: proved that the whole cannot be met, the best partial plan and the reasons are given;
    ``unknown``: a partial plan that nobody proved to be the best possible.
    """

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"
