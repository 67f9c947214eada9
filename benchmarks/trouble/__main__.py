"""`python -m benchmarks.trouble`: the page on stdout, or with `--write` in `docs/trouble.md`; progress on stderr."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.rivals.auto07p import AutoError, Installation, find_auto
from benchmarks.trouble import auto, branch_points, ends, folds, hopf, near_branches, ours, scales
from benchmarks.trouble.findings import Findings
from benchmarks.trouble.page import FINER, Row, page
from benchmarks.trouble.variant import Trouble, Variant
from benchmarks.trouble.verdict import Verdict, words

PAGE = Path(__file__).resolve().parents[2] / "docs" / "trouble.md"
TROUBLES: tuple[Trouble, ...] = (
    *folds.TROUBLES,
    *hopf.TROUBLES,
    *branch_points.TROUBLES,
    *near_branches.TROUBLES,
    *ends.TROUBLES,
    *scales.TROUBLES,
)


def judge(trouble: Trouble, follow: Callable[[Variant], Findings], own_words: bool) -> Verdict:
    """All variants of a class by one program."""
    verdict = Verdict()
    for variant in trouble.variants:
        verdict.add(variant, follow(variant), own_words)
    return verdict


def _with_auto(trouble: Trouble, installation: Installation, finer: int) -> Verdict:
    """The class by AUTO, told on stderr."""
    verdict = judge(trouble, lambda variant: auto.follow(variant, installation, finer), False)
    print(f"    AUTO:   {words(verdict)} (steps 1/{finer})", file=sys.stderr, flush=True)
    return verdict


def version(installation: Installation) -> str:
    """AUTO's name and version, as the system's package or its own folder tells it."""
    package = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", "auto-07p"], capture_output=True, text=True, check=False
    )
    found = package.stdout.strip() or installation.directory.name
    return (
        f"AUTO-07p ({re.sub(r'[+].*', '', found)}, as packaged)" if package.stdout else f"AUTO-07p ({found})"
    )


def main(arguments: list[str] | None = None) -> int:
    """Print or write the page; 0 when done, 1 where `--write` finds no AUTO."""
    parser = argparse.ArgumentParser(description="contin and AUTO-07p on troublesome branches.")
    parser.add_argument("--write", action="store_true", help="write docs/trouble.md")
    parser.add_argument("--only", default="", help="classes whose name has this in it")
    options = parser.parse_args(arguments)
    try:
        installation: Installation | None = find_auto()
    except AutoError as error:
        print(error, file=sys.stderr)
        if options.write:
            return 1
        installation = None
    rows = []
    for trouble in TROUBLES:
        if options.only.lower() not in trouble.name.lower():
            continue
        mine = judge(trouble, ours.follow, True)
        print(f"{trouble.name}\n    contin: {words(mine)}", file=sys.stderr)
        theirs = [_with_auto(trouble, installation, finer) for finer in (1, FINER)] if installation else []
        rows.append(Row(trouble, mine, *theirs))
    text = page(rows, version(installation) if installation else "AUTO-07p (not here)")
    if options.write:
        PAGE.write_text(text)
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
