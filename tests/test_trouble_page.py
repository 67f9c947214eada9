"""The table of docs/trouble.md: its models have the starts and the points it says, and its verdicts count rightly."""

import math

import numpy as np
import pytest

from benchmarks.trouble import branch_points, ends, folds, hopf, near_branches, scales
from benchmarks.trouble.findings import Findings, Found
from benchmarks.trouble.variant import Variant
from benchmarks.trouble.verdict import Verdict, words

CATALOGUE = [
    trouble
    for module in (folds, hopf, branch_points, near_branches, ends, scales)
    for trouble in module.TROUBLES
]


@pytest.mark.parametrize("trouble", CATALOGUE, ids=lambda t: t.name)
def test_every_variant_starts_at_an_equilibrium_within_its_span(trouble):
    for variant in trouble.variants:
        p = variant.parameters
        lo, hi = variant.span
        assert lo <= p[variant.along] <= hi
        assert all(lo <= r <= hi for exact in variant.points.values() for r in exact)
        f = variant.model.derivative(np.array(variant.start, dtype=float), np.array(list(p.values())))
        size = max(1.0, variant.unit, *np.abs(variant.start))
        assert np.max(np.abs(f)) <= 1e-12 * size, variant.label


def test_every_class_is_named_once_and_every_variant_within_it():
    names = [trouble.name for trouble in CATALOGUE]
    assert len(names) == len(set(names))


def verdict_on(points, *found, own_words=True, span=(-1.0, 1.0), **others):
    variant = Variant("one", folds.wiggle, [0.0], span, points=points)
    verdict = Verdict()
    verdict.add(variant, Findings(tuple(Found(*one) for one in found), **others), own_words)
    return verdict


def test_points_are_matched_by_kind_and_distance_each_once():
    two = {"fold": [-1e-8, 1e-8]}
    assert verdict_on(two, ("fold", -1e-8), ("fold", 1e-8)).flawless
    assert verdict_on(two, ("fold", -1e-8)).right["fold"] == 1
    three = verdict_on(two, ("fold", 0.0), ("fold", 1e-8), ("fold", 1e-8))
    assert (three.right["fold"], three.false["fold"]) == (2, 1)
    assert verdict_on(two, ("hopf", 1e-8), ("fold", 0.1)).false == {"hopf": 1, "fold": 1}


def test_a_bound_that_is_too_small_is_counted_for_who_tells_one():
    one = {"fold": [0.0]}
    assert verdict_on(one, ("fold", 1e-9, 1e-12)).beyond == 1
    assert verdict_on(one, ("fold", 1e-9, 1e-8)).flawless
    assert verdict_on(one, ("fold", 1e-9)).flawless


def test_a_degenerate_fold_is_a_fold_to_who_has_no_word_for_it():
    one = {"degenerate fold": [0.0]}
    assert verdict_on(one, ("fold", 0.0), own_words=False).flawless
    assert not verdict_on(one, ("fold", 0.0)).flawless


def test_the_words_tell_counts_and_the_largest_error():
    verdict = verdict_on({"fold": [0.0, 0.5]}, ("fold", 2.2e-9), ("hopf", 0.0), strayed=True)
    assert words(verdict) == "1 of 2 folds, errors <= 2e-9; 1 false Hopf point; another branch in 1 of 1"
    assert words(verdict_on({})) == "nothing false"
    assert words(verdict_on({}, failed="refused", why="no")) == "refused in 1 of 1"


def test_the_fortran_of_a_model_has_its_function_and_derivatives():
    from benchmarks.trouble.fortran import source

    text = source(Variant("d", folds.wiggle, [math.sqrt(3)], (-1, 1)))
    assert "F(1) =" in text and "DFDU(1,1) = p2 - x1**2" in text and "DFDP(1,1) = 1" in text
    assert "dsign" not in source(Variant("kink", folds.absolute, [1.0], (-1, 1)))
    assert "DOT_PRODUCT" in source(scales.dense(8))
