"""A variant followed by AUTO-07p: both directions from the start, folds, branch points and Hopf points detected."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.models import Case
from benchmarks.rivals.auto07p import AutoError, Installation, Point, build, run
from benchmarks.trouble.findings import LIKE, Findings, Found
from benchmarks.trouble.fortran import source
from benchmarks.trouble.reflection import reflect
from benchmarks.trouble.variant import Variant

CONSTANTS: dict[str, float] = {
    "IPS": 1, "ILP": 1, "ISP": 2, "JAC": 1, "EPSL": 1e-7, "EPSU": 1e-7, "EPSS": 1e-5, "ITMX": 9, "ITNW": 5, "NWTN": 3,
    "DSMIN": 1e-7, "IADS": 1, "NMX": 2000,
}  # fmt: skip
STEPS = {"DS": 0.01, "DSMAX": 0.1}
SECONDS = 60


def follow(variant: Variant, auto: Installation, finer: int = 1) -> Findings:
    """What AUTO reports on the two runs, from the start up and down, with steps `finer` times smaller."""
    case = Case(
        name=variant.model.name,
        state=tuple(reflect(variant.start) if variant.reflected else variant.start),
        parameters=variant.parameters,
        along=variant.along,
        states=None,
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "model.f90").write_text(source(variant))
        program = _limited(build(auto, folder / "model.f90", folder, "files"))
        runs: list[tuple[Point, ...]] = []
        for sign in (1, -1):
            try:
                runs.append(run(program, case, "files", _constants(variant, sign, finer)).points)
            except AutoError:
                continue
    findings = _findings(variant, runs)
    return findings if len(runs) == 2 else replace(findings, failed=f"no end within {SECONDS} s")


def _limited(program: Path) -> Path:
    """The program with a limit of its CPU time: where f is not finite AUTO may go on for ever."""
    script = program.with_suffix(".sh")
    script.write_text(f'#!/bin/sh\nulimit -t {SECONDS}\nexec "{program}"\n')
    script.chmod(0o755)
    return script


def _constants(variant: Variant, sign: int, finer: int) -> dict[str, float]:
    """DS and DSMAX in the variant's unit, and the span."""
    lo, hi = variant.span
    unit = variant.unit / finer
    sizes = {"DS": sign * unit * STEPS["DS"], "DSMAX": unit * STEPS["DSMAX"], "DSMIN": unit * 1e-7}
    return {**CONSTANTS, **sizes, "RL0": lo, "RL1": hi, "NMX": finer * CONSTANTS["NMX"]}


def _findings(variant: Variant, runs: list[tuple[Point, ...]]) -> Findings:
    """The labelled points within the span (to a part of 1e-4, as AUTO stops beyond it), each once on a closed branch."""
    lo, hi = variant.span
    margin = 1e-4 * (hi - lo)
    points = [p for one in runs for p in one if p.kind in LIKE and lo - margin <= p.parameter <= hi + margin]
    if variant.ends is not None and "closed loop" in variant.ends:
        points = _once(points)
    belongs = variant.belongs or (lambda r, state: True)
    last = [one[-1] for one in runs]
    return Findings(
        tuple(Found(LIKE[p.kind], p.parameter) for p in points),
        strayed=not all(
            belongs(p.parameter, p.state) for p in last if lo <= p.parameter <= hi or p.kind == "EP"
        ),
        stopped="no convergence (MX)"
        if any(p.kind == "MX" for p in last) and variant.ends == ("span", "span")
        else "",
    )


def _once(points: list[Point]) -> list[Point]:
    """AUTO goes round a closed branch until NMX: the same point again is within its tolerances of the first."""
    kept: list[Point] = []
    for p in points:
        same = (k for k in kept if k.kind == p.kind and abs(k.parameter - p.parameter) < 1e-5)
        if not any(max(abs(a - b) for a, b in zip(k.state, p.state, strict=True)) < 1e-3 for k in same):
            kept.append(p)
    return kept
