"""Special points solved from a hundredth away: exact values, and gaps where there is no branch point."""

from __future__ import annotations

import math

import attempts
import numpy as np
import pytest
from calling import compiled, wrapped
from kernel_models import Polynomial

from contin import flow
from contin.models.brusselator import brusselator
from contin.models.griffith import griffith
from contin.models.hopf_normal_form import hopf_normal_form
from contin.models.lorenz import lorenz
from contin.points import branch_point as branch_points
from contin.points import fold as folds
from contin.points import hopf as hopfs
from contin.problems import Equilibria
from contin_kernels import branching
from contin_kernels.branching import confirmed
from contin_kernels.memory import pointer_to
from contin_kernels.points import change, fold
from contin_kernels.points.branch_point import GAP
from contin_kernels.points.locate import sign_changes
from contin_kernels.status import NOT_CONVERGED, NOT_FINITE, OK, SINGULAR

OFFSETS = [1e-2, -1e-2, 1e-3]

lies_between = wrapped(branching.lies_between)
change_of_sign = wrapped(change.change_of_sign)


@compiled
def is_confirmed(table, a, b, scale):
    return confirmed(pointer_to(table), a, b, scale)


@compiled
def fold_vectors(table, D, n, frame, r, w, work):
    fold.null_vectors(
        pointer_to(table),
        pointer_to(D),
        n,
        pointer_to(frame),
        pointer_to(r),
        pointer_to(w),
        pointer_to(work),
    )


def context_of(system, along, **values):
    return Equilibria(system, along).context(system.parameter_vector(values))


def solve_fold(context, z, scale):
    return attempts.attempt(folds.FINDER, context, z, scale, 0)


def solve_hopf(context, z, omega, scale=None):
    scale = np.maximum(1.0, np.abs(z)) if scale is None else scale
    return attempts.attempt(hopfs.FINDER, context, z, scale, 2, omega)


def solve_branch_point(context, z, chord, scale=None):
    return attempts.cross(context, z, chord, np.maximum(1.0, np.abs(z)) if scale is None else scale)


def newton_for_a_fold(context, z):
    """The status of Newton's method for a fold from z, all sizes and borders 1."""
    m = len(z) - 1
    return attempts.solve(fold, context, np.append(np.ones(4 * m + 1), fold.FOLD), np.array(z))


def null_vectors(context, z, scale):
    """Right and left null vectors r, w (m,) at a fold in scaled unknowns and equations, and the equations' divisors (m,)."""
    n = len(z)
    D, rows = attempts.scaled_jacobian(context, z, scale)
    r, w, border = np.zeros(n), np.zeros(n), np.arange(1.0, n)
    frame = np.concatenate([scale, rows, border, border, [fold.FOLD]])
    fold_vectors(context.table, D, n, frame, r, w, np.zeros(n * n + 5 * n))
    assert np.abs([r[-1], w[-1]]) == pytest.approx([0.0, 0.0], abs=1e-14)
    return r[:-1], w[:-1], rows


@pytest.mark.parametrize("off", OFFSETS)
@pytest.mark.parametrize("b", [0.25, 1.0, 3.0])
def test_griffith_fold_at_half_of_the_inverse_rate(b, off):
    context = context_of(griffith, "a", b=b)
    exact = np.array([1.0, 1 / (2 * b), 1 / (2 * b)])
    z = exact * (1 + off * np.array([1.0, -1.0, 0.5]))
    scale = np.maximum(1.0, exact)
    point = solve_fold(context, z, scale)
    assert point.solved
    assert abs(point.z[2] - exact[2]) <= point.error <= 1e-13
    assert np.max(np.abs(point.z - exact)) <= 1e-13
    assert point.residual <= 1e-14
    # A = [[-a, 1], [1/2, -b]] at the fold: A r = 0 and w A = 0.
    A = np.array([[-exact[2], 1.0], [0.5, -b]])
    r, w, rows = null_vectors(context, point.z, scale)
    assert np.max(np.abs(A @ (r * scale[:2]))) <= 1e-13
    assert np.max(np.abs((w / rows) @ A)) <= 1e-13


def test_a_fold_in_units_of_1e9_and_1e_minus_9():
    unit = 1e9
    terms = [(0, 1, (2,)), (0, 1, (0, 0)), (0, 0.3, (0, 1)), (1, -1, (1,)), (1, 0.2, (0, 0))]
    model = Polynomial(2, terms, T=np.diag([1 / unit, unit]), Tinv=np.diag([unit, 1 / unit]))
    context = model.context()
    z = np.array([1e-2 / unit, -1e-2 * unit, 1e-2])
    point = solve_fold(context, z, [1 / unit, unit, 1.0])
    assert point.solved
    assert np.max(np.abs(point.z * [unit, 1 / unit, 1.0])) <= 1e-14
    assert abs(point.z[2]) <= point.error <= 1e-14
    assert point.residual <= 1e-14


@pytest.mark.parametrize("off", OFFSETS)
@pytest.mark.parametrize("s", [-1.0, 1.0])
def test_hopf_normal_form_at_zero_with_frequency_one(s, off):
    context = context_of(hopf_normal_form, "mu", s=s)
    z = off * np.array([1.0, 0.5, -1.0])
    point = solve_hopf(context, z, 1.0 + off)
    q, p = attempts.critical_vectors(context, point.z, np.ones(3), point.omega)
    assert point.solved
    assert point.omega == pytest.approx(1.0, abs=1e-14)
    assert abs(point.z[2]) <= point.error <= 1e-13
    assert point.residual <= 1e-14
    assert np.linalg.norm(q) == pytest.approx(1.0, abs=1e-15)
    assert np.vdot(p, q) == pytest.approx(1.0, abs=1e-14)


@pytest.mark.parametrize("off", OFFSETS)
@pytest.mark.parametrize("A", [0.5, 1.0, 3.0])
def test_brusselator_hopf_at_one_plus_a_squared_with_frequency_a(A, off):
    context = context_of(brusselator, "B", A=A)
    exact = np.array([A, (1 + A * A) / A, 1 + A * A])
    z = exact * (1 + off * np.array([1.0, -0.5, 1.0]))
    point = solve_hopf(context, z, A * (1 + off))
    q, p = attempts.critical_vectors(context, point.z, np.maximum(1.0, exact), point.omega)
    assert point.solved
    assert point.omega == pytest.approx(A, rel=1e-13)
    assert abs(point.z[2] - exact[2]) <= point.error <= 1e-11
    assert np.max(np.abs(point.z - exact)) <= 1e-12
    J = np.array([[A * A, A * A], [-1 - A * A, -A * A]])
    assert np.max(np.abs(J @ q - 1j * point.omega * q)) <= 1e-12
    assert np.max(np.abs(J.T @ p + 1j * point.omega * p)) <= 1e-12 * np.max(np.abs(p))
    assert point.residual <= 1e-14


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_lorenz_hopf_at_470_nineteenths(side):
    rho = 470 / 19
    x = side * math.sqrt(8 / 3 * (rho - 1))
    exact = np.array([x, x, rho - 1, rho])
    context = context_of(lorenz, "rho")
    z = exact * (1 + 1e-2 * np.array([1.0, -0.5, 0.3, 1.0]))
    point = solve_hopf(context, z, 9.5)
    assert point.solved
    assert abs(point.z[3] - rho) <= point.error <= 1e-11
    assert np.max(np.abs(point.z - exact)) <= 1e-11
    assert point.omega == pytest.approx(math.sqrt(8 / 3 * (10 + rho)), rel=1e-13)
    assert point.residual <= 1e-13


def test_a_neutral_saddle_is_no_hopf_point():
    # Eigenvalues 1 and -1 + l: their sum is zero at l = 0, no pair is imaginary.
    model = Polynomial(2, [(0, 1, (0,)), (1, -1, (1,)), (1, 1, (2, 1)), (0, 1, (1, 1))])
    context = model.context()
    assert not solve_hopf(context, np.array([1e-3, 1e-3, 1e-3]), 1.0).solved


@pytest.mark.parametrize("off", OFFSETS)
def test_lorenz_pitchfork_at_one(off):
    context = context_of(lorenz, "rho")
    z = off * np.array([1.0, 0.5, -1.0, 1.0]) + [0, 0, 0, 1.0]
    point = solve_branch_point(context, z, [0.0, 0.0, 0.0, 1.0])
    assert point.status == OK
    assert point.gap <= GAP
    assert abs(point.z[3] - 1.0) <= point.error <= 1e-13
    assert np.max(np.abs(point.z[:3])) <= 1e-13
    F = np.array([[-10, 10, 0, 0], [1, -1, 0, 0], [0, 0, -8 / 3, 0]])
    assert np.max(np.abs(F @ point.v.T)) <= 1e-12
    assert np.max(np.abs((point.w / point.rows) @ F)) <= 1e-12
    assert np.linalg.matrix_rank(point.v) == 2
    assert point.residual <= 1e-14


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
    point = solve_branch_point(context, z, chord)
    assert point.status == OK
    assert point.gap <= GAP
    assert abs(point.z[1]) <= point.error <= 1e-14
    assert point.residual <= 1e-14
    assert lies_between(np.array([-0.1, -0.1]), np.array([0.1, 0.1]), point.z, np.ones(2))


@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize(
    "terms", [TRANSCRITICAL, PITCHFORK, CROSSING], ids=["transcritical", "pitchfork", "crossing"]
)
def test_an_imperfect_crossing_has_a_gap_however_small(terms, gap):
    for sign in (1.0, -1.0):
        context = Polynomial(1, [*terms, (0, sign * gap, ())]).context()
        chord = [0.0, 1.0] if terms is not CROSSING else [1.0, 1.0]
        point = solve_branch_point(context, np.array([3e-3, 1e-2]), chord)
        assert point.status != OK or point.gap > 1e3 * GAP


@pytest.mark.parametrize(
    "terms", [TRANSCRITICAL, PITCHFORK, CROSSING], ids=["transcritical", "pitchfork", "crossing"]
)
def test_on_a_piece_of_a_path_only_what_has_no_gap_is_a_branch_point(terms):
    guess, scale = np.array([3e-3, 1e-2]), np.ones(2)
    context = Polynomial(1, terms).context()
    point = attempts.attempt(branch_points.FINDER, context, guess, scale, 1)
    assert point.solved
    assert abs(point.z[1]) <= point.error <= 1e-14
    for gap in (*GAPS, *(-gap for gap in GAPS)):
        context = Polynomial(1, [*terms, (0, gap, ())]).context()
        assert not attempts.attempt(branch_points.FINDER, context, guess, scale, 1).solved


@pytest.mark.parametrize("gap", [0.0, *GAPS])
@pytest.mark.parametrize("unit", [1.0, 1e4])
def test_a_gap_is_seen_in_any_coordinates(gap, unit):
    assert_gap_is_judged(gap, unit)


@pytest.mark.parametrize("unit", [1e6, 1e9])
def test_a_perfect_crossing_has_no_gap_in_units_far_apart(unit):
    assert_gap_is_judged(0.0, unit)


def assert_gap_is_judged(gap, unit):
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
        point = solve_branch_point(context, z, [0.0, 0.0, 1e3], np.append(size, 1e3))
        if gap == 0.0:
            assert point.status == OK
            assert point.gap <= GAP
        else:
            assert point.status != OK or point.gap > 1e2 * GAP


@pytest.mark.parametrize("terms", [TRANSCRITICAL, PITCHFORK])
def test_a_branch_point_between_two_points_is_confirmed_and_a_jump_is_not(terms):
    scale = np.ones(2)
    a, b = np.array([0.0, -0.02]), np.array([0.0, 0.03])
    perfect = Polynomial(1, terms).context()
    assert is_confirmed(perfect.table, a, b, scale)
    assert not is_confirmed(perfect.table, a + [0, 0.2], b + [0, 0.2], scale)
    imperfect = Polynomial(1, [*terms, (0, 1e-8, ())]).context()
    assert not is_confirmed(imperfect.table, a, b, scale)


@pytest.mark.parametrize("room", [0, 2, 8])
def test_changes_of_sign_are_the_pairs_of_rows_with_nothing_but_zeros_between_them(room):
    values = np.array([[1, 0], [-1, 0], [0, 2], [0, np.nan], [2, 0], [3, 0], [0, -1], [-0.5, -2.0]])
    places = np.full((room, 3), -1)
    nowhere = np.zeros(2, np.int64)
    assert sign_changes(values, nowhere, places) == 4
    exact = [[0, 1, 0], [1, 4, 0], [5, 7, 0], [2, 6, 1]]
    assert places.tolist() == (exact + [[-1, -1, -1]] * 4)[:room]
    for ends in ([0, 0], [1, 1]):
        assert sign_changes(np.zeros((3, 1)), np.array(ends), places) == 0
        assert sign_changes(np.zeros((0, 3)), np.array(ends), places) == 0
        assert sign_changes(np.zeros((1, 1)), np.array(ends), places) == 0


@pytest.mark.parametrize(("first", "last"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_zero_where_the_path_ends_on_the_edge_of_the_span_is_a_change(first, last):
    values = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 2.0], [2.0, 0.0, 0.0]])
    places = np.full((4, 3), -1)
    exact = [[0, 1, 0]] * first + [[1, 2, 2]] * last
    assert sign_changes(values, np.array([first, last]), places) == len(exact)
    assert places[: len(exact)].tolist() == exact


def test_near_a_segment_means_between_its_ends_and_not_aside():
    a, b, scale = np.zeros(2), np.array([2.0, 0.0]), np.array([2.0, 1.0])
    assert lies_between(a, b, np.array([1.0, 0.1]), scale)
    assert lies_between(a, b, np.array([-0.1, 0.0]), scale)
    assert not lies_between(a, b, np.array([-0.3, 0.0]), scale)
    assert not lies_between(a, b, np.array([2.3, 0.0]), scale)
    assert not lies_between(a, b, np.array([1.0, 0.5]), scale)


def test_where_there_is_no_fold_newton_says_so():
    straight = Polynomial(1, [(0, 1, (1,)), (0, -1, (0,))])
    # x' = l + x + x^3 / 3 has no fold either: 1 + x^2 > 0, and Newton's method wanders.
    wandering = Polynomial(1, [(0, 1, (1,)), (0, 1, (0,)), (0, 1 / 3, (0, 0, 0))])
    for model, z in ((straight, [0.1, 0.1]), (wandering, [0.7, 0.1])):
        context = model.context()
        assert newton_for_a_fold(context, z) in (SINGULAR, NOT_CONVERGED)
        assert not solve_fold(context, z, np.ones(2)).solved


def test_a_degenerate_fold_is_singular():
    cubic = Polynomial(1, [(0, 1, (1,)), (0, 1, (0, 0, 0))])
    context = cubic.context()
    assert newton_for_a_fold(context, [0.0, 0.0]) == SINGULAR
    assert not solve_fold(context, [0.0, 0.0], np.ones(2)).solved


def test_outside_the_domain_the_point_is_not_finite():
    @flow
    def edge(x, *, p=0.0):
        return math.sqrt(x) - p

    context = context_of(edge, "p")
    assert newton_for_a_fold(context, [-1.0, 0.1]) == NOT_FINITE
    assert not solve_fold(context, [-1.0, 0.1], np.ones(2)).solved


def test_where_newton_leaves_the_domain_there_is_no_fold():
    # g = f_x = x^(-1/2) / 2 - 1/2: from x = 9 Newton's method for g = 0 goes to 9 - 36, where the Jacobian is not a number.
    @flow
    def root(x, y, *, p=0.0):
        return math.sqrt(x) - 0.5 * x - p, x - y

    context = context_of(root, "p")
    assert not solve_fold(context, [9.0, 9.0, -1.5], np.ones(3)).solved
    assert solve_fold(context, [1.2, 1.2, 0.5], np.ones(3)).z == pytest.approx([1.0, 1.0, 0.5], abs=1e-14)


# What (r - c)^power or another function of r - c is at its change of sign.
CHANGES = {
    "linear": (lambda d: d, change.ZERO),
    "cubic": (lambda d: d**3, change.ZERO),
    "cube root": (np.cbrt, change.ZERO),
    "sign": (np.sign, change.JUMP),
    "jump on a slope": (lambda d: np.sign(d) * (1 + 9 * abs(d)), change.JUMP),
    "pole": (lambda d: 1 / d, change.POLE),
    "pole of order three": (lambda d: d**-3.0, change.POLE),
    "pole of a cube root": (lambda d: 1 / np.cbrt(d), change.POLE),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("halvings", [20, 40])
def test_a_zero_a_jump_and_a_pole_are_told_apart_on_ever_shorter_pieces(name, halvings):
    g, kind = CHANGES[name]
    for c in (0.3, 0.61, 0.87):
        a, b = 0.0, 1.0
        for _ in range(halvings):
            middle = 0.5 * (a + b)
            a, b = (middle, b) if middle < c else (a, middle)
        assert change_of_sign(g(a - c), g(b - c), g(-c), g(1 - c), b - a) == kind
