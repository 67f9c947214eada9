"""Manifolds of fixed points: minima of factorisations under optimisers, and what must not be taken for one."""

from __future__ import annotations

import numpy as np
import pytest

import contin
from contin.models.losses import factorisation


def rule(name, h):
    """The learning rate at which gradient descent, ... flip at a minimum of largest curvature `h` (momentum 0.7, eps 0.1)."""
    root = np.sqrt(0.1)
    return {
        "gradient descent": 2 / h,
        "heavy ball": 2 * 1.7 / h,
        "averaged momentum": 2 * 1.7 / 0.3 / h,
        "nesterov": (2 + 1.4) / (1 + 1.4) / h,
        "rmsprop": 2 * root / h,
        "adam": 2 * root * 1.9 / 0.1 / h,
    }[name]


CHOICES = {"rmsprop": {"eps_inside": True}, "adam": {"eps_inside": True}}
HYPER = {
    "heavy ball": {"momentum": 0.7},
    "averaged momentum": {"momentum": 0.7},
    "nesterov": {"momentum": 0.7},
    "rmsprop": {"eps": 0.1},
    "adam": {"eps": 0.1},
}
OPTIMISERS = ("gradient descent", *HYPER)


def optimiser(name, loss=factorisation):
    return contin.OptimizerMap(loss, name, HYPER.get(name), **CHOICES.get(name, {}))


@pytest.mark.parametrize("name", OPTIMISERS)
@pytest.mark.parametrize("u", [1.0, 2.0, -0.4, 3.0])
def test_every_minimum_of_uv_has_its_own_flip_and_no_other_special_point(name, u):
    flip = rule(name, u**2 + u**-2)
    branch = contin.follow(
        optimiser(name),
        "eta",
        start={"u": u, "v": 1 / u},
        at={"eta": 0.3 * flip},
        span=(0.1 * flip, 1.5 * flip),
    )
    assert branch.dimension == 1
    assert branch.drift < 1e-14
    (point,) = branch.special
    assert point.kind == "flip"
    assert point["eta"] == pytest.approx(flip, rel=1e-12)
    assert np.all(branch.multipliers[:, -1] == 1.0)
    assert np.array_equal(branch.stable, branch["eta"] <= flip * (1 + 1e-13))
    balanced = abs(u) == 1.0
    assert (point.form == "drifting") == (not balanced)
    assert (point.criticality is None) == (not balanced)


@pytest.mark.parametrize("name", ["rmsprop", "adam"])
@pytest.mark.parametrize("eps", [0.1, 1e-8])
def test_where_the_map_is_not_smooth_the_flip_is_found_without_a_coefficient(name, eps):
    system = contin.OptimizerMap(factorisation, name, {"eps": eps})
    flip = 2 * eps / 4.25 * (19.0 if name == "adam" else 1.0)
    start = {"u": 2.0, "v": 0.5}
    branch = contin.follow(system, "eta", start=start, at={"eta": flip / 2}, span=(0.1 * flip, 2 * flip))
    (point,) = branch.special
    assert (point.kind, point.form, branch.dimension) == ("flip", "drifting", 1)
    assert point["eta"] == pytest.approx(flip, rel=1e-12)
    assert set(point.coefficients) == {"slope"}


def test_slope_and_drift_of_gradient_descent_are_those_of_the_curvature():
    """Along the unit tangent (u, -v)/sqrt(h) of u v = 1 the curvature h = u^2 + v^2 has the slope 2 (u^2 - v^2)/sqrt(h)."""
    u, h = 2.0, 4.25
    branch = contin.follow(
        optimiser("gradient descent"), "eta", start=(u, 1 / u), at={"eta": 0.1}, span=(0.05, 1.0)
    )
    (point,) = branch.special
    slope = 2 / h * 2 * (u**2 - u**-2) / np.sqrt(h)
    assert point.coefficients["slope"] == pytest.approx(slope, rel=1e-6)
    assert point.coefficients["drift"] == pytest.approx(slope / 2, rel=1e-6)


def test_the_balanced_minimum_has_the_cycle_of_the_double_well():
    """On u = v the loss is (u^2 - 1)^2/2, whose gradient in u is that of the double well: c = 8, of (u, v)'s length b = c/2."""
    branch = contin.follow(
        optimiser("gradient descent"), "eta", start=(1.0, 1.0), at={"eta": 0.1}, span=(0.05, 1.2)
    )
    (point,) = branch.special
    assert point.criticality == "supercritical"
    assert point.coefficients["b"] == pytest.approx(4.0, rel=1e-12)
    (start,) = contin.switch(point)
    cycles = contin.follow(contin.FixedPoints(branch.system, "eta", 2), start=start, span=(0.05, 1.2))
    eta = cycles["eta"][1:]
    root, inner = np.sqrt(eta + 3), np.sqrt(eta - 1)
    exact = np.sort([(root - inner) / (2 * np.sqrt(eta)), (root + inner) / (2 * np.sqrt(eta))], axis=0)
    for state in range(2):
        assert np.allclose(np.sort(cycles.phases[1:, :, state].T, axis=0), exact, rtol=1e-10)
    # D = u^2 - v^2 is multiplied by 1 - eta^2 (u v - 1)^2 each step, and so is a small one along the cycle.
    u = exact
    across = np.prod(1 - eta**2 * (u**2 - 1) ** 2, axis=0)
    assert np.allclose(np.min(np.abs(cycles.multipliers[1:] - across[:, None]), axis=1), 0.0, atol=1e-9)


@pytest.mark.parametrize("u", [1.3, 2.0, 3.0])
@pytest.mark.parametrize("beyond", [1.001, 1.01])
def test_plain_runs_beyond_a_drifting_flip_come_to_rest_at_a_flatter_minimum(u, beyond):
    h = u**2 + u**-2
    eta = beyond * 2 / h
    x, y = u + 1e-6, 1 / u + 1e-6
    largest = 0.0
    for _ in range(200_000):
        error = x * y - 1
        x, y = x - eta * error * y, y - eta * error * x
        largest = max(largest, abs(error))
    assert largest > 1e-3
    assert abs(x * y - 1) < 1e-10
    assert x**2 + y**2 < 2 / eta < h
    branch = contin.follow(
        optimiser("gradient descent"), "eta", start=(u, 1 / u), at={"eta": 1 / h}, span=(0.5 / h, 4 / h)
    )
    with pytest.raises(contin.BadValue, match="drift"):
        contin.switch(branch.special[0])


def matrix_case(seed, n, r):
    """|U V' - M|^2/2 with M = U0 V0' of rank r; the minimum, and its largest curvatures."""
    random = np.random.default_rng(seed)
    U0, V0 = random.normal(size=(2, n, r))
    M = U0 @ V0.T

    def loss(U, V):
        E = U @ V.T
        return sum((E[i, j] - M[i, j]) ** 2 for i in range(n) for j in range(n)) / 2

    J = np.concatenate([np.kron(np.eye(n), V0), np.vstack([np.kron(np.eye(n), row) for row in U0])], axis=1)
    h = np.linalg.eigvalsh(J.T @ J)[::-1]
    return contin.Loss(loss, {"U": (n, r), "V": (n, r)}), np.concatenate([U0.ravel(), V0.ravel()]), h


@pytest.mark.parametrize(
    ("seed", "n", "r"), [*((s, 2, 1) for s in range(4)), *((s, 3, 1) for s in range(4)), (8, 3, 2), (9, 3, 2)]
)
def test_minima_of_a_matrix_factorisation_are_a_manifold_of_dimension_r_squared(seed, n, r):
    loss, x, h = matrix_case(seed, n, r)
    flip = 2 / h[0]
    assert np.all(h[-(r**2) :] < 1e-12 * h[0])
    branch = contin.follow(
        contin.OptimizerMap(loss, "gradient descent"),
        "eta",
        start=x,
        at={"eta": 0.1 * flip},
        span=(0.05 * flip, 1.05 * flip),
    )
    assert branch.dimension == r**2
    assert branch.drift < 1e-13
    assert {point.kind for point in branch.special} == {"flip"}
    expected = [2 / value for value in h if value > 2 / (1.05 * flip)]
    assert [point["eta"] for point in branch.special] == pytest.approx(expected, rel=1e-11)
    assert np.all(branch.multipliers[:, -(r**2) :] == 1.0)


@contin.map
def lines_of_folds(x, w, *, a=0.5):
    """A fold at a = 0 and a flip at a = 1, the same for every w."""
    return x + a - x**2, w


@contin.map
def lines_of_pitchforks(x, w, y, *, a=0.5):
    return (1 + a) * x - x**3, w, y / 2


@pytest.mark.parametrize(("x", "a"), [(0.7, 0.49), (0.0, 0.0)])
def test_a_fold_on_a_manifold_is_found_even_from_itself(x, a):
    branch = contin.follow(lines_of_folds, "a", start=(x, 0.3), at={"a": a}, span=(-2, 2))
    assert branch.dimension == 1
    assert [point.kind for point in branch.special] == ["fold", "flip"]
    assert branch.special[0]["a"] == pytest.approx(0.0, abs=1e-12)
    assert branch.special[1]["a"] == pytest.approx(1.0, rel=1e-12)
    assert branch.special[1].criticality == "supercritical"
    assert np.all(branch["w"] == 0.3)


def test_branches_through_a_pitchfork_on_a_manifold_stay_on_it():
    branch = contin.follow(lines_of_pitchforks, "a", start=(0.0, 0.3, 0.0), at={"a": -0.5}, span=(-1, 1))
    (point,) = branch.special
    assert point.form == "pitchfork"
    for start in contin.switch(point):
        other = contin.follow(lines_of_pitchforks, "a", start=start, span=(-1, 1))
        assert other.dimension == 1
        assert np.allclose(other["x"] ** 2, other["a"], atol=1e-12)
        assert np.all(other["w"] == 0.3)
    diagram = contin.diagram(lines_of_pitchforks, "a", (-1, 0.9))
    assert [one.dimension for one in diagram] == [1, 1, 1]
    assert [p.kind for p in diagram.special] == ["branch point"]


@contin.map
def fold(x, y, *, a=0.0):
    return x + a - x**2, y / 2


@contin.map
def pitchfork(x, y, *, a=0.0):
    return x + a * x - x**3, y / 2


@contin.map
def flip(x, y, *, a=0.0):
    return -x * (1 + a) + x**3, y / 2


@pytest.mark.parametrize("system", [fold, pitchfork, flip])
def test_a_single_special_point_at_the_start_is_no_manifold(system):
    branch = contin.follow(system, "a", start=(0.0, 0.0), at={"a": 0.0}, span=(-0.5, 0.5))
    assert branch.dimension == 0
    assert len(branch.special) == 1


def test_a_fixed_point_that_is_degenerate_for_ever_is_no_manifold():
    @contin.map
    def degenerate(x, y, *, a=0.5):
        return x - x**3, a * y

    found = contin.classify(degenerate, (0.0, 0.0))
    assert (found.kind, found.dimension) == ("non-hyperbolic", 0)


def test_a_manifold_that_turns_with_the_parameter_is_refused_in_words():
    with pytest.raises(contin.BadValue, match="turns"):
        contin.follow(
            optimiser("gradient descent"), "target", start=(2.0, 0.5), at={"eta": 0.1}, span=(0.5, 1.5)
        )


def test_a_start_beside_the_manifold_is_brought_to_it_by_the_shortest_way():
    """A general map: the circle x^2 + y^2 = 1, to which the way is radial."""

    @contin.map
    def ring(x, y, *, a=0.5):
        r = (x**2 + y**2) ** 0.5
        return x * (1 + a * (1 - r)), y * (1 + a * (1 - r))

    branch = contin.follow(ring, "a", start=(0.6 * 1.03, 0.8 * 1.03), at={"a": 0.5}, span=(0.1, 3.0))
    assert branch.dimension == 1
    assert np.allclose(branch.states, (0.6, 0.8), atol=1e-12)
    (point,) = branch.special
    assert point["a"] == pytest.approx(2.0, rel=1e-12)
    # All points of the circle are alike, and the rays are invariant: the flip is that of r -> r + a r (1 - r), logistic.
    assert point.criticality == "supercritical"


def test_classification_is_told_across_the_manifold():
    for eta, kind in (
        (0.2, "stable node"),
        (0.4, "stable alternating node"),
        (0.5, "unstable alternating node"),
    ):
        found = contin.classify(optimiser("gradient descent"), (2.0, 0.5), at={"eta": eta})
        assert (found.kind, found.dimension, found.critical) == (kind, 1, 0)
        assert np.sort(found.eigenvalues.real) == pytest.approx(sorted([1.0, 1 - 4.25 * eta]), abs=1e-12)
    at_flip = contin.classify(optimiser("gradient descent"), (2.0, 0.5), at={"eta": 2 / 4.25})
    assert (at_flip.kind, at_flip.dimension) == ("non-hyperbolic", 1)


def test_each_manifold_is_found_once():
    """u v = 1 has two halves; beside them is the saddle at 0."""
    found = contin.fixed_points(optimiser("gradient descent"), at={"eta": 0.1})
    assert sorted(point.classification.dimension for point in found) == [0, 1, 1]
    assert "on a manifold of dimension 1" in repr(found)
    one, other = (point["u"] for point in found if point.classification.dimension)
    assert one * other < 0
    diagram = contin.diagram(optimiser("gradient descent"), "eta", (0.05, 1.3))
    assert sorted(branch.dimension for branch in diagram) == [0, 1, 1]
    assert "on a manifold of dimension 1" in repr(diagram)


def test_the_dimension_is_stored(tmp_path):
    branch = contin.follow(
        optimiser("gradient descent"), "eta", start=(2.0, 0.5), at={"eta": 0.1}, span=(0.05, 1.0)
    )
    contin.save(tmp_path / "line.h5", branch)
    again = contin.load(tmp_path / "line.h5")
    assert (again.dimension, again.drift) == (1, branch.drift)
    assert again.special[0].form == "drifting"
