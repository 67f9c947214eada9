"""Special points solved from a hundredth away: exact values, and gaps where there is no branch point."""

from __future__ import annotations

import math

import numpy as np
import pytest
from kernel_models import Polynomial

from contin import flow
from contin.models.brusselator import brusselator
from contin.models.griffith import griffith
from contin.models.hopf_normal_form import hopf_normal_form
from contin.models.lorenz import lorenz
from contin.problems import Equilibria
from contin_kernels.branching import GAP, confirmed, lies_between
from contin_kernels.jit import kernel
from contin_kernels.memory import address_of, pointer_to
from contin_kernels.points import branch_point, fold, hopf
from contin_kernels.status import NOT_CONVERGED, NOT_FINITE, OK, SINGULAR

OFFSETS = [1e-2, -1e-2, 1e-3]


@kernel
def is_confirmed(table, a, b, scale):
    return confirmed(pointer_to(table), a, b, scale)


def context_of(system, along, **values):
    return Equilibria(system, along).context(system.parameter_vector(values))


def solve_fold(context, z, scale=None):
    scale = np.maximum(1.0, np.abs(z)) if scale is None else np.asarray(scale, dtype=float)
    with np.errstate(all="ignore"):
        return fold.solve(address_of(fold.augmented), context.table, scale, z)


def solve_hopf(context, z, omega, scale=None):
    scale = np.maximum(1.0, np.abs(z)) if scale is None else np.asarray(scale, dtype=float)
    with np.errstate(all="ignore"):
        return hopf.solve(address_of(hopf.augmented), context.table, scale, z, omega)


def solve_branch_point(context, z, chord, scale=None):
    scale = np.maximum(1.0, np.abs(z)) if scale is None else np.asarray(scale, dtype=float)
    with np.errstate(all="ignore"):
        return branch_point.solve_from(
            address_of(branch_point.augmented), context.table, scale, z, np.array(chord)
        )


@pytest.mark.parametrize("off", OFFSETS)
@pytest.mark.parametrize("b", [0.25, 1.0, 3.0])
def test_griffith_fold_at_half_of_the_inverse_rate(b, off):
    context = context_of(griffith, "a", b=b)
    exact = np.array([1.0, 1 / (2 * b), 1 / (2 * b)])
    z = exact * (1 + off * np.array([1.0, -1.0, 0.5]))
    scale = np.maximum(1.0, exact)
    status, residual, error, r, w, rows = solve_fold(context, z, scale)
    assert status == OK
    assert abs(z[2] - exact[2]) <= error <= 1e-13
    assert np.max(np.abs(z - exact)) <= 1e-13
    assert residual <= 1e-14
    # A = [[-a, 1], [1/2, -b]] at the fold: A r = 0 and w A = 0.
    A = np.array([[-exact[2], 1.0], [0.5, -b]])
    assert np.max(np.abs(A @ (r * scale[:2]))) <= 1e-13
    assert np.max(np.abs((w / rows) @ A)) <= 1e-13


def test_a_fold_in_units_of_1e9_and_1e_minus_9():
    unit = 1e9
    terms = [(0, 1, (2,)), (0, 1, (0, 0)), (0, 0.3, (0, 1)), (1, -1, (1,)), (1, 0.2, (0, 0))]
    model = Polynomial(2, terms, T=np.diag([1 / unit, unit]), Tinv=np.diag([unit, 1 / unit]))
    context = model.context()
    z = np.array([1e-2 / unit, -1e-2 * unit, 1e-2])
    status, residual, error, *_ = solve_fold(context, z, [1 / unit, unit, 1.0])
    assert status == OK
    assert np.max(np.abs(z * [unit, 1 / unit, 1.0])) <= 1e-14
    assert abs(z[2]) <= error <= 1e-14
    assert residual <= 1e-14


@pytest.mark.parametrize("off", OFFSETS)
@pytest.mark.parametrize("s", [-1.0, 1.0])
def test_hopf_normal_form_at_zero_with_frequency_one(s, off):
    context = context_of(hopf_normal_form, "mu", s=s)
    z = off * np.array([1.0, 0.5, -1.0])
    status, residual, error, omega, q, p = solve_hopf(context, z, 1.0 + off)
    assert status == OK
    assert omega == pytest.approx(1.0, abs=1e-14)
    assert abs(z[2]) <= error <= 1e-13
    assert residual <= 1e-14
    assert np.linalg.norm(q) == pytest.approx(1.0, abs=1e-15)
    assert np.vdot(p, q) == pytest.approx(1.0, abs=1e-14)


@pytest.mark.parametrize("off", OFFSETS)
@pytest.mark.parametrize("A", [0.5, 1.0, 3.0])
def test_brusselator_hopf_at_one_plus_a_squared_with_frequency_a(A, off):
    context = context_of(brusselator, "B", A=A)
    exact = np.array([A, (1 + A * A) / A, 1 + A * A])
    z = exact * (1 + off * np.array([1.0, -0.5, 1.0]))
    status, residual, error, omega, q, p = solve_hopf(context, z, A * (1 + off))
    assert status == OK
    assert omega == pytest.approx(A, rel=1e-13)
    assert abs(z[2] - exact[2]) <= error <= 1e-11
    assert np.max(np.abs(z - exact)) <= 1e-12
    J = np.array([[A * A, A * A], [-1 - A * A, -A * A]])
    assert np.max(np.abs(J @ q - 1j * omega * q)) <= 1e-12
    assert np.max(np.abs(J.T @ p + 1j * omega * p)) <= 1e-12 * np.max(np.abs(p))
    assert residual <= 1e-14


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_lorenz_hopf_at_470_nineteenths(side):
    rho = 470 / 19
    x = side * math.sqrt(8 / 3 * (rho - 1))
    exact = np.array([x, x, rho - 1, rho])
    context = context_of(lorenz, "rho")
    z = exact * (1 + 1e-2 * np.array([1.0, -0.5, 0.3, 1.0]))
    status, residual, error, omega, *_ = solve_hopf(context, z, 9.5)
    assert status == OK
    assert abs(z[3] - rho) <= error <= 1e-11
    assert np.max(np.abs(z - exact)) <= 1e-11
    assert omega == pytest.approx(math.sqrt(8 / 3 * (10 + rho)), rel=1e-13)
    assert residual <= 1e-13


def test_a_neutral_saddle_is_no_hopf_point():
    # Eigenvalues 1 and -1 + l: their sum is zero at l = 0, no pair is imaginary.
    model = Polynomial(2, [(0, 1, (0,)), (1, -1, (1,)), (1, 1, (2, 1)), (0, 1, (1, 1))])
    context = model.context()
    z = np.array([1e-3, 1e-3, 1e-3])
    status, _, _, omega, *_ = solve_hopf(context, z, 1.0)
    assert status != OK or not (abs(omega - 1.0) < 0.5 and np.max(np.abs(z)) < 0.1)


@pytest.mark.parametrize("off", OFFSETS)
def test_lorenz_pitchfork_at_one(off):
    context = context_of(lorenz, "rho")
    z = off * np.array([1.0, 0.5, -1.0, 1.0]) + [0, 0, 0, 1.0]
    status, residual, error, gap, v, w, rows = solve_branch_point(context, z, [0.0, 0.0, 0.0, 1.0])
    assert status == OK
    assert gap <= GAP
    assert abs(z[3] - 1.0) <= error <= 1e-13
    assert np.max(np.abs(z[:3])) <= 1e-13
    F = np.array([[-10, 10, 0, 0], [1, -1, 0, 0], [0, 0, -8 / 3, 0]])
    assert np.max(np.abs(F @ v.T)) <= 1e-12
    assert np.max(np.abs((w / rows) @ F)) <= 1e-12
    assert np.linalg.matrix_rank(v) == 2
    assert residual <= 1e-14


TRANSCRITICAL = [(0, 1, (0, 1)), (0, -1, (0, 0))]
PITCHFORK = [(0, 1, (0, 1)), (0, -1, (0, 0, 0))]
CROSSING = [(0, 1, (1, 1)), (0, -1, (0, 0))]
GAPS = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8]


@pytest.mark.parametrize(
    "terms", [TRANSCRITICAL, PITCHFORK, CROSSING], ids=["transcritical", "pitchfork", "crossing"]
)
@pytest.mark.parametrize("off", OFFSETS)
def test_a_perfect_crossing_has_no_gap(terms, off):
    chord = [0.0, 1.0] if terms is not CROSSING else [1.0, 1.0]
    context = Polynomial(1, terms).context()
    z = off * np.array([0.3, 1.0])
    status, residual, error, gap, *_ = solve_branch_point(context, z, chord)
    assert status == OK
    assert gap <= GAP
    assert abs(z[1]) <= error <= 1e-14
    assert residual <= 1e-14
    assert lies_between(np.array([-0.1, -0.1]), np.array([0.1, 0.1]), z, np.ones(2))


@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize(
    "terms", [TRANSCRITICAL, PITCHFORK, CROSSING], ids=["transcritical", "pitchfork", "crossing"]
)
def test_an_imperfect_crossing_has_a_gap_however_small(terms, gap):
    for sign in (1.0, -1.0):
        context = Polynomial(1, [*terms, (0, sign * gap, ())]).context()
        z = np.array([3e-3, 1e-2])
        status, _, _, found, *_ = solve_branch_point(
            context, z, [0.0, 1.0] if terms is not CROSSING else [1.0, 1.0]
        )
        assert status != OK or found > 1e3 * GAP


@pytest.mark.parametrize("gap", [0.0, *GAPS])
@pytest.mark.parametrize("unit", [1.0, 1e4])
def test_a_gap_is_seen_in_any_coordinates(gap, unit):
    judge_gap(gap, unit)


@pytest.mark.parametrize("unit", [1e6, 1e9])
def test_a_perfect_crossing_has_no_gap_in_units_far_apart(unit):
    judge_gap(0.0, unit)


def judge_gap(gap, unit):
    random = np.random.default_rng(6)
    for _ in range(3):
        T = np.diag([1 / unit, unit]) @ random.normal(size=(2, 2))
        terms = [
            (0, 1, (0, 2)),
            (0, -1, (0, 0, 0)),
            (0, 0.5, (0, 1)),
            (1, -1, (1,)),
            (1, 0.5, (0, 0)),
            (0, gap, ()),
        ]
        size = np.abs(T).sum(1)
        model = Polynomial(2, terms, T=T, x0=size, l0=1e5, unit=1e3)
        context = model.context()
        model.rescale(context, np.append(size, 1e3))
        z = np.append(model.x0 + T @ [1e-3, 1e-4], 1e5 + 1.0)
        status, _, _, found, *_ = solve_branch_point(context, z, [0.0, 0.0, 1e3], np.append(size, 1e3))
        if gap == 0.0:
            assert status == OK
            assert found <= GAP
        else:
            assert status != OK or found > 1e2 * GAP


@pytest.mark.parametrize("terms", [TRANSCRITICAL, PITCHFORK])
def test_a_branch_point_between_two_points_is_confirmed_and_a_jump_is_not(terms):
    scale = np.ones(2)
    a, b = np.array([0.0, -0.02]), np.array([0.0, 0.03])
    perfect = Polynomial(1, terms).context()
    assert is_confirmed(perfect.table, a, b, scale)
    assert not is_confirmed(perfect.table, a + [0, 0.2], b + [0, 0.2], scale)
    imperfect = Polynomial(1, [*terms, (0, 1e-8, ())]).context()
    assert not is_confirmed(imperfect.table, a, b, scale)


def test_near_a_segment_means_between_its_ends_and_not_aside():
    a, b, scale = np.zeros(2), np.array([2.0, 0.0]), np.array([2.0, 1.0])
    assert lies_between(a, b, np.array([1.0, 0.1]), scale)
    assert lies_between(a, b, np.array([-0.1, 0.0]), scale)
    assert not lies_between(a, b, np.array([-0.3, 0.0]), scale)
    assert not lies_between(a, b, np.array([2.3, 0.0]), scale)
    assert not lies_between(a, b, np.array([1.0, 0.5]), scale)


def test_where_there_is_no_fold_newton_says_so():
    straight = Polynomial(1, [(0, 1, (1,)), (0, -1, (0,))])
    context = straight.context()
    assert solve_fold(context, np.array([0.1, 0.1]))[0] in (SINGULAR, NOT_CONVERGED)
    # x' = l + x + x^3 / 3 has no fold either: 1 + x^2 > 0, and Newton's method wanders.
    context = Polynomial(1, [(0, 1, (1,)), (0, 1, (0,)), (0, 1 / 3, (0, 0, 0))]).context()
    assert solve_fold(context, np.array([0.7, 0.1]))[0] in (SINGULAR, NOT_CONVERGED)


def test_a_degenerate_fold_is_singular():
    cubic = Polynomial(1, [(0, 1, (1,)), (0, 1, (0, 0, 0))])
    context = cubic.context()
    assert solve_fold(context, np.array([0.0, 0.0]))[0] == SINGULAR


def test_outside_the_domain_the_point_is_not_finite():
    @flow
    def edge(x, *, p=0.0):
        return math.sqrt(x) - p

    context = context_of(edge, "p")
    assert solve_fold(context, np.array([-1.0, 0.1]))[0] == NOT_FINITE
