"""Findings against the truth, and both in a few words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.trouble.findings import Findings, Found
from benchmarks.trouble.variant import Variant

NEAR = 1e-4
"""A point farther than this part of the span from every exact one is false."""

PLURAL = {
    "fold": "folds",
    "branch point": "branch points",
    "hopf": "Hopf points",
    "degenerate fold": "degenerate folds",
    "non-hyperbolic": "non-hyperbolic points",
}
SINGULAR = {"hopf": "Hopf point", "non-hyperbolic": "non-hyperbolic point"}
SAME = {"degenerate fold": ("degenerate fold", "fold")}
"""Kinds that count as the right one for a program that has no word of its own."""


@dataclass
class Verdict:
    """Sums over the variants of a class.

    `right`, `expected` and `error` are by kind: points found, points that there are, and the largest error as a part of
    the span; `false` counts points that do not exist. `beyond` counts points off by more than the program's own bound.
    """

    expected: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    error: dict[str, float] = field(default_factory=dict)
    beyond: int = 0
    strayed: int = 0
    miscounted: int = 0
    stopped: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    why: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    variants: int = 0

    @property
    def flawless(self) -> bool:
        """Whether all is right in all variants."""
        return not self.wrong

    def add(self, variant: Variant, findings: Findings, own_words: bool) -> None:
        """Count one variant; `own_words` says that the program knows degenerate points by name."""
        before = (self.right.total(), self.false.total(), self.beyond)
        self.variants += 1
        left = list(findings.points)
        width = variant.span[1] - variant.span[0]
        for kind, exact in variant.points.items():
            self.expected[kind] += len(exact)
            names = (kind,) if own_words else SAME.get(kind, (kind,))
            self._match(kind, sorted(exact), left, names, width)
        self.false.update(found.kind for found in left)
        self.strayed += findings.strayed
        self.miscounted += findings.miscounted
        self.stopped += [findings.stopped] if findings.stopped else []
        self.failed += [findings.failed] if findings.failed else []
        self.why |= {findings.why} - {""}
        flaws = findings.strayed or findings.miscounted or findings.stopped or findings.failed
        missed = sum(map(len, variant.points.values())) - (self.right.total() - before[0])
        if flaws or missed or (self.false.total(), self.beyond) != before[1:]:
            self.wrong.append(variant.label)

    def _match(
        self, kind: str, exact: list[float], left: list[Found], names: Sequence[str], width: float
    ) -> None:
        """Take from `left` the points that are the exact ones: pairs nearest to each other first."""
        pairs = sorted(
            (
                (abs(f.value - e), i, j)
                for i, f in enumerate(left)
                for j, e in enumerate(exact)
                if f.kind in names
            ),
        )
        used: dict[int, int] = {}
        for distance, i, j in pairs:
            if i in used or j in used.values() or distance > NEAR * width:
                continue
            used[i] = j
            self.right[kind] += 1
            self.error[kind] = max(self.error.get(kind, 0.0), distance / width)
            bound = left[i].bound
            if bound is not None and distance > bound + 1e-13 * max(width, abs(exact[j])):
                self.beyond += 1
        for i in sorted(used, reverse=True):
            del left[i]


def words(verdict: Verdict) -> str:
    """The verdict in a cell of the table."""
    said = [_counted(verdict, kind) for kind in verdict.expected if verdict.expected[kind]]
    said += [f"{count} false {_named(kind, count)}" for kind, count in verdict.false.items()]
    if not said and verdict.variants > len(verdict.failed):
        said = ["nothing false"]
    of = f" of {verdict.variants}"
    if verdict.beyond:
        said.append(f"{verdict.beyond} off by more than the bound told")
    if verdict.strayed:
        said.append(f"another branch in {verdict.strayed}{of}")
    if verdict.miscounted:
        said.append(f"stability wrong in {verdict.miscounted}{of}")
    if verdict.stopped:
        said.append(f"stops in {len(verdict.stopped)}{of}: {_common(verdict.stopped)}")
    if verdict.failed:
        said.append(f"{_common(verdict.failed)} in {len(verdict.failed)}{of}")
    return "; ".join(said)


def _counted(verdict: Verdict, kind: str) -> str:
    text = f"{verdict.right[kind]} of {verdict.expected[kind]} {_named(kind, verdict.expected[kind])}"
    return text + (f", errors <= {_rounded_up(verdict.error[kind])}" if verdict.right[kind] else "")


def _rounded_up(error: float) -> str:
    """One digit, upwards; an error below a double's rounding is called that."""
    if error < 2.3e-16:
        return "2e-16"
    mantissa, exponent = f"{error:.3e}".split("e")
    up = float(mantissa)
    digit = int(up) + (up > int(up))
    return f"{digit}e{int(exponent)}" if digit < 10 else f"1e{int(exponent) + 1}"


def _named(kind: str, count: int) -> str:
    return SINGULAR.get(kind, kind) if count == 1 else PLURAL.get(kind, f"{kind}s")


def _common(texts: list[str]) -> str:
    return Counter(texts).most_common(1)[0][0]
