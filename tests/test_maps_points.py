"""Folds, flips and Neimark-Sacker points of maps: coefficients by closed forms and by composed maps, cases where tools err."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import sympy

import contin


@contin.map
def delayed(x, y, *, r=1.5):
    return r * x * (1 - y), x


@contin.map
def coupled(x, y, *, a=0.5, e=0.1):
    """Two logistic maps that pull at each other."""
    return 1 - a * x**2 + e * (y - x), 1 - a * y**2 + e * (x - y)


@contin.map
def henon(x, y, *, a=0.3, b=0.3):
    return 1 + y - a * x**2, b * x


class Composed:
    """The k-th iterate of a map of polynomials at a point: its derivatives of first to third order, by SymPy."""

    def __init__(self, system, point):
        k, n = point.period, len(point.state)
        x = sympy.symbols(f"x:{n}")
        values = dict(
            zip(
                system.parameters,
                map(sympy.Float, map(repr, map(float, point.parameters)), itertools.repeat(40)),
                strict=True,
            )
        )
        state = list(x)
        for _ in range(k):
            state = [sympy.expand(one) for one in np.atleast_1d(system.function(*state, **values))]
        at = dict(zip(x, point.state.tolist(), strict=True))

        def number(expression):
            return float(expression.subs(at))

        self.A = np.array([[number(f.diff(a)) for a in x] for f in state])
        self.B = np.array([[[number(f.diff(a, b)) for b in x] for a in x] for f in state])
        self.C = np.array([[[[number(f.diff(a, b, c)) for c in x] for b in x] for a in x] for f in state])
        self.k, self.n, self.system, self.point = k, n, system, point

    def vectors(self, multiplier):
        """q, p with A q = mu q, A' p = conj(mu) p, <p, q> = 1; the mean of |q|^2 over the phases is 1."""
        values, right = np.linalg.eig(self.A)
        q = right[:, np.argmin(np.abs(values - multiplier))]
        adjoint, left = np.linalg.eig(self.A.T)
        p = left[:, np.argmin(np.abs(adjoint - np.conj(multiplier)))]
        phases, total = q, 0.0
        for phase in self.point.phases:
            total += np.vdot(phases, phases).real
            phases = derivative(self.system, phase, self.point.parameters) @ phases
        q = q / np.sqrt(total / self.k)
        return q, p / np.conj(np.vdot(p, q))

    def b(self, *vectors):
        return np.einsum("iab,a,b->i", self.B, *vectors)

    def c(self, *vectors):
        return np.einsum("iabc,a,b,c->i", self.C, *vectors)


def derivative(system, state, parameters):
    """The Jacobian (n, n) of a map of low degree, by complex steps."""
    n, h = len(state), 1e-30
    columns = [
        np.imag(
            system.function(*(state + 1j * h * unit), **dict(zip(system.parameters, parameters, strict=True)))
        )
        / h
        for unit in np.eye(n)
    ]
    return np.stack(columns, axis=-1).reshape(n, n)


def flip_coefficient(system, point):
    f = Composed(system, point)
    q, p = f.vectors(-1.0)
    h = np.linalg.solve(np.eye(f.n) - f.A, f.b(q, q))
    return float((p @ (f.c(q, q, q) + 3 * f.b(q, h))).real) / 6


def neimark_sacker_coefficient(system, point):
    f = Composed(system, point)
    mu = np.exp(1j * point.coefficients["theta"])
    q, p = f.vectors(mu)
    bar = q.conj()
    steady = np.linalg.solve(np.eye(f.n) - f.A, f.b(q, bar))
    double = np.linalg.solve(mu**2 * np.eye(f.n) - f.A, f.b(q, q))
    return float((np.vdot(p, f.c(q, q, bar) + 2 * f.b(q, steady) + f.b(bar, double)) / mu).real) / 2


def fold_coefficient(system, point):
    f = Composed(system, point)
    q, p = f.vectors(1.0)
    return float((p @ f.b(q, q)).real) / 2


def cycles(system, along, span, period, at):
    """The branch through the attracting cycle at these parameters."""
    p = system.parameter_vector(at)
    x = np.linspace(0.1, 0.2, len(system.states))
    for _ in range(4000):
        x = system.evaluate(x, p)
    return contin.follow(contin.FixedPoints(system, along, period=period), start=x, at=at, span=span)


def test_the_delayed_logistic_map_has_a_sixth_of_a_turn_at_two():
    (point,) = contin.follow(delayed, "r", start=[0.3, 0.3], span=(1.2, 2.6)).special
    assert point.kind == "neimark-sacker"
    assert abs(point["r"] - 2.0) <= point.error < 1e-12
    assert point.coefficients["theta"] == pytest.approx(np.pi / 3, abs=1e-13)
    assert (point.form, point.criticality) == ("", "supercritical")
    assert point.coefficients["d"] == pytest.approx(neimark_sacker_coefficient(delayed, point), rel=1e-10)


@pytest.mark.parametrize("period", [1, 2, 4])
def test_flips_of_the_henon_map_have_the_coefficient_of_the_composed_map(period):
    branch = cycles(henon, "a", (0.2, 1.1), period, {"a": {1: 0.3, 2: 0.8, 4: 1.0}[period]})
    (flip,) = branch.special["flip"]
    assert flip.period == period
    assert flip.coefficients["b"] == pytest.approx(flip_coefficient(henon, flip), rel=1e-9)
    closed = {1: 3 * 0.7**2 / 4, 2: 0.7**2 + 1.3**2 / 4}
    assert period == 4 or abs(flip["a"] - closed[period]) <= flip.error


def test_a_neimark_sacker_point_of_two_cycles_has_the_coefficient_of_the_composed_map():
    """Out of phase, x -> y' and y -> x', the coupled maps' 2-cycle turns."""
    p = coupled.parameter_vector({"a": 0.8})
    x = np.array([0.2, 0.9])
    for _ in range(4000):
        x = coupled.evaluate(x, p)
    problem = contin.FixedPoints(coupled, "a", period=2)
    branch = contin.follow(problem, start=x, at={"a": 0.8}, span=(0.6, 1.4))
    points = branch.special["neimark-sacker"]
    assert len(points) >= 1
    for point in points:
        exact = neimark_sacker_coefficient(coupled, point)
        assert point.coefficients["d"] == pytest.approx(exact, rel=1e-8)
        assert np.sort(np.abs(point.multipliers)) == pytest.approx([1.0, 1.0], abs=1e-10)


def test_folds_of_three_cycles_have_the_coefficient_of_the_third_iterate():
    branch = contin.follow(
        contin.FixedPoints(contin.models.logistic, "r", period=3),
        start=[0.5],
        at={"r": 3.83},
        span=(3.8, 3.9),
    )
    (fold,) = branch.special["fold"]
    exact = fold_coefficient(contin.models.logistic, fold)
    assert abs(fold.coefficients["a"]) == pytest.approx(abs(exact), rel=1e-7)


@pytest.mark.parametrize("period", [2, 4])
def test_coefficients_do_not_depend_on_the_phase_that_a_cycle_begins_with(period):
    branch = cycles(henon, "a", (0.2, 1.1), period, {"a": {2: 0.8, 4: 1.0}[period]})
    expected = branch.special["flip"][0]
    problem = contin.FixedPoints(henon, "a", period=period)
    for phase in branch.phases[branch.start]:
        again = contin.follow(problem, start=phase, at={"a": branch["a"][branch.start]}, span=(0.2, 1.1))
        (flip,) = again.special["flip"]
        assert abs(flip["a"] - expected["a"]) <= flip.error + expected.error
        assert flip.coefficients["b"] == pytest.approx(expected.coefficients["b"], rel=1e-9)


@contin.map
def turning(x, y, *, p=-0.1, theta=1.0, d=-1.0):
    """A pair exp(+- i theta) (1 + p) with the cubic coefficient d."""
    s = 1 + p + d * (x**2 + y**2)
    return s * (np.cos(theta) * x - np.sin(theta) * y), s * (np.sin(theta) * x + np.cos(theta) * y)


@pytest.mark.parametrize(
    ("theta", "form"),
    [(2 * np.pi / 3, "resonance 1:3"), (np.pi / 2, "resonance 1:4"), (2.0, ""), (2 * np.pi / 5, "")],
)
@pytest.mark.parametrize("d", [-1.0, 0.5])
def test_strong_resonances_are_said_and_the_others_have_the_coefficient(theta, form, d):
    at = {"theta": theta, "d": d, "p": -0.1}
    (point,) = contin.follow(turning, "p", start=[0.0, 0.0], at=at, span=(-0.2, 0.2)).special
    assert (point.kind, point.form) == ("neimark-sacker", form)
    assert abs(point["p"]) <= point.error
    assert point.coefficients["theta"] == pytest.approx(theta, abs=1e-12)
    if form:
        assert point.criticality is None
    else:
        # z -> exp(i theta) (1 + p + 2 d |w|^2) z for the unit vector q = (1, -i) / sqrt(2), z = w q + c.c.
        assert point.coefficients["d"] == pytest.approx(2 * d, rel=1e-10)
        assert point.criticality == ("supercritical" if d < 0 else "subcritical")
    assert ("d" in point.coefficients) == (form != "resonance 1:3")


def test_a_neutral_saddle_is_no_neimark_sacker_point():
    @contin.map
    def saddle(x, y, *, p=0.1):
        return (2 + p) * x, 0.5 * y + x**2

    assert len(contin.follow(saddle, "p", start=[0.0, 0.0], span=(-0.4, 0.4)).special) == 0


def test_a_multiplier_that_touches_minus_one_is_no_flip():
    @contin.map
    def touching(x, *, p=0.3):
        return -(1 - p**2) * x + x**3

    for value in (0.3, 0.0, 1e-3):
        branch = contin.follow(touching, "p", start=[0.0], at={"p": value}, span=(-1.0, 1.0))
        assert len(branch.special["flip"]) == 0


def test_a_pair_that_touches_the_circle_is_no_neimark_sacker_point():
    @contin.map
    def touching(x, y, *, p=0.3):
        s = 1 - p**2
        return s * (0.6 * x - 0.8 * y), s * (0.8 * x + 0.6 * y)

    branch = contin.follow(touching, "p", start=[0.0, 0.0], span=(-1.0, 1.0))
    assert len(branch.special["neimark-sacker"]) == 0


@pytest.mark.parametrize("gap", [1e-2, 1e-4, 1e-6])
def test_two_flips_in_one_step_are_two(gap):
    @contin.map
    def twice(x, *, p=-0.5, s=0.01):
        return -(1 + s - p**2) * x + x**3

    branch = contin.follow(twice, "p", start=[0.0], at={"s": gap**2}, span=(-1.0, 1.0))
    assert [point.kind for point in branch.special] == ["flip", "flip"]
    for point, exact in zip(branch.special, (-gap, gap), strict=True):
        assert abs(point["p"] - exact) <= point.error  # 1 + s is rounded


@pytest.mark.parametrize("gap", [1e-2, 1e-4, 1e-6])
def test_two_flips_of_different_states_in_opposite_directions(gap):
    @contin.map
    def exchange(x, y, *, p=-0.5, s=0.01):
        return -(1 + p) * x + x**3, -(1 - p + s) * y + y**3

    branch = contin.follow(exchange, "p", start=[0.0, 0.0], at={"s": gap}, span=(-0.7, 0.7))
    assert [point.kind for point in branch.special] == ["flip", "flip"]
    assert [point["p"] for point in branch.special] == pytest.approx([0.0, gap], abs=1e-12)


@pytest.mark.parametrize("gap", [1e-1, 1e-3, 1e-5])
def test_a_flip_close_to_a_fold(gap):
    @contin.map
    def beside(x, y, *, p=-0.5, s=0.01):
        return x + p + x**2, -(1 + x - s) * y + y**3

    branch = contin.follow(beside, "p", start=[-0.7, 0.0], at={"p": -0.49, "s": gap}, span=(-0.9, 1.0))
    assert [point.kind for point in branch.special] == ["fold", "flip"]
    assert branch.special[0]["p"] == pytest.approx(0.0, abs=1e-12)
    assert branch.special[1]["p"] == pytest.approx(-(gap**2), abs=1e-11)


def test_a_double_flip_is_found_as_non_hyperbolic_or_twice_but_never_lost():
    @contin.map
    def twins(x, y, *, p=-0.2):
        return -(1 + p) * x + x**3 + x * y**2, -(1 + p) * y + y**3 + y * x**2

    branch = contin.follow(twins, "p", start=[0.0, 0.0], span=(-0.5, 0.5))
    assert {point.kind for point in branch.special} <= {"flip", "non-hyperbolic"}
    assert all(abs(point["p"]) < 1e-6 for point in branch.special)
    assert 1 <= len(branch.special) <= 2


@pytest.mark.parametrize("form", ["transcritical", "pitchfork"])
def test_branch_points_of_maps_switch_as_those_of_flows(form):
    @contin.map
    def crossing(x, *, p=-0.5, cubic=0.0):
        return x + p * x - (1 - cubic) * x**2 - cubic * x**3

    at = {"cubic": 1.0 if form == "pitchfork" else 0.0, "p": -0.5}
    (point,) = contin.follow(crossing, "p", start=[0.0], at=at, span=(-1.0, 1.0)).special["branch point"]
    assert point.form == form
    assert abs(point["p"]) <= point.error
    if form == "pitchfork":
        assert point.coefficients["c"] == pytest.approx(-1.0, rel=1e-12)
        assert point.criticality == "supercritical"
    starts = contin.switch(point)
    assert len(starts) == 2
    for start in starts:
        branch = contin.follow(crossing, "p", start=start, span=(-1.0, 1.0))
        power = 2 if form == "pitchfork" else 1
        assert branch["x"] ** power == pytest.approx(branch["p"], abs=1e-8)


def test_a_point_beside_the_special_ones_does_not_count_its_critical_multipliers():
    branch = contin.follow(contin.models.logistic, "r", start=[0.6], span=(1.5, 4.0))
    (flip,) = branch.special["flip"]
    assert branch.unstable[flip.index] == 0
    assert branch.unstable[flip.index - 1] == 0 and branch.unstable[flip.index + 1] == 1


def test_marked_points_of_a_map():
    branch = contin.follow(
        contin.models.logistic, "r", start=[0.6], span=(1.5, 4.0), mark={"r": [2.0], "x": [0.7]}
    )
    marked = branch.special["marked"]
    assert [point["r"] for point in marked] == pytest.approx([2.0, 10 / 3], abs=1e-12)


def test_cycles_of_many_states_are_inspected_seldom_and_nothing_is_lost():
    """12 logistic maps, the first of which flips at 3 and the others, slower ones, later."""
    n = 12

    def side_by_side(x, p, out):
        for i in range(12):
            r = p[0] - 0.05 * i
            out[i] = r * x[i] * (1 - x[i])

    system = contin.Map(side_by_side, n, {"r": 2.5})
    start = 1 - 1 / (2.5 - 0.05 * np.arange(n))
    branch = contin.follow(system, "r", start=start, span=(2.4, 3.9))
    assert [point["r"] for point in branch.special] == pytest.approx(3 + 0.05 * np.arange(n), abs=1e-10)
    assert {point.kind for point in branch.special} == {"flip"}
