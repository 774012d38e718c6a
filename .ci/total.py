"""Adds up what the parts of ``.ci/run`` came to: the last line is ``N passed, N failed``, and any failure is code 1.

Tests are counted from their JUnit reports. A report that is not there, and a part that is no test but broke, count as
one failure each; in parts that must be whole a skip is a failure, too.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what failed outside of pytest's own words, then the sum."""
    parser = argparse.ArgumentParser(description="Add up the parts of .ci/run.")
    parser.add_argument("--reports", type=Path, required=True, help="folder of NAME.xml")
    parser.add_argument("--expected", nargs="*", default=[], help="names of reports")
    parser.add_argument("--whole", nargs="*", default=[], help="those of them where a skip is a failure")
    parser.add_argument("--broken", nargs="*", default=[], help="parts that are no tests and failed")
    given = parser.parse_args(arguments)
    passed, failed = 0, len(given.broken)
    words = [f"{name}: broken, see above" for name in given.broken]
    for name in given.expected:
        of_part = counted(given.reports / f"{name}.xml", skips_fail=name in given.whole)
        if of_part is None:
            words.append(f"{name}: its tests left no report")
            failed += 1
            continue
        words += [f"{name}: skipped, which counts as failed: {test}" for test in of_part[2]]
        passed += of_part[0]
        failed += of_part[1]
    print(*words, f"{passed} passed, {failed} failed", sep="\n")
    return int(failed > 0 or passed == 0)


def counted(report: Path, *, skips_fail: bool) -> tuple[int, int, list[str]] | None:
    """Tests that passed, those that failed, and names of skipped ones that count as failed; ``None`` without tests."""
    try:
        cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    except (OSError, ElementTree.ParseError):
        return None
    bad = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    skipped = [case for case in cases if case not in bad and case.find("skipped") is not None]
    names = [f"{case.get('classname')}::{case.get('name')}" for case in skipped] if skips_fail else []
    return (len(cases) - len(bad) - len(skipped), len(bad) + len(names), names) if cases else None


if __name__ == "__main__":
    sys.exit(main())
