"""Special points of the built-in models against exact, published and independently computed values."""

import numpy as np
import pytest
from reference_values import KNOWN

import contin
from contin.models import example
from contin.models import names as model_names


@pytest.fixture(scope="module")
def diagrams():
    """The usual diagram of every built-in model, computed once."""
    found = {}

    def diagram(name):
        if name not in found:
            e = example(name)
            doublings = int(np.log2(max([fact.period for fact in e.facts], default=1) / e.period))
            is_map = isinstance(e.system, contin.Map)
            problem = contin.FixedPoints(e.system, e.along, e.period) if is_map else e.system
            found[name] = contin.diagram(
                problem, e.along, e.span, start=e.start, at=e.at, period_doublings=doublings
            )
        return found[name]

    return diagram


def nearest(points, along, value, state):
    """The point nearest to a parameter value and state."""
    return min(points, key=lambda p: abs(p[along] - value) + np.max(np.abs(p.state - state)))


@pytest.mark.parametrize("known", KNOWN, ids=lambda k: f"{k.model}-{k.kind}-{k.value[:8]}")
def test_points_agree_with_independent_high_precision_values(known, diagrams):
    diagram = diagrams(known.model)
    value, state = float(known.value), np.array([float(x) for x in known.state])
    point = nearest(diagram.special[known.kind], known.along, value, state)
    assert abs(point[known.along] - value) <= point.error
    assert point.error < 1e-9 * max(1.0, abs(value))
    assert point.residual < 1e-12
    np.testing.assert_allclose(point.state, state, rtol=1e-9, atol=1e-9)
    if known.l1 is not None:
        assert point.coefficients["l1"] == pytest.approx(float(known.l1), rel=1e-8)
        assert point.coefficients["omega"] == pytest.approx(float(known.omega), rel=1e-10)
        assert point.coefficients["l1_times_omega"] == pytest.approx(
            float(known.l1) * float(known.omega), rel=1e-8
        )
    if known.a is not None:
        assert abs(point.coefficients["a"]) == pytest.approx(abs(float(known.a)), rel=1e-8)


@pytest.mark.parametrize("name", model_names())
def test_models_show_their_facts(name, diagrams):
    e = example(name)
    diagram = diagrams(name)
    for fact in e.facts:
        near = [
            p
            for p in diagram.special[fact.kind]
            if abs(p[e.along] - fact.value) <= fact.tolerance + p.error
            and (
                fact.state is None
                or any(
                    all(
                        abs(x - v) < 1e-3 * max(1, abs(v))
                        for x, v in zip(state, map(fact.state.get, p.state_names), strict=True)
                    )
                    for state in np.atleast_2d(p.whole)
                )
            )
        ]
        assert len(near) == 1, (fact, diagram.special)
        assert fact.criticality is None or near[0].criticality == fact.criticality
    expected = {(f.kind, round(f.value, 6)) for f in e.facts}
    assert {(p.kind, round(p[e.along], 6) + 0.0) for p in diagram.special} == expected


def test_griffith_fold_is_exact_for_any_b():
    griffith = example("griffith").system
    for b in (0.3, 1.0, 2.7):
        start = {"x": 2.0, "y": 0.8 / b}
        branch = contin.follow(
            griffith, "a", start=start, at={"a": 0.4 / b, "b": b}, span=(0.05 / b, 1.0 / b)
        )
        (fold,) = branch.special
        assert fold.kind == "fold"
        assert fold["a"] == pytest.approx(1 / (2 * b), rel=1e-13)
        np.testing.assert_allclose(fold.state, [1.0, 1 / (2 * b)], rtol=1e-12)


def test_griffith_branch_satisfies_its_equation_everywhere():
    griffith = example("griffith").system
    branch = contin.follow(griffith, "a", start={"x": 2.0, "y": 0.8}, span=(0.05, 1.0))
    a, x = branch["a"], branch["x"]
    np.testing.assert_allclose(a * (1 + x**2), x, rtol=1e-9)
    np.testing.assert_allclose(branch["y"], a * x, rtol=1e-9)
    assert branch["a"][0] == branch["a"][-1] == 0.05
    inner = np.arange(len(branch)) != branch.special[0].index
    for i in np.flatnonzero(inner):
        exact = np.linalg.eigvals([[-a[i], 1.0], [2 * x[i] / (1 + x[i] ** 2) ** 2, -1.0]])
        np.testing.assert_allclose(np.sort(branch.eigenvalues[i]), np.sort(exact), atol=1e-9)
        assert branch.unstable[i] == np.sum(exact.real > 0)


def test_lorenz_switches_at_its_pitchfork():
    e = example("lorenz")
    trivial = contin.follow(e.system, "rho", start=e.start, at=e.at, span=(0.0, 30.0))
    (pitchfork,) = trivial.special
    assert (pitchfork.kind, pitchfork.form, pitchfork.criticality) == (
        "branch point",
        "pitchfork",
        "supercritical",
    )
    assert abs(pitchfork["rho"] - 1.0) <= pitchfork.error < 1e-13
    starts = contin.switch(pitchfork)
    assert len(starts) == 2
    signs = set()
    for start in starts:
        branch = contin.follow(e.system, "rho", start=start, span=(0.0, 30.0))
        (hopf,) = branch.special
        assert abs(hopf["rho"] - 470 / 19) <= hopf.error < 1e-11
        assert hopf.criticality == "subcritical"
        rho = branch["rho"][1:]
        np.testing.assert_allclose(np.abs(branch["x"][1:]), np.sqrt(8 / 3 * (rho - 1)), rtol=1e-8)
        signs.add(np.sign(branch["x"][-1]))
    assert signs == {1.0, -1.0}


@pytest.mark.parametrize("n", [5.0, 8.0, 8.2, 9.0, 12.0])
def test_goodwin_oscillates_only_above_cooperativity_8(n):
    goodwin = example("goodwin").system
    branch = contin.follow(
        goodwin, "b", start={"x": 0.84, "y": 0.84, "z": 0.84}, at={"b": 1.0, "n": n}, span=(0.1, 1.5)
    )
    hopfs = [(p.kind, p["b"]) for p in branch.special]
    if n <= 8:
        assert not hopfs
    else:
        z = (8 / (n - 8)) ** (1 / n)
        assert hopfs == [("hopf", pytest.approx((z * (1 + z**n)) ** (-1 / 3), rel=1e-12))]
        assert branch.special[0].coefficients["omega"] == pytest.approx(hopfs[0][1] * 3**0.5, rel=1e-12)


@pytest.mark.parametrize(("name", "p"), [("lotka_volterra", "gamma"), ("lotka_volterra", "beta")])
def test_a_centre_for_all_parameters_is_no_hopf_point(name, p):
    system = example(name).system
    branch = contin.follow(system, p, start={"x": 1.0, "y": 0.5}, span=(0.2, 3.0))
    assert not branch.special
    np.testing.assert_allclose(branch.eigenvalues.real, 0.0, atol=1e-12)


def test_two_compartments_have_the_lecture_eigenvalues():
    e = example("pharmacokinetics")
    branch = contin.follow(e.system, e.along, start=e.start, span=e.span)
    np.testing.assert_allclose(np.sort(branch.eigenvalues[branch.start].real), [-1.0, -0.1], rtol=1e-13)


@pytest.mark.parametrize(("alpha", "beta"), [(1.0, 1.0), (0.3, 2.0)])
def test_cell_cycle_never_oscillates_and_its_growth_ends_at_the_zero_of_the_determinant(alpha, beta):
    e = example("cell_cycle")
    at = {"alpha": alpha, "beta": beta}
    branch = contin.follow(e.system, "gamma", start=e.start, at=at, span=(0.01, 1.0))
    gamma, root = branch["gamma"][:, None], np.sqrt(alpha**2 + 6 * alpha * beta + beta**2)
    exact = (-alpha - beta - 2 * gamma + root * np.array([-1.0, 1.0])) / 2
    np.testing.assert_allclose(np.sort(branch.eigenvalues.real), exact, atol=1e-13)
    assert not branch.eigenvalues.imag.any()
    (point,) = branch.special
    assert point.kind == "branch point"
    assert point["gamma"] == pytest.approx((root - alpha - beta) / 2, rel=1e-13)
