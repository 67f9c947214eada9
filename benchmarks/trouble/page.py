"""The page `docs/trouble.md`: what was run, the table, and where contin is not right."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.trouble.auto import CONSTANTS, SECONDS, STEPS
from benchmarks.trouble.variant import Trouble
from benchmarks.trouble.verdict import Verdict, words

FINER = 10
"""How many times smaller AUTO's steps are in its second run."""

TITLE = "# Branches that make programs go wrong"

HOW = (
    """Each row is a class of models on which continuation programs are known to jump to other branches, to miss special
    points or to invent them. Every variant is known in closed form; `benchmarks/trouble/` has the models and the exact
    values. contin runs with its default settings (but for steps that are to land on a point), {auto} with the constants
    below, both from the same start to both ends of the span. This page is made by""",
    """A point counts as found if it is of the right kind and within 1e-4 of the span of an exact one; the largest error of
    those found is told, as a part of the span. Points that do not exist are counted as false. For contin more is asked: the
    error must be below the bound that it tells with the point, each end of the branch must stop for the right reason,
    and where the number of unstable eigenvalues is given it must be right at both ends. A row in **bold** is where contin is
    not right in all variants; which ones is told below the table.""",
    """AUTO's constants: {constants}; {steps}. DS, DSMAX and DSMIN are times the size of the largest state or the parameter
    where that is far from 1. The Jacobian is analytic, written by SymPy from the function that contin follows. AUTO has no
    word for a degenerate fold, so an LP is right there. It does not notice that a branch closes: it goes round until NMX, and
    a point found again is counted once. It stops at the first point beyond the span; what it finds there is left out. Where
    it ends at a pole or an edge is not judged; after {seconds} s of computing it is stopped. Much of what it misses it
    misses because of its steps: below the table is what it finds with steps {finer} times smaller.""",
)

NONE = "In none of these variants. Known to be wrong beyond them:"

KNOWN = (
    '- In some mixed linear coordinates a pole ends the branch as "step too small" or "most points" instead of "diverges".',
    "- Where a ring of 100 equal cells has its first double branch point, that point is found, but not all branches through it.",
    "- Branches that touch in mixed coordinates: the contact was missed in 4 of 200 random variants.",
)

COMMANDS = """```
apt-get install auto-07p gfortran
python -m benchmarks.trouble --write
```"""

COLUMNS = """| class | variants | truth | contin | AUTO-07p |
|---|---|---|---|---|"""


@dataclass(frozen=True)
class Row:
    """A class with the verdicts on contin and on AUTO, with its usual steps and with finer ones; None if not run."""

    trouble: Trouble
    ours: Verdict
    theirs: Verdict | None = None
    finer: Verdict | None = None


def page(rows: Sequence[Row], auto: str) -> str:
    """The whole page; `auto` is AUTO's name with its version."""
    names = {
        "auto": auto,
        "constants": ", ".join(f"{name} = {value:g}" for name, value in CONSTANTS.items()),
        "steps": ", ".join(f"{name} = {value:g}" for name, value in STEPS.items()),
        "seconds": SECONDS,
        "finer": FINER,
    }
    how, counts, constants = (textwrap.fill(" ".join(text.format(**names).split()), 120) for text in HOW)
    table = "\n".join([COLUMNS, *map(_row, rows)])
    flaws = "\n".join(["## Where contin is not right", "", *(list(_flaws(rows)) or [NONE]), "", *KNOWN])
    return "\n\n".join([TITLE, how, COMMANDS, counts, constants, table, *_summary(rows), flaws]) + "\n"


def _row(row: Row) -> str:
    trouble, ours, theirs = row.trouble, row.ours, row.theirs
    name = trouble.name if ours.flawless else f"**{trouble.name}**"
    first, last = trouble.variants[0].label, trouble.variants[-1].label
    cells = (
        name,
        f"{ours.variants}: {first} ... {last}",
        trouble.truth,
        words(ours),
        words(theirs) if theirs else "not run",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _summary(rows: Sequence[Row]) -> Iterator[str]:
    ours = _right(row.ours for row in rows)
    theirs = [row.theirs for row in rows if row.theirs]
    auto = f" AUTO-07p: {_right(theirs)}." if theirs else ""
    yield f"Nothing missed, false or wrong, contin: {ours}.{auto}"
    finer = [row for row in rows if row.finer]
    if finer:
        text = (
            f"AUTO-07p with steps {FINER} times smaller (DS, DSMAX and DSMIN, NMX {FINER} times larger): "
            f"{_right(row.finer for row in finer if row.finer)}. Where that changes the row:"
        )
        changed = [
            f"- {row.trouble.name}: {words(row.finer)}"
            for row in finer
            if row.finer and row.theirs and row.finer.wrong != row.theirs.wrong
        ]
        yield textwrap.fill(text, 120)
        yield "\n".join(changed)


def _right(verdicts: Iterable[Verdict]) -> str:
    all_of_them = list(verdicts)
    variants = sum(v.variants for v in all_of_them)
    right = variants - sum(len(v.wrong) for v in all_of_them)
    classes = sum(v.flawless for v in all_of_them)
    return f"{right} of {variants} variants, {classes} of {len(all_of_them)} classes"


def _flaws(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        if not row.ours.flawless:
            yield f"- {row.trouble.name}: in {', '.join(f'`{label}`' for label in row.ours.wrong)}."
            yield from (f"  Refused with: {text}" for text in sorted(row.ours.why))
