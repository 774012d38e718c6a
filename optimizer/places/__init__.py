"""Allocation of childcare places and eldercare beds: model, policies, the two rules, and their proofs."""
