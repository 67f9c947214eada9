"""Newton's method: to the solution, or a status that says why not; along the branch, at the start, and at one point."""

from __future__ import annotations

import math

import numpy as np
import pytest
import twins
from calling import compiled
from directions import jacobian, second
from kernel_models import CIRCLE, LINE, Polynomial

from contin import flow
from contin.problems import Equilibria
from contin_kernels.abi import residual_at
from contin_kernels.corrector import (
    bordered_at,
    bordered_size,
    correct,
    corrected,
    factor_at,
    tangent_beside,
    tangent_size,
)
from contin_kernels.inspection import inspect_from
from contin_kernels.memory import pointer_to
from contin_kernels.records import loop_memory
from contin_kernels.start import rounding_beside, solve_start
from contin_kernels.status import NOT_CONVERGED, NOT_FINITE, OK, SINGULAR


@compiled
def correct_with(table, z, scale, row, tolerance, most, work):
    m = z.shape[0] - 1
    w = bordered_at(pointer_to(work), m)
    return correct(pointer_to(table), z, scale, row, tolerance, most, w, m)


@compiled
def correct_by_address(table, z, scale, row, tolerance, most, report, work):
    return corrected(
        pointer_to(table),
        pointer_to(z),
        pointer_to(scale),
        pointer_to(row),
        tolerance,
        most,
        pointer_to(report),
        pointer_to(work),
    )


@compiled
def factor_with(table, z, scale, row, work):
    m = z.shape[0] - 1
    return factor_at(pointer_to(table), z, scale, row, bordered_at(pointer_to(work), m), m)[:2]


@compiled
def turn_to_tangent(table, z, scale, near, work):
    return tangent_beside(
        pointer_to(table), pointer_to(z), pointer_to(scale), pointer_to(near), pointer_to(work)
    )


@compiled
def residual_to(table, z, out):
    residual_at(pointer_to(table), z, out)


def run(context, z, row, scale=None, tolerance=1e-10, most=7):
    """Status, iterations, first, residual; `z` is corrected in place."""
    scale = np.ones(len(z)) if scale is None else np.asarray(scale)
    work = np.zeros(bordered_size(len(z) - 1))
    with np.errstate(all="ignore"):
        return correct_with(context.table, z, scale, np.array(row), tolerance, most, work)


def factored(context, z, scale, row):
    """Status, sign of the bordered determinant."""
    with np.errstate(all="ignore"):
        return factor_with(context.table, z, scale, row, np.zeros(bordered_size(len(z) - 1)))


def tangent_at(context, z, scale, near):
    """Sign of the bordered determinant; `near` becomes the tangent."""
    return turn_to_tangent(context.table, z, scale, near, np.zeros(tangent_size(len(z) - 1)))


def inspected(context, z, before, columns, watch):
    """Number of unstable eigenvalues; the Jacobian is left beside."""
    found = np.zeros((len(z) - 1, len(z)))
    unstable = inspect_from(context.table, z, found, before, columns, watch)
    assert np.array_equal(found, jacobian(context, z), equal_nan=True)
    return unstable


@flow
def logarithm(x, y, *, p=0.0):
    return math.log(x) - p, math.sqrt(p + 2.0) - y


@flow
def steep(x, *, p=0.0):
    return math.atan(x) - p


def context_of(system, value=0.0):
    return Equilibria(system, "p").context(np.array([value]))


def test_the_circle_is_met_on_the_normal():
    context = CIRCLE.context()
    z = np.array([0.65, 0.85])
    status, iterations, first, residual = run(context, z, [-0.85, 0.65])
    assert status == OK
    assert math.hypot(*z) == pytest.approx(1.0, abs=1e-15)
    assert z[1] / z[0] == pytest.approx(0.85 / 0.65, rel=1e-14)  # across the row, as asked
    assert 1 <= iterations <= 4
    assert first == pytest.approx((0.65**2 + 0.85**2 - 1) / 2 / math.hypot(0.65, 0.85) ** 2 * 0.85, rel=1e-12)
    assert residual <= 1e-10


@pytest.mark.parametrize("n", [1, 2, 4])
def test_solutions_agree_with_a_fresh_jacobian_at_every_step(n):
    random = np.random.default_rng(n)
    terms = [(i, 1.0, (i,)) for i in range(n)] + [(i, -1.0, (n,)) for i in range(n)]
    terms += [
        (int(random.integers(n)), 0.1 * random.normal(), random.integers(0, n + 1, 2)) for _ in range(4)
    ]
    model = Polynomial(n, terms, T=np.eye(n) + 0.1 * random.normal(size=(n, n)))
    row = random.normal(size=n + 1)
    row[-1] += 3.0
    scale = np.full(n + 1, 2.0)
    near = 0.05 * random.normal(size=n + 1)
    z = near.copy()
    status, _, _, residual = run(model.context(), z, row, scale)
    exact = twins.newton(lambda z: model.tensors(z)[0], lambda z: model.tensors(z)[1], near, scale, row)
    assert status == OK
    assert np.max(np.abs(z - exact)) <= 1e-10
    assert np.max(np.abs(model.tensors(z)[0])) <= residual <= 1e-9


def test_units_change_neither_the_steps_nor_the_verdict():
    plain = Polynomial(1, CIRCLE.terms)
    unit = 2.0**30
    scaled = Polynomial(1, CIRCLE.terms, T=[[unit]], Tinv=[[1 / unit]], unit=1 / unit)
    z, big = np.array([0.65, 0.85]), np.array([0.65 * unit, 0.85 / unit])
    first = run(plain.context(), z, [-0.85, 0.65])
    second = run(scaled.context(), big, [-0.85, 0.65], [unit, 1 / unit])
    assert first == second
    assert big.tolist() == [z[0] * unit, z[1] / unit]


def test_a_solution_needs_no_iteration():
    z = np.array([0.6, 0.8])
    status, iterations, first, residual = run(CIRCLE.context(), z, [-0.8, 0.6])
    assert (status, iterations) == (OK, 0)
    assert max(first, residual) <= 2e-16


def test_leaving_the_domain_is_not_finite():
    context = context_of(logarithm)
    assert run(context, np.array([-1.0, 1.0, 0.0]), [0.0, 0.0, 1.0])[0] == NOT_FINITE
    # From x = 20 the first step for log(x) = 0 leads to x = -40.
    assert run(context, np.array([20.0, 1.4, 0.0]), [0.0, 0.0, 1.0])[0] == NOT_FINITE


def test_a_branch_point_off_the_solution_is_singular_and_on_it_no_failure():
    crossing = Polynomial(1, [(0, 1, (0, 0)), (0, -1, (1, 1))])  # x^2 = l^2
    assert run(crossing.context(), np.zeros(2), [0.0, 1.0])[0] == OK
    lifted = Polynomial(1, [*crossing.terms, (0, 1e-3, ())])
    assert run(lifted.context(), np.zeros(2), [0.0, 1.0])[0] == SINGULAR


def test_a_border_along_the_normal_is_singular():
    assert run(LINE.context(), np.array([0.1, 0.0]), [1.0, -1.0])[0] == SINGULAR


def test_the_wrong_side_of_a_fold_does_not_converge():
    fold = Polynomial(1, [(0, 1, (1,)), (0, 1, (0, 0))])  # no solution with l = 1
    assert run(fold.context(), np.array([0.7, 1.0]), [0.0, 1.0])[0] == NOT_CONVERGED


def test_too_few_iterations_do_not_converge():
    z = np.array([0.65, 0.85])
    assert run(CIRCLE.context(), z, [-0.85, 0.65], most=1)[0] == NOT_CONVERGED
    status, most, *_ = run(CIRCLE.context(), np.array([0.6, 0.9]), [-0.9, 0.6], most=0)
    assert (status, most) == (NOT_CONVERGED, 0)


@pytest.mark.parametrize("towards", [1.0, -1.0])
def test_the_sign_of_the_bordered_determinant(towards):
    model = Polynomial(
        2, [(0, 1, (0,)), (0, 2, (1,)), (0, 1, (2,)), (1, -1, (0,)), (1, 3, (1,)), (1, -1, (2,))]
    )
    z, scale, row = np.zeros(3), np.array([1.0, 2.0, 3.0]), towards * np.array([0.1, 0.2, 1.0])
    context = model.context()
    status, sign = factored(context, z, scale, row)
    assert status == OK
    assert sign == np.sign(np.linalg.det(np.vstack([model.tensors(z)[1] * scale, row])))


def test_an_equation_of_zeros_is_singular():
    model = Polynomial(2, [(0, 1, (0,)), (1, 1, (1, 1))])
    context = model.context()
    assert factored(context, np.zeros(3), np.ones(3), np.ones(3)) == (SINGULAR, 0.0)


def start(context, z, scale=None, most=50):
    scale = np.ones(len(z)) if scale is None else scale
    with np.errstate(all="ignore"):
        return solve_start(context.table, z, scale, 1e-10, most, loop_memory(len(z) - 1))


def test_damping_reaches_the_root_of_the_arctangent_where_newton_diverges():
    # Newton's method for atan(x) = 0 diverges from |x| > 1.3917.
    x = 3.0
    for _ in range(4):
        x -= math.atan(x) * (1 + x * x)
    assert abs(x) > 1e5
    for far in (3.0, -20.0):
        z = np.array([far, 0.0])
        status, iterations, residual = start(context_of(steep), z)
        assert status == OK
        assert abs(z[0]) <= 1e-10
        assert z[1] == 0.0
        assert iterations <= 30
        assert residual <= 1e-10


def test_damping_keeps_within_the_domain():
    z = np.array([20.0, 1.4, 0.0])
    assert start(context_of(logarithm), z)[0] == OK
    assert np.allclose(z, [1.0, math.sqrt(2.0), 0.0], rtol=0, atol=1e-12)


def test_a_start_without_equilibrium_does_not_converge():
    fold = Polynomial(1, [(0, 1, (1,)), (0, 1, (0, 0))])
    status, *_ = start(fold.context(), np.array([0.7, 1.0]))
    assert status in (NOT_CONVERGED, SINGULAR)
    assert start(context_of(steep), np.array([3.0, 0.0]), most=1)[0] == NOT_CONVERGED


def test_a_start_outside_the_domain_is_not_finite():
    assert start(context_of(logarithm), np.array([-1.0, 1.0, 0.0]))[0] == NOT_FINITE


def test_a_singular_start_that_is_a_solution_is_accepted():
    crossing = Polynomial(1, [(0, 1, (0, 0)), (0, -1, (1, 1))])
    assert start(crossing.context(), np.zeros(2))[0] == OK
    lifted = Polynomial(1, [*crossing.terms, (0, 1e-3, ())])
    assert start(lifted.context(), np.zeros(2))[0] == SINGULAR


def test_the_scale_follows_the_state_during_the_start():
    scale = np.ones(2)
    model = Polynomial(1, [(0, -1, (0,)), (0, 1e6, ())])
    z = np.array([0.0, 0.0])
    assert start(model.context(), z, scale)[0] == OK
    assert z[0] == 1e6
    assert scale.tolist() == [1e6, 1.0]


def test_one_component_can_be_held():
    context = CIRCLE.context()
    z = np.array([0.7, 0.75])
    report, work = np.zeros(2), np.zeros(bordered_size(1))
    row = np.array([1.0, 0.0])
    assert correct_by_address(context.table, z, np.ones(2), row, 1e-12, 20, report, work) == OK
    assert z[0] == 0.7
    assert z[1] == pytest.approx(math.sqrt(0.51), rel=1e-15)
    assert report[1] <= 1e-12


def test_the_tool_does_and_reports_what_the_loop_has_inside():
    z, other, report = np.array([0.65, 0.85]), np.array([0.65, 0.85]), np.zeros(2)
    row, context = np.array([-0.85, 0.65]), CIRCLE.context()
    status, _, first, residual = run(context, z, row)
    work = np.zeros(bordered_size(1))
    assert correct_by_address(context.table, other, np.ones(2), row, 1e-10, 7, report, work) == status == OK
    assert np.allclose(other, z, rtol=1e-15, atol=0)
    assert report == pytest.approx([first, residual], rel=1e-14)


def test_the_tangent_is_the_null_vector_on_the_side_asked_for():
    random = np.random.default_rng(3)
    for n in (1, 2, 4):
        terms = [(i, random.normal(), (j,)) for i in range(n) for j in range(n + 1)]
        model = Polynomial(n, terms)
        context = model.context()
        scale = random.uniform(0.5, 2.0, n + 1)
        z = np.zeros(n + 1)
        for _ in range(5):
            towards = random.normal(size=n + 1)
            weight = np.append(np.full(n, 1.0 / n), 1.0)
            exact = twins.tangent(model.tensors(z)[1], scale, towards / scale)
            if abs((weight * exact) @ (towards / scale)) < 0.1:
                continue
            near = towards.copy()
            sign = tangent_at(context, z, scale, near)
            assert sign != 0.0
            assert np.max(np.abs(near / scale - exact)) <= 1e-11
            bordered = np.vstack([model.tensors(z)[1] * scale, weight * exact])
            assert sign == np.sign(np.linalg.det(bordered))


def test_where_the_tangent_is_not_unique_the_guess_is_left():
    context = Polynomial(1, [(0, 1, (0, 0)), (0, -1, (1, 1))]).context()
    near = np.array([0.3, 0.4])
    assert factored(context, np.zeros(2), np.ones(2), near) == (SINGULAR, 0.0)
    assert tangent_at(context, np.zeros(2), np.ones(2), near) == 0.0
    assert near.tolist() == [0.3, 0.4]


def test_values_and_derivatives_at_a_point():
    context = CIRCLE.context()
    z = np.array([0.25, 0.5])
    value = np.zeros(1)
    residual_to(context.table, z, value)
    assert value.tolist() == [0.25**2 + 0.5**2 - 1]
    assert jacobian(context, z).tolist() == [[0.5, 1.0]]
    bent = second(context, z, np.array([1.0, 2.0]), np.array([3.0, -1.0]))
    assert bent[0] == pytest.approx(2.0, rel=1e-14)


def test_inspection_counts_unstable_eigenvalues_in_the_order_before():
    A = np.diag([-1.0, 2.0, -3.0]) + np.diag([0.0, 5.0], k=1)
    model = Polynomial(3, [(i, A[i, j], (j,)) for i in range(3) for j in range(3) if A[i, j]])
    context = model.context()
    columns, watch = np.zeros(6), np.zeros(3)
    assert inspected(context, np.zeros(4), np.full(6, np.nan), columns, watch) == 1
    assert columns.tolist() == [2.0, -1.0, -3.0, 0.0, 0.0, 0.0]
    assert watch.tolist() == [2.0, -1.0, -3.0]
    before = np.array([-3.1, -1.1, 2.1, 0.0, 0.0, 0.0])
    assert inspected(context, np.zeros(4), before, columns, watch) == 1
    assert columns.tolist() == [-3.0, -1.0, 2.0, 0.0, 0.0, 0.0]


def test_a_real_part_of_rounding_size_is_watched_as_zero():
    model = Polynomial(2, [(0, -1.0, (1,)), (1, 1.0, (0,)), (0, 1e-16, (0,))])
    columns, watch = np.zeros(4), np.zeros(2)
    context = model.context()
    assert inspected(context, np.zeros(3), np.full(4, np.nan), columns, watch) == 0
    assert watch.tolist() == [0.0, 0.0]
    assert columns.tolist()[2:] == [1.0, -1.0]


def test_no_eigenvalues_where_the_model_is_not_finite():
    columns, watch = np.zeros(4), np.zeros(2)
    context = context_of(logarithm)
    with np.errstate(all="ignore"):
        found = inspected(context, np.array([np.nan, 1.0, 0.0]), np.full(4, np.nan), columns, watch)
    assert found == -1
    assert watch.tolist() == [0.0, 0.0]


def test_rounding_is_what_small_changes_leave_beside_their_linear_part():
    z, states = np.array([1.0, 1.0]), np.zeros(1)
    context = LINE.context()
    A, noise, regular = rounding_beside(context.table, z, z, np.ones(2), states)
    assert A.tolist() == [[-1.0]]
    assert noise[0] <= 1e-15
    assert (regular, states[0]) == (True, noise[0])
    # (1024 + x) - 1024 - l: the sum keeps x to half of the spacing of numbers above 1024 only, 2^-43 = 1.1e-13.
    context = Polynomial(1, [(0, 1024, ()), (0, 1, (0,)), (0, -1024, ()), (0, -1, (1,))]).context()
    A, noise, regular = rounding_beside(context.table, z, z, np.ones(2), states)
    assert A.tolist() == [[1.0]]
    assert 2.0**-46 <= noise[0] <= 2.0**-42
    assert (regular, states[0]) == (True, noise[0])


@pytest.mark.parametrize("n", [2, 3, 4])
def test_rounding_reaches_the_states_through_the_inverse(n):
    random = np.random.default_rng(n)
    terms = [(i, random.normal(), (j,)) for i in range(n) for j in range(n + 1)]
    terms += [term for i in range(n) for term in ((i, 2.0 ** (10 + i), ()), (i, -(2.0 ** (10 + i)), ()))]
    context = Polynomial(n, terms).context()
    states, scale = np.zeros(n), random.uniform(0.1, 10.0, n + 1)
    A, noise, regular = rounding_beside(context.table, np.ones(n + 1), np.ones(n + 1), scale, states)
    assert regular
    assert np.all(noise > 0.0)
    rows = np.array([[c for _, c, _ in terms[i * (n + 1) : (i + 1) * (n + 1)]] for i in range(n)]) * scale
    rows /= np.max(np.abs(rows), axis=1, keepdims=True)
    assert pytest.approx(rows[:, :n], rel=1e-14) == A
    assert states == pytest.approx(scale[:n] * (np.abs(np.linalg.inv(A)) @ noise), rel=1e-12)


def test_rounding_leaves_the_states_alone_where_they_are_not_unique():
    context = Polynomial(2, [(0, 1, (0,)), (0, 1, (1,)), (1, 1, (0,)), (1, 1, (1,)), (1, 1, (2,))]).context()
    states = np.array([3.0, 4.0])
    A, _, regular = rounding_beside(context.table, np.ones(3), np.ones(3), np.ones(3), states)
    assert A.tolist() == [[1.0, 1.0], [1.0, 1.0]]
    assert not regular
    assert states.tolist() == [3.0, 4.0]
