"""The language of the command, known before its help texts are built."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from optimizer.common.language import Language, Text, language_of_locale

__all__ = ["LANGUAGE", "requested_language", "say", "without_common_options"]


def requested_language(arguments: Sequence[str]) -> Language:
    """The language that ``--lang zh`` or ``--lang=zh`` asks for, else that of the locale."""
    for position, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            wanted = value or (arguments[position + 1] if position + 1 < len(arguments) else "")
            if wanted in set(Language):
                return Language(wanted)
    return language_of_locale()


LANGUAGE = requested_language(sys.argv[1:])
"""Language of this run of the command; help texts are fixed when the command is built, so it is read only once."""


def say(zh: str, en: str) -> str:
    """One of two texts, in the language of this run."""
    return Text(zh, en).in_(LANGUAGE)


def without_common_options(arguments: Sequence[str]) -> list[str]:
    """The arguments without ``--lang`` and ``--debug``: these may stand anywhere, and are read before anything else."""
    kept: list[str] = []
    skip = False
    for argument in arguments:
        if skip or argument == "--debug" or argument.startswith("--lang="):
            skip = False
        elif argument == "--lang":
            skip = True
        else:
            kept.append(argument)
    return kept
