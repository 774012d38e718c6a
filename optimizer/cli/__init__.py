"""The ``careplan`` command: a thin skin over the library."""

from optimizer.cli.main import main

__all__ = ["main"]
