"""Policies that are shipped, as TOML."""
