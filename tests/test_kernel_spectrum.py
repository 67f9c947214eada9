"""Eigenvalues keep their places along a branch, and two neighbouring spectra explain each other or do not."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import twins
from calling import compiled, wrapped

from contin_kernels import spectrum
from contin_kernels.memory import pointer_to

significant = wrapped(spectrum.significant)


@compiled
def order_like(re, im, watch, older, before, ratio, n):
    spectrum.order_like(re, im, watch, pointer_to(older), pointer_to(before), ratio, n)


@compiled
def sure_of_signs(left, right, change, way, n):
    return spectrum.sure_of_signs(pointer_to(left), pointer_to(right), change, way, n, 0)


def sure(left, right, way, change=0.0):
    left, right = np.array(left, dtype=complex), np.array(right, dtype=complex)
    columns = [np.concatenate([values.real, values.imag]) for values in (left, right)]
    return sure_of_signs(*columns, change, way, len(left))


@compiled
def spectra_doubtful(before, after, left, right, n):
    return spectrum.spectra_doubtful(
        pointer_to(before), pointer_to(after), pointer_to(left), pointer_to(right), n, 0
    )


def ordered(values, before, older=None, ratio=0.0):
    """The values as the kernel orders them; what is watched of them must keep to them."""
    values, before = np.array(values, dtype=complex), np.array(before, dtype=complex)
    older = before if older is None else np.array(older, dtype=complex)
    re, im = values.real.copy(), values.imag.copy()
    watch = 7.0 * re + im
    columns = [np.concatenate([v.real, v.imag]) for v in (older, before)]
    order_like(re, im, watch, *columns, ratio, len(re))
    assert np.array_equal(watch, 7.0 * re + im)
    return re + 1j * im


FAMILIES = {
    "real values": lambda s: [s, 2.0 - 0.5 * s, -1 + 0.3 * s],
    "a pair through the axis": lambda s: [s - 0.5 + 2j, s - 0.5 - 2j, -1.0, -3 + s],
    "two pairs whose real parts cross": lambda s: [s + 1j, s - 1j, 0.5 - s + 1.5j, 0.5 - s - 1.5j],
    "two pairs whose frequencies cross": lambda s: [
        0.1 + (1 + s) * 1j,
        0.1 - (1 + s) * 1j,
        -0.1 + (2 - s) * 1j,
        -0.1 - (2 - s) * 1j,
    ],
    "a far and a near scale": lambda s: [1e6 * (s - 2), 1e-3 * s + 1, -1e-3],
}


@pytest.mark.parametrize("name", FAMILIES)
def test_each_eigenvalue_of_a_smooth_family_keeps_its_place(name):
    # In each step a value moves by less than half of its distance from the others, so that "nearest" means "the same".
    family, random = FAMILIES[name], np.random.default_rng(1)
    places = np.array(family(0.0), dtype=complex)
    for s in np.linspace(0.0, 1.0, 100):
        shuffled = random.permutation(np.array(family(s), dtype=complex))
        assert np.array_equal(twins.order_like(shuffled, places), ordered(shuffled, places))
        places = ordered(shuffled, places)
        assert np.array_equal(places, np.array(family(s), dtype=complex))


def test_values_that_pass_each_other_are_told_apart_by_where_they_were_going():
    older, before = [0.0, 1.0], [0.4, 0.6]
    assert ordered([0.2, 0.8], before).tolist() == [0.2, 0.8]
    assert ordered([0.2, 0.8], before, older, 1.0).tolist() == [0.8, 0.2]
    pair = [0.1 + 1j, 0.1 - 1j, 0.5 + 1j, 0.5 - 1j]
    later = [0.2 + 1j, 0.2 - 1j, 0.4 + 1j, 0.4 - 1j]
    assert ordered(pair, later, pair, 2.0).tolist() == [0.5 + 1j, 0.5 - 1j, 0.1 + 1j, 0.1 - 1j]


def test_a_value_that_has_become_real_or_complex_is_expected_where_it_is():
    older, before = [0.29, 0.017, -0.19], [0.12 + 0.03j, 0.12 - 0.03j, -0.19]
    assert ordered([-0.187, 0.09 + 0.14j, 0.09 - 0.14j], before, older, 1.0)[2] == -0.187


def test_a_pair_that_is_about_to_meet_keeps_its_halves():
    values = ordered([0.1 - 0.01j, 0.1 + 0.01j], [0.1 + 0.1j, 0.1 - 0.1j], [0.1 + 0.4j, 0.1 - 0.4j], 1.0)
    assert set(values.tolist()) == {0.1 + 0.01j, 0.1 - 0.01j}


def test_at_the_start_by_falling_real_part_and_pairs_with_the_upper_one_first():
    nothing = np.full(5, np.nan)
    values = ordered([-1 - 2j, 3.0, -5.0, -1 + 2j, 0.5], nothing)
    assert values.tolist() == [3.0, 0.5, -1 + 2j, -1 - 2j, -5.0]


def test_two_real_values_that_become_a_pair_take_both_places():
    after = ordered([-1 - 0.1j, 2.0, -1 + 0.1j], [2.0, -0.95, -1.05])
    assert after[0] == 2.0
    assert sorted(after[1:], key=lambda v: v.imag) == [-1 - 0.1j, -1 + 0.1j]


@pytest.mark.parametrize("size", [1e-8, 1.0, 1e8])
def test_only_what_exceeds_rounding_is_significant(size):
    assert significant(1e-12 * size, size, size) == 1e-12 * size
    assert significant(-1e-12 * size, size, size) == -1e-12 * size
    assert significant(1e-14 * size, size, size) == 0.0
    assert (
        significant(1e-4 * size, 1e-4 * size, 1e12 * size) == 0.0
    )  # a small eigenvalue of a large matrix is noise
    assert significant(0.0, size, size) == 0.0


def doubt(fold, branching, left, right):
    """The kernel's verdict on spectra `left`, `right` with a fold or a branch point between them or not."""
    left, right = np.array(left, dtype=complex), np.array(right, dtype=complex)
    before = np.concatenate([[1.0, 1.0], left.real])
    after = np.concatenate([[-1.0 if fold else 1.0, -1.0 if branching else 1.0], right.real])
    columns = [np.concatenate([values.real, values.imag]) for values in (left, right)]
    verdict = bool(spectra_doubtful(before, after, *columns, len(left)))
    assert verdict == twins.doubtful(before, after, left, right)
    return verdict


@pytest.mark.parametrize(("fold", "branching"), list(product([False, True], repeat=2)))
def test_real_values_through_zero_are_explained_by_folds_and_branch_points(fold, branching):
    explained = {(False, False): {0}, (True, False): {1}, (False, True): {1}, (True, True): {0}}
    for count in range(4):
        left = [-0.1 - i for i in range(3)]
        right = [-v if i < count else v for i, v in enumerate(left)]
        assert doubt(fold, branching, left, right) == (count not in explained[fold, branching])


def test_ways_that_may_be_exchanged_are_doubtful():
    assert not doubt(True, False, [-0.1, -3.0, -2.0], [0.1, -3.0, -2.0])
    assert doubt(True, False, [-0.1, -3.0, -2.0], [0.1, -0.05, -2.0])
    assert doubt(
        True, False, [0.01, 0.16], [-0.7, 0.007]
    )  # the second may have fallen, the first dipped below zero
    assert not doubt(True, False, [-0.1, -0.05 + 1j, -0.05 - 1j], [0.1, -0.01 + 1j, -0.01 - 1j])


def test_pairs_whose_ways_may_be_exchanged_are_doubtful():
    left = [-0.1 + 1j, -0.1 - 1j, -0.2 + 1.01j, -0.2 - 1.01j]
    assert doubt(False, False, left, [0.1 + 1j, 0.1 - 1j, -0.15 + 1.01j, -0.15 - 1.01j])
    left[2:] = [-0.2 + 5j, -0.2 - 5j]
    assert not doubt(False, False, left, [0.1 + 1j, 0.1 - 1j, -0.15 + 5j, -0.15 - 5j])


def test_pairs_that_cross_in_both_directions_are_doubtful():
    left = [-0.1 + 1j, -0.1 - 1j, 0.1 + 5j, 0.1 - 5j]
    assert doubt(False, False, left, [0.1 + 1j, 0.1 - 1j, -0.1 + 5j, -0.1 - 5j])


def test_equal_values_cross_zero_as_one():
    for count in range(1, 5):
        left, right = [-0.1] * count + [-3.0], [0.2] * count + [-3.0]
        assert doubt(False, False, left, right) == (count % 2 == 1)
        assert doubt(False, True, left, right) == (count % 2 == 0)
    assert doubt(False, False, [-0.1, -0.11], [0.2, 0.2])
    assert doubt(False, False, [-0.1, -0.1, 4.0, 4.0], [0.2, 0.2, -5.0, -5.0])


def test_a_complex_pair_through_the_axis_explains_itself():
    assert not doubt(False, False, [-0.1 + 1j, -0.1 - 1j, -3], [0.1 + 1j, 0.1 - 1j, -3])
    assert not doubt(True, False, [-0.1 + 1j, -0.1 - 1j, -3], [0.1 + 1j, 0.1 - 1j, 3])
    assert doubt(False, False, [-0.1 + 1j, -0.1 - 1j, -3], [0.1 + 1j, 0.1 - 1j, 3])


def test_a_sign_change_together_with_one_between_real_and_complex_is_doubtful():
    assert doubt(False, False, [-0.1 + 1j, -0.1 - 1j], [0.1, 0.2])
    assert doubt(True, False, [-0.1, -0.2], [0.1 + 1j, 0.1 - 1j])
    assert not doubt(False, False, [-0.1 + 1j, -0.1 - 1j], [-0.1, -0.2])


def test_signs_are_sure_as_long_as_no_eigenvalue_reaches_the_axis():
    """A pair that moved by 1/2 is taken to go on so and by 1/2 more in any direction."""
    far, near = [-2.0 + 3j, -2.0 - 3j], [-1.5 + 3j, -1.5 - 3j]
    assert sure(far, near, 1.0) == pytest.approx(1.5)
    assert sure(far, near, -1.0) == spectrum.FURTHEST
    assert sure(near, far, 1.0) == spectrum.FURTHEST
    assert sure(near, far, -1.0) == pytest.approx(2.0)


def test_the_real_eigenvalue_next_to_zero_may_cross():
    assert sure([-0.2, -7.0], [-0.1, -7.0], 1.0) == spectrum.FURTHEST
    assert sure([-0.2, -0.3], [-0.1, -0.2], 1.0) == pytest.approx(0.2 / (2 * 0.1))
    assert sure([0.0, -1.0], [0.0, -0.75], 1.0) == pytest.approx(0.75 / 0.5)


def test_an_eigenvalue_that_rested_is_not_trusted_for_ever():
    still = [-0.01 + 1j, -0.01 - 1j]
    assert sure(still, still, 1.0, change=1.0) == pytest.approx(0.01 / spectrum.SLOWEST)


def test_an_eigenvalue_on_the_axis_is_never_sure():
    assert sure([1j, -1j, -1.0], [1j, -1j, -1.0], 1.0, change=1e-3) == 0.0


def test_a_zero_on_either_side_is_no_sign_change():
    assert not doubt(False, False, [0.0, -1.0], [0.5, -1.0])
    assert not doubt(False, False, [-0.5, -1.0], [0.0, -1.0])
