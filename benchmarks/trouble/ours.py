"""A variant followed by contin, as a user would: no settings but those that the variant needs."""

from __future__ import annotations

import contin
from benchmarks.trouble.findings import Findings, Found
from benchmarks.trouble.reflection import reflect, reflected_flow
from benchmarks.trouble.variant import Variant


def follow(variant: Variant) -> Findings:
    """What `contin.follow` reports."""
    model, start = variant.model, list(variant.start)
    if variant.reflected:
        model, start = reflected_flow(model), reflect(start)
    at = variant.parameters
    try:
        branch = contin.follow(
            model, variant.along, start=start, at=at, span=variant.span, settings=variant.settings
        )
    except contin.NotConverged as error:
        return Findings(failed="refused", why=str(error))
    found = tuple(Found(p.kind, p[variant.along], p.error) for p in branch.special)
    belongs = variant.belongs or (lambda r, state: True)
    values = branch[variant.along]
    reasons = tuple(end.reason for end in branch.ends)
    wrong = [] if variant.ends is None else [r for r in reasons if r not in variant.ends]
    return Findings(
        found,
        strayed=not all(belongs(values[i], branch.states[i]) for i in (0, -1)),
        stopped=f'"{wrong[0]}"' if wrong else "",
        miscounted=variant.unstable not in (None, (branch.unstable[0], branch.unstable[-1])),
    )
