"""Migrations of the tables, one module a step."""
