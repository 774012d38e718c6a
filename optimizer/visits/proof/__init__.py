"""Proofs for small days: a lower bound of the cost by CP-SAT, and with it plans that are known to be the best."""

from optimizer.visits.proof.verdict import Proof, reserve_s

__all__ = ["Proof", "reserve_s"]
