"""How the search's functions are compiled, and where the machine code is kept.

The folder's name carries a hash of all files of this package, of numba and of the processor: numba looks only at a
function's own file, so an edited helper would otherwise live on in the stored code of its callers. Without numba, or
with ``NUMBA_DISABLE_JIT=1``, the functions run as plain Python, slowly, with the same results.
"""

# mypy: disable-error-code="no-untyped-call,attr-defined,call-overload,assignment,call-arg,no-any-return"
from __future__ import annotations

import hashlib
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

__all__ = ["cache_folder", "compiled", "compiled_for", "fingerprint", "inlined", "is_compiling"]

PACKAGE = Path(__file__).parent

Function = TypeVar("Function", bound=Callable[..., Any])

try:
    import numba
except ImportError:  # the search then runs as plain Python
    numba = None


def is_compiling() -> bool:
    """Whether the search runs as machine code."""
    return numba is not None and not numba.config.DISABLE_JIT


@lru_cache
def cache_folder(package: Path = PACKAGE) -> Path:
    """Where a package's machine code is kept: below ``NUMBA_CACHE_DIR`` if set, else in the user's cache folder.

    A temporary folder where neither can be written.
    """
    name = f"{package.name}-{fingerprint(package)}"
    folder = _base() / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir()) / "careplan" / name
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def fingerprint(package: Path) -> str:
    """Hash of the Python files of a folder, of what all compiled code stands on, of numba and of the processor."""
    digest = hashlib.sha256()
    for file in [*sorted(package.glob("*.py")), PACKAGE / "compiled.py", PACKAGE / "reference.py"]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    digest.update("\0".join((numba.__version__ if numba else "", _processor(), sys.version)).encode())
    return digest.hexdigest()[:16]


def compiled(function: Function) -> Function:
    """Compile a function of this package on its first call, or read it from the cache.

    Arrays are never allocated inside, so reference counts are left out; divisions by zero follow IEEE 754. While the
    machine code runs, other threads may run.
    """
    return _compiled(function, PACKAGE)


def inlined(function: Function) -> Function:
    """The same for a small function on the hot path: its code is written into every caller."""
    return _compiled(function, PACKAGE, inline=True)


def compiled_for(package: Path) -> Callable[[Function], Function]:
    """The same for another package, whose code is kept apart: editing one does not compile the other anew."""
    return lambda function: _compiled(function, package)


def _compiled(function: Function, package: Path, *, inline: bool = False) -> Function:
    if not is_compiling():
        return function
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(cache_folder(package))  # read by numba while it decorates
    try:
        dispatcher = numba.njit(
            cache=True, error_model="numpy", _nrt=False, nogil=True, no_cfunc_wrapper=True, forceinline=inline
        )(function)
    finally:
        numba.config.CACHE_DIR = before
    return _for_all_values(dispatcher)


def _for_all_values(dispatcher: Any) -> Any:
    """Compile for the types of the arguments alone; numba would compile anew for each constant handed over."""
    template = dispatcher.get_call_template
    unliteral = numba.core.types.unliteral

    def get_call_template(args: Any, kws: Any) -> Any:
        return template(tuple(map(unliteral, args)), {name: unliteral(kind) for name, kind in kws.items()})

    dispatcher.get_call_template = get_call_template
    return dispatcher


def _base() -> Path:
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given:
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "careplan"


def _processor() -> str:
    if numba is None:
        return platform.machine()
    from llvmlite import binding  # comes with numba

    return f"{binding.get_host_cpu_name()} {binding.get_host_cpu_features().flatten()}"
