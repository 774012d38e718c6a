"""Tests of the way from an allocation to a decision."""
