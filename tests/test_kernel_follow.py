"""The loop on branches known in closed form: circles, lines, parabolas, poles."""

from __future__ import annotations

import math

import numba
import numpy as np
import pytest
import twins
from calling import compiled, wrapped
from kernel_models import CIRCLE, LINE, Polynomial

from contin import flow
from contin.problems import Equilibria
from contin_kernels import arclength, endings
from contin_kernels.follow import advance, begin
from contin_kernels.memory import pointer_to
from contin_kernels.records import Limits, Rows, loop_memory, new_cursor, step_at, system_of
from contin_kernels.status import CLOSED, DIVERGES, FULL, NOT_FINITE, OK, OUTSIDE, SINGULAR, SMALL_STEP, SPAN

ANGLE = math.radians(10.0)


border_row = wrapped(arclength.border_row)
predict, distance = wrapped(arclength.predict), wrapped(arclength.distance)
normalise, tangent_length = wrapped(arclength.normalise), wrapped(arclength.tangent_length)
turning = wrapped(arclength.turning)
passes_start = wrapped(endings.passes_start)


@compiled
def land(table, limits, span, scale, rows, k, z, row, work, m):
    memory = pointer_to(work)
    step = step_at(memory, m)
    for i in range(m + 1):
        step.z[i] = z[i]
        step.row[i] = row[i]
    status, _ = endings.land_on_edge(
        pointer_to(table), limits, span, scale, rows, k, step, system_of(memory, m), m
    )
    for i in range(m + 1):
        z[i] = step.z[i]
        row[i] = step.row[i]
    return status


def landed(context, limits, rows, z, row):
    """The status of landing on the edge from `z` after row 0, all in place."""
    with np.errstate(all="ignore"):
        return land(
            context.table,
            limits,
            limits.span,
            np.ones(len(z)),
            rows,
            0,
            z,
            row,
            loop_memory(len(z) - 1),
            len(z) - 1,
        )


def empty(count, m, watched, columns):
    return Rows(
        np.full((count, m + 1), np.nan),
        np.full((count, m + 1), np.nan),
        np.full(count, np.nan),
        np.full((count, 2 + watched), np.nan),
        np.full((count, columns), np.nan),
        np.zeros(count, np.int64),
        np.zeros(count, np.int64),
        np.full(count, np.nan),
    )


class Followed:
    """Follow from z towards a scaled direction; `most` rows, in calls of `chunk` rows."""

    def __init__(self, context, z, towards, span, scale=None, most=400, chunk=None, bounds=1e8, **changed):
        z = np.array(z, dtype=float)
        m = len(z) - 1
        self.context, self.m = context, m
        self.scale = np.ones(m + 1) if scale is None else np.array(scale, dtype=float)
        settings = {
            "tolerance": 1e-10,
            "first_step": 0.005,
            "smallest_step": 1e-11,
            "largest_step": 0.03,
        } | changed
        self.limits = Limits(
            settings["tolerance"],
            settings["first_step"],
            settings["smallest_step"],
            settings["largest_step"],
            ANGLE,
            7,
            np.array(span, dtype=float),
            np.full(m, float(bounds)),
        )
        rows, work = empty(most, m, m, 2 * m), loop_memory(m)
        self.cursor = new_cursor(settings["first_step"], 0.0, 0.0)
        with np.errstate(all="ignore"):
            self.status = begin(context.table, z, np.array(towards, dtype=float), self.scale, rows, work)
            k = 0
            if self.status == OK:
                self.status = FULL
                while self.status == FULL and k + 1 < most:
                    stop = most if chunk is None else min(most, k + 1 + chunk)
                    part = Rows(*(array[:stop] for array in rows))
                    self.status, k = advance(
                        context.table, self.limits, self.scale, self.cursor, part, work, k
                    )
        self.rows = Rows(*(array[: k + 1] for array in rows))

    @property
    def z(self):
        return self.rows.z

    def angles(self):
        t = self.rows.tangent / self.scale
        return [twins.angle(a, b) for a, b in zip(t[:-1], t[1:], strict=True)]


SIZE = 2.0


def circle(**changed):
    """The unit circle from its top, from which no point is farther than its diameter."""
    return Followed(
        CIRCLE.context(), [1.0, 0.0], [0.0, 1.0], (-2.0, 2.0), **({"scale": [SIZE, SIZE]} | changed)
    )


def test_a_circle_is_a_closed_loop():
    found = circle()
    assert found.status == CLOSED
    assert np.max(np.abs(np.hypot(*found.z.T) - 1.0)) <= 1e-10
    for rows in (found.rows.z, found.rows.tangent, found.rows.watch, found.rows.columns):
        assert np.array_equal(rows[-1], rows[0])
    assert found.rows.arclength[-1] == pytest.approx(2 * math.pi / SIZE, rel=1e-4)
    assert np.all(np.diff(found.rows.arclength) > 0)


def test_steps_on_a_circle_are_as_long_as_the_limits_allow():
    # A turn by the aim of five degrees is 72 steps, a step of 0.03 is 105; the start is shorter.
    assert 100 <= len(circle().z) <= 120
    assert 70 <= len(circle(largest_step=1.0).z) <= 100


@pytest.mark.parametrize("largest_step", [0.03, 1.0])
def test_successive_tangents_never_turn_by_more_than_the_limit(largest_step):
    found = circle(largest_step=largest_step)
    assert max(found.angles()) <= ANGLE
    # On the unit circle the angle is the arc.
    assert np.allclose(found.angles(), SIZE * np.diff(found.rows.arclength), rtol=1e-3, atol=1e-9)


def test_tangents_are_those_of_the_circle():
    found = circle()
    exact = np.column_stack([-found.z[:, 1], found.z[:, 0]])
    assert np.max(np.abs(found.rows.tangent - SIZE * exact)) <= 1e-9


def test_the_circle_has_two_folds_and_each_changes_stability_once():
    found = circle()
    fold = found.rows.watch[:, 0]
    assert np.count_nonzero(np.diff(np.sign(fold[fold != 0.0]))) == 2
    assert np.allclose(found.rows.columns[:, 0], 2 * found.z[:, 0], rtol=0, atol=1e-12)
    assert np.array_equal(found.rows.unstable, (found.z[:, 0] > 0).astype(int))
    assert np.all(found.rows.watch[:, 1] == found.rows.watch[0, 1])  # no branch point


def test_residuals_are_below_the_tolerance():
    found = circle(tolerance=1e-12)
    assert np.max(np.abs(np.hypot(*found.z.T) - 1.0)) <= 1e-12
    assert np.max(found.rows.residual) <= 1e-7  # before the last correction; its square is what is left
    assert np.max(found.rows.iterations) <= 3


@pytest.mark.parametrize("chunk", [1, 2, 7, 64])
def test_rows_in_chunks_are_the_same_to_the_bit(chunk):
    # The scale grows on the way, so that the loop's memory between calls matters.
    model = Polynomial(1, [(0, -1, (1,)), (0, 1, (0, 0)), (0, -0.3, (0, 0, 0))])
    whole = Followed(model.context(), [0.0, 0.0], [1.0, 0.0], (-6.0, 6.0), most=150)
    parts = Followed(model.context(), [0.0, 0.0], [1.0, 0.0], (-6.0, 6.0), most=150, chunk=chunk)
    assert whole.scale[0] > 1.0
    assert whole.status == parts.status
    assert np.array_equal(whole.scale, parts.scale)
    for one, other in zip(whole.rows, parts.rows, strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("direction", [1.0, -1.0])
def test_a_straight_line_needs_the_fewest_steps_and_ends_exactly(direction):
    found = Followed(LINE.context(), [0.25, 0.25], [0.0, direction], (-1.0, 2.0), largest_step=0.5)
    assert found.status == SPAN
    assert found.z[-1, 1] == (2.0 if direction > 0 else -1.0)
    assert np.max(np.abs(found.z[:, 0] - found.z[:, 1])) <= 1e-15
    assert len(found.z) <= 16
    assert np.max(np.abs(found.angles())) <= 1e-7


@pytest.mark.parametrize("edges", [(-0.7, 0.1 + 0.2), (-1.0 / 3.0, 1e-3)])
def test_both_ends_of_the_span_are_hit_exactly(edges):
    model = Polynomial(2, [(0, -1, (0,)), (0, 1, (2,)), (0, 0.5, (2, 2)), (1, -2, (1,)), (1, 1, (0, 0))])
    for k, direction in enumerate((-1.0, 1.0)):
        found = Followed(model.context(), [0.0, 0.0, 0.0], [0.0, 0.0, direction], edges)
        p = edges[k]
        x = p + 0.5 * p * p
        assert found.status == SPAN
        assert found.z[-1, 2] == p
        assert np.allclose(found.z[-1, :2], [x, x * x / 2], rtol=0, atol=1e-12)


def test_a_start_on_the_edge_that_heads_outside_is_the_only_point():
    found = Followed(LINE.context(), [1.0, 1.0], [0.0, 1.0], (0.0, 1.0))
    assert found.status == SPAN
    assert len(found.z) == 1


def test_a_fold_just_beyond_the_edge_does_not_turn_the_branch_back():
    # l = 1 - x^2 leaves the span at l = 1 - 1e-6 before it turns, and the largest steps would go around.
    model = Polynomial(1, [(0, 1, ()), (0, -1, (0, 0)), (0, -1, (1,))])
    found = Followed(model.context(), [-0.9, 0.19], [1.0, 0.0], (0.0, 1.0 - 1e-6), largest_step=0.5)
    assert found.status == SPAN
    assert found.z[-1, 1] == 1.0 - 1e-6
    assert found.z[-1, 0] == pytest.approx(-1e-3, abs=1e-6)


def test_the_scale_of_a_state_follows_its_size():
    model = Polynomial(1, [(0, -1, (0,)), (0, 1e3, (1,))])
    found = Followed(model.context(), [1.0, 1e-3], [0.0, 1.0], (0.0, 1.0), scale=[1.0, 1.0])
    assert found.status == SPAN
    assert 1e3 / 1.25 <= found.scale[0] <= 1e3


def test_growth_without_bound_is_told():
    model = Polynomial(1, [(0, 1, (0, 1)), (0, -1, ())])  # x = 1 / l
    found = Followed(model.context(), [1.0, 1.0], [0.0, -1.0], (-1.0, 1.0), bounds=100.0)
    assert found.status == DIVERGES
    assert abs(found.z[-1, 0]) > 100.0
    assert np.allclose(found.z[:, 0] * found.z[:, 1], 1.0, rtol=0, atol=1e-8)


def test_the_edge_of_the_domain_is_told():
    @flow
    def root(x, *, p=1.0):
        return math.sqrt(p) - x

    context = Equilibria(root, "p").context(np.array([1.0]))
    found = Followed(context, [1.0, 1.0], [0.0, -1.0], (-1.0, 2.0))
    assert found.status in (NOT_FINITE, SMALL_STEP)
    assert 0.0 <= found.z[-1, 1] < 1e-2
    assert np.allclose(found.z[:, 0], np.sqrt(found.z[:, 1]), rtol=0, atol=1e-9)


def test_a_corner_makes_the_step_too_small():
    @flow
    def corner(x, *, p=0.0):
        return 0.5 * abs(p) - x

    context = Equilibria(corner, "p").context(np.array([-1.0]))
    found = Followed(context, [0.5, -1.0], [0.0, 1.0], (-2.0, 1.0))
    assert found.status == SMALL_STEP
    assert found.z[-1, 1] == pytest.approx(0.0, abs=1e-8)
    assert found.cursor[1] > 20  # steps taken back


def test_rows_that_are_full_end_with_that():
    found = circle(most=10)
    assert (found.status, len(found.z)) == (FULL, 10)


def test_a_start_on_a_branch_point_is_singular():
    crossing = Polynomial(1, [(0, 1, (0, 0)), (0, -1, (1, 1))])
    assert Followed(crossing.context(), [0.0, 0.0], [0.3, 1.0], (-1.0, 1.0)).status == SINGULAR


def test_a_start_outside_the_domain_is_not_finite():
    @flow
    def inverse(x, *, p=1.0):
        return math.log(p) - x

    context = Equilibria(inverse, "p").context(np.array([-1.0]))
    assert Followed(context, [0.0, -1.0], [0.0, 1.0], (-2.0, 2.0)).status == NOT_FINITE


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_branch_point_is_passed_with_a_change_of_the_determinant(n):
    terms = [(0, 1, (n, 0)), (0, -1, (0, 0, 0)), *((i, -1.0 * i, (i,)) for i in range(1, n))]
    found = Followed(
        Polynomial(n, terms).context(), np.append(np.zeros(n), -0.5), np.append(np.zeros(n), 1.0), (-1.0, 1.0)
    )
    assert found.status == SPAN
    sign = found.rows.watch[:, 1]
    assert np.count_nonzero(np.diff(sign[sign != 0.0])) == 1
    assert np.array_equal(
        found.rows.unstable[found.z[:, n] != 0], (found.z[:, n] > 0).astype(int)[found.z[:, n] != 0]
    )


@pytest.mark.parametrize("apart", [1e-1, 1e-2, 1e-3])
@pytest.mark.parametrize("start", [-0.5, -0.37])
def test_two_branch_points_within_one_step_are_told_apart(apart, start):
    # x' = (l^2 - d^2) x - x^3 at x = 0, with pitchforks at l = -d and d, 2 d apart.
    d = apart / 2
    model = Polynomial(1, [(0, 1, (0, 1, 1)), (0, -d * d, (0,)), (0, -1, (0, 0, 0))])
    found = Followed(model.context(), [0.0, start], [0.0, 1.0], (-1.0, 1.0), largest_step=0.3)
    assert found.status == SPAN
    inside = np.abs(found.z[:, 1]) < d
    assert np.any(inside)
    assert np.array_equal(found.rows.unstable, (~inside).astype(int))
    sign = found.rows.watch[:, 1]
    assert np.count_nonzero(np.diff(sign)) == 2


def test_two_branch_points_within_the_first_step_are_seen_from_the_second():
    # Two rows show no more than a straight line; with the third the first step is taken again, shorter.
    d = 1e-3
    model = Polynomial(1, [(0, 1, (0, 1, 1)), (0, -d * d, (0,)), (0, -1, (0, 0, 0))])
    found = Followed(
        model.context(), [0.0, -0.1], [0.0, 1.0], (-1.0, 1.0), first_step=0.25, largest_step=0.25
    )
    assert found.status == SPAN
    inside = np.abs(found.z[:, 1]) < d
    assert np.any(inside)
    assert np.array_equal(found.rows.unstable, (~inside).astype(int))
    assert np.all(np.diff(found.z[:, 1]) > 0)


@pytest.mark.parametrize("apart", [1e-1, 1e-3])
def test_two_hopf_points_within_one_step_are_told_apart(apart):
    d = apart / 2
    terms = (
        [(i, 1, (i, 2, 2)) for i in (0, 1)]
        + [(i, -d * d, (i,)) for i in (0, 1)]
        + [(0, -1, (1,)), (1, 1, (0,))]
    )
    found = Followed(
        Polynomial(2, terms).context(), [0.0, 0.0, -0.5], [0.0, 0.0, 1.0], (-1.0, 1.0), largest_step=0.3
    )
    assert found.status == SPAN
    assert np.array_equal(found.rows.unstable, np.where(np.abs(found.z[:, 2]) < d, 0, 2))
    assert np.any(found.rows.unstable == 0)


def test_the_step_after_one_that_was_shortened_is_no_longer_than_it():
    # On a straight line steps double, up to the largest; two Hopf points 0.1 apart make one of them shorter.
    d = 0.05
    terms = [(i, 1, (i, 2, 2)) for i in (0, 1)] + [(i, -d * d, (i,)) for i in (0, 1)]
    terms += [(0, -1, (1,)), (1, 1, (0,))]
    context = Polynomial(2, terms).context()
    found = Followed(context, [0.0, 0.0, -0.5], [0.0, 0.0, 1.0], (-1.0, 1.0), largest_step=0.3)
    growth = found.rows.arclength[1:]
    growth = np.diff(growth)[1:] / np.diff(growth)[:-1]
    (short,) = np.flatnonzero(growth < 0.99)[:1]
    assert found.cursor[1] == 1
    assert growth[:short] == pytest.approx(np.full(short, 2.0), rel=1e-12)
    assert growth[short + 1 : short + 3] == pytest.approx([1.0, 2.0], rel=1e-12)


def test_an_eigenvalue_that_only_comes_near_zero_does_not_stop_the_branch():
    model = Polynomial(1, [(0, -1, (0, 1, 1)), (0, -1e-9, (0,)), (0, -1, (0, 0, 0))])
    found = Followed(model.context(), [0.0, -0.5], [0.0, 1.0], (-1.0, 1.0), largest_step=0.3)
    assert found.status == SPAN
    assert np.all(found.rows.unstable == 0)
    assert len(found.z) <= 200


def test_a_step_that_lands_on_a_hopf_point_is_moved_aside():
    terms = [(0, 1, (0, 2)), (0, -1, (1,)), (1, 1, (0,)), (1, 1, (1, 2))]
    step = 2.0**-8
    context = Polynomial(2, terms).context()
    found = Followed(context, [0.0, 0.0, -step], [0.0, 0.0, 1.0], (-1.0, 1.0), first_step=step)
    assert found.status == SPAN
    assert np.all(found.rows.watch[:, 2:] != 0.0)
    assert found.rows.unstable[[0, -1]].tolist() == [0, 2]


def test_a_branch_point_on_the_edge_of_the_span_is_an_end_like_another():
    model = Polynomial(1, [(0, 1, (0, 1)), (0, -1, (0, 0, 0))])
    found = Followed(model.context(), [0.0, -0.5], [0.0, 1.0], (-1.0, 0.0))
    assert found.status == SPAN
    assert found.z[-1].tolist() == [0.0, 0.0]


def test_a_fold_and_a_hopf_point_that_share_a_step_are_separated():
    # Two states turn in a fold at l = 0 while a pair of the other two crosses the axis nearby.
    terms = [(0, 1, (4,)), (0, -1, (0, 0)), (1, -1, (1,))]
    terms += [(2, 1, (0, 2)), (2, 0.01, (2,)), (2, -1, (3,)), (3, 1, (2,)), (3, 1, (0, 3)), (3, 0.01, (3,))]
    found = Followed(Polynomial(4, terms).context(), [0.5, 0, 0, 0, 0.25], [0, 0, 0, 0, -1.0], (-0.1, 0.5))
    assert found.status == SPAN
    x = found.z[:, 0]
    assert np.array_equal(found.rows.unstable, (x < 0).astype(int) + 2 * (x > -0.01))
    assert np.allclose(found.z[:, 4], x * x, rtol=0, atol=1e-9)


@pytest.mark.parametrize("gap", [1e-2, 1e-4, 1e-6, 1e-8])
def test_branches_that_pass_near_each_other_are_not_mixed_up(gap):
    # x (l - x) = -gap: two hyperbolas; the one that comes from x = 0 turns upwards into x = l.
    model = Polynomial(1, [(0, 1, (0, 1)), (0, -1, (0, 0)), (0, gap, ())])
    start = (-0.5 + math.sqrt(0.25 + 4 * gap)) / 2
    found = Followed(model.context(), [start, -0.5], [0.0, 1.0], (-1.0, 1.0), most=1500)
    assert found.status == SPAN
    x, p = found.z.T
    assert np.all(x > 0)
    assert np.allclose(x, (p + np.sqrt(p * p + 4 * gap)) / 2, rtol=0, atol=1e-9)
    assert np.all(found.rows.watch[:, 1] == found.rows.watch[0, 1])
    assert max(found.angles()) <= ANGLE


def test_the_cubic_predictor_is_of_fourth_order_on_a_circle():
    def error(h):
        angle = np.array([-h, 0.0])
        z = np.column_stack([np.cos(angle), np.sin(angle)])
        tangents = np.column_stack([-np.sin(angle), np.cos(angle)])
        rows = empty(3, 1, 1, 2)
        rows.z[:2], rows.tangent[:2], rows.arclength[:2] = z, tangents, angle + h
        guess = np.zeros(2)
        predict(rows, 1, True, tangents[1], np.ones(2), h, guess, 1)
        exact = twins.hermite(rows.arclength[:2], z, tangents, 2 * h)
        assert np.max(np.abs(guess - exact)) <= 1e-15
        return np.linalg.norm(guess - [math.cos(h), math.sin(h)])

    steps = [0.1, 0.05, 0.025, 0.0125]
    errors = np.array([error(h) for h in steps])
    assert np.allclose(errors[:-1] / errors[1:], 16.0, rtol=0.03)


def test_the_predictor_is_the_tangent_after_the_start_and_after_long_steps():
    rows = empty(3, 1, 1, 2)
    rows.z[:2] = [[0.0, 0.0], [0.1, 0.1]]
    rows.tangent[:2] = 1.0
    rows.arclength[:2] = [0.0, 0.1]
    t, scale, guess = np.array([1.0, 2.0]), np.array([3.0, 0.5]), np.zeros(2)
    for steady, h in ((False, 0.1), (True, 0.5)):
        predict(rows, 1, steady, t, scale, h, guess, 1)
        assert np.allclose(guess, rows.z[1] + h * t * scale, rtol=1e-15)


def test_the_scaled_inner_product_weighs_all_states_together_as_the_parameter():
    t = np.array([1.0, 1.0, 1.0, 1.0, 1.0])
    assert tangent_length(t, 4) == math.sqrt(2.0)
    row = np.zeros(5)
    border_row(t, row, 4)
    assert row.tolist() == [0.25, 0.25, 0.25, 0.25, 1.0]
    normalise(t, 4)
    assert tangent_length(t, 4) == pytest.approx(1.0, rel=1e-15)
    points = np.zeros((1, 3))
    away = distance(points, 0, np.array([6.0, 8.0, 5.0]), np.array([2.0, 2.0, 1.0]), 2)
    assert away == math.sqrt(12.5 + 25.0)


def test_the_angle_of_two_tangents_is_exact_for_small_angles_too():
    for angle in (1e-9, 1e-3, 0.3, 2.0):
        a, b = np.array([0.0, 1.0]), np.array([math.sin(angle), math.cos(angle)])
        assert turning(a, b, 1) == pytest.approx(angle, rel=1e-6)
    assert turning(np.array([0.0, 1.0]), np.array([0.0, -1.0]), 1) == pytest.approx(math.pi)


def test_landing_on_another_branch_is_refused():
    # l = x^2 with a step from (-1, 1) that jumped to (1.1, 1.21): the edge 1.1 is reached far from the row.
    model = Polynomial(1, [(0, 1, (1,)), (0, -1, (0, 0))])
    context = model.context()
    rows = empty(2, 1, 1, 2)
    rows.z[0] = [0.1, 0.01]
    limits = Limits(1e-10, 0.01, 1e-11, 0.1, ANGLE, 7, np.array([-1.0, 4.0]), np.array([1e8]))
    row = np.array([0.3, 0.7])
    assert landed(context, limits, rows, np.array([0.2, 5.0]), row) != OK
    assert row.tolist() == [0.3, 0.7]


def test_landing_finds_the_point_of_the_branch_on_the_edge():
    rows = empty(2, 1, 1, 2)
    rows.z[0] = [0.9, 0.81]
    limits = Limits(1e-12, 0.01, 1e-11, 0.1, ANGLE, 7, np.array([-1.0, 1.0]), np.array([1e8]))
    context = Polynomial(1, [(0, 1, (1,)), (0, -1, (0, 0))]).context()
    z = np.array([1.05, 1.1025])
    assert landed(context, limits, rows, z, np.zeros(2)) == OK
    assert z[1] == 1.0
    assert z[0] == pytest.approx(1.0, abs=1e-14)
    rows.z[0] = [1.0 - 1e-3, 1.0]  # beside the branch: the point on the edge is farther than the step reached
    z = np.array([1.0 - 1e-3, 1.0 + 1e-6])
    assert landed(context, limits, rows, z, np.zeros(2)) == OUTSIDE


def test_a_loop_closes_only_where_it_goes_through_its_start_in_its_direction():
    def rows_with(last):
        rows = empty(3, 1, 1, 2)
        for array in rows:
            array[:] = 0
        rows.z[:] = [[0.0, 0.0], [0.0, -0.1], last]
        rows.tangent[:] = [[0.0, 1.0], [0.0, 1.0], [0.0, 1.0]]
        rows.arclength[:] = [0.0, 5.0, 5.2]
        return rows

    one = np.ones(2)
    assert passes_start(rows_with([0.0, 0.1]), 2, one, 1)
    assert not passes_start(rows_with([0.0, -0.3]), 2, one, 1)  # far from it
    assert not passes_start(rows_with([0.0, -0.05]), 2, one, 1)  # short of it
    assert not passes_start(rows_with([0.0, 0.5]), 2, one, 1)
    against = rows_with([0.0, 0.1])
    against.tangent[0] *= -1
    assert not passes_start(against, 2, one, 1)
    beside = rows_with([0.1, 0.1])
    beside.z[1, 0] = 0.1
    assert not passes_start(beside, 2, one, 1)


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="long in plain Python")
def test_a_long_circle_many_times_smaller_than_the_span_closes_too():
    small = Polynomial(1, CIRCLE.terms, T=[[1e-4]], Tinv=[[1e4]], unit=1e-4)
    found = Followed(small.context(), [1e-4, 0.0], [0.0, 1.0], (-1.0, 1.0), scale=[1e-4, 1.0], most=4000)
    assert found.status == CLOSED
    assert np.allclose(np.hypot(*found.z.T), 1e-4, rtol=1e-6)
