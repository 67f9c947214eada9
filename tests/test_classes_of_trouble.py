"""Branches that make other tools jump, miss or invent points; every answer is known in closed form."""

import itertools
import math

import numpy as np
import pytest

import contin
from contin import flow, follow


def values(branch, kind, along="r"):
    """Parameter values of the special points of a kind, sorted, and the bounds of their errors."""
    points = sorted(branch.special[kind], key=lambda p: p[along])
    return np.array([p[along] for p in points]), np.array([p.error for p in points])


def assert_points(branch, kind, exact, rounding=0.0, along="r"):
    """Exactly these points of the kind, each within its own error bound (and the rounding of `exact` itself)."""
    found, errors = values(branch, kind, along)
    assert len(found) == len(exact), branch
    assert np.all(np.abs(found - np.sort(exact)) <= errors + rounding), (found - np.sort(exact), errors)


@flow
def pair_up_and_down(x, y, *, r=-1.0, d=0.1):
    """The pair d^2 - r^2 +- i: Hopf points at r = -d and d."""
    m = d * d - r * r
    return m * x - y - x * (x * x + y * y), x + m * y - y * (x * x + y * y)


@pytest.mark.parametrize("d", [0.1, 1e-2, 1e-4, 1e-6])
def test_two_hopf_points_however_close(d):
    branch = follow(pair_up_and_down, "r", start=[0, 0], at={"d": d}, span=(-1, 1.3))
    assert_points(branch, "hopf", [-d, d])
    assert len(branch.special) == 2


def test_a_pair_that_touches_the_axis_is_no_hopf_point():
    branch = follow(pair_up_and_down, "r", start=[0, 0], at={"d": 0.0}, span=(-1, 1.3))
    assert len(branch.special) == 0
    assert branch.ends[0].reason == branch.ends[1].reason == "span"


@flow
def wiggle(x, *, r=-1.0, d=0.1):
    """r = x^3 / 3 - d x: folds at x = +-sqrt d."""
    return r - (x**3 / 3 - d * x)


@pytest.mark.parametrize("d", [0.1, 1e-3, 1e-6, 1e-8])
def test_two_folds_however_close(d):
    branch = follow(wiggle, "r", start=[-1.5], at={"d": d}, span=(-1, 1.3))
    assert_points(branch, "fold", [-2 / 3 * d**1.5, 2 / 3 * d**1.5])


def test_an_inflection_is_no_fold():
    branch = follow(wiggle, "r", start=[-1.5], at={"d": 0.0}, span=(-1, 1.3))
    assert len(branch.special) == 0
    assert branch["r"][-1] == 1.3


@flow
def imperfect_pitchfork(x, *, r=-1.0, e=1e-3):
    """The branch from the left turns upwards and stays there: r = x^2 - e / x."""
    return e + r * x - x**3


@flow
def hyperbola(x, *, r=-1.0, e=1e-3):
    """x^2 = r^2 + e^2: two branches, x > 0 and x < 0, with a gap of 2 e."""
    return r * r - x * x + e * e


@flow
def other_hyperbola(x, *, r=-1.0, e=1e-3):
    """x^2 = r^2 - e^2: the left branch turns at r = -e."""
    return r * r - x * x - e * e


@pytest.mark.parametrize("e", [1e-2, 1e-4, 1e-6, 1e-8])
def test_no_jump_to_a_branch_that_passes_near(e):
    branch = follow(imperfect_pitchfork, "r", start=[0.0], at={"e": e}, span=(-1, 1))
    assert len(branch.special) == 0
    assert np.all(branch["x"] > 0)
    assert branch.stable.all()
    branch = follow(hyperbola, "r", start=[1.0], at={"e": e}, span=(-1, 1.1))
    assert len(branch.special) == 0
    assert np.all(branch["x"] > 0)
    branch = follow(other_hyperbola, "r", start=[1.0], at={"e": e}, span=(-1, 1.1))
    assert_points(branch, "fold", [-e])
    assert np.all(branch["r"] < 0)


def test_an_isola_closes():
    @flow
    def circle(x, *, r=0.0):
        return x * x + r * r - 1

    branch = follow(circle, "r", start=[1.0], span=(-2, 2))
    assert [end.reason for end in branch.ends] == ["closed loop", "closed loop"]
    assert_points(branch, "fold", [-1.0, 1.0])
    np.testing.assert_array_equal(branch.states[0], branch.states[-1])


@pytest.mark.parametrize("apart", [1e-2, 1e-4])
def test_a_branch_that_passes_near_its_start_is_no_closed_loop(apart):
    @flow
    def spiral(x, y, *, r=0.0, apart=1e-2):
        """A helix of angle x around the r axis: r = sin x, y = apart x."""
        return r - np.sin(x), apart * x - y

    settings = contin.Settings(most_points=2000)
    branch = follow(spiral, "r", start=[0.0, 0.0], at={"apart": apart}, span=(-2, 2), settings=settings)
    assert branch.ends[0].reason == branch.ends[1].reason == "most points"
    assert branch["x"][-1] > 10


def test_ends_have_their_reasons():
    @flow
    def pole(x, *, r=1.0):
        return r * x - 1

    @flow
    def root(x, *, r=1.0):
        return np.sqrt(r) - x

    branch = follow(pole, "r", start=[1.0], span=(-1, 2))
    assert [end.reason for end in branch.ends] == ["diverges", "span"]
    assert "x grows" in branch.ends[0].text
    branch = follow(root, "r", start=[1.0], span=(-1, 2))
    assert [end.reason for end in branch.ends] == ["not finite", "span"]
    assert len(branch.special) == 0


def test_lotka_volterra_is_a_centre_and_has_no_hopf_point():
    @flow
    def lotka_volterra(x, y, *, alpha=1.0, beta=0.5, gamma=1.0, delta=0.3):
        return alpha * x - beta * x * y, delta * x * y - gamma * y

    branch = follow(lotka_volterra, "alpha", start=[3.3, 2.0], span=(0.1, 3))
    assert len(branch.special) == 0
    np.testing.assert_array_equal(branch.unstable, 0)


def test_a_linear_model_with_a_zero_eigenvalue_has_one_branch_point():
    @flow
    def cell_cycle(g1, g2, *, alpha=1.0, beta=1.0, gamma=0.5):
        return -alpha * g1 + 2 * beta * g2 - gamma * g1, alpha * g1 - beta * g2 - gamma * g2

    branch = follow(cell_cycle, "gamma", start=[0, 0], span=(0.1, 3))
    (point,) = branch.special
    assert (point.kind, point.form) == ("branch point", "degenerate")
    assert abs(point["gamma"] - (math.sqrt(2) - 1)) <= point.error < 1e-13
    with pytest.raises(contin.BadValue, match="only one branch"):
        contin.switch(point)


def test_a_quartic_fold_is_degenerate():
    @flow
    def quartic(x, *, r=-1.0):
        return r + x**4

    branch = follow(quartic, "r", start=[1.0], span=(-1, 1))
    (point,) = branch.special
    assert point.kind == "degenerate fold"
    assert abs(point["r"]) <= point.error


def test_neutral_saddles_are_not_hopf_points():
    @flow
    def saddle(x, y, u, v, *, r=-0.5):
        return x, -y * (1.0 + r), -0.1 * u - 2 * v, 2 * u - 0.1 * v

    branch = follow(saddle, "r", start=[0, 0, 0, 0], span=(-0.5, 1.3))
    assert len(branch.special) == 0


@pytest.mark.parametrize("w", [1e-8, 1e-4, 1e4, 1e8])
def test_frequencies_of_any_size(w):
    @flow
    def fast(x, y, *, r=-1.0, w=1.0):
        return w * (r * x - y - x * (x * x + y * y)), w * (x + r * y - y * (x * x + y * y))

    branch = follow(fast, "r", start=[0, 0], at={"w": w}, span=(-1, 1.2))
    assert_points(branch, "hopf", [0.0])
    hopf = branch.special[0]
    assert hopf.coefficients["omega"] == pytest.approx(w, rel=1e-12)
    assert hopf.coefficients["l1"] == pytest.approx(-2.0, rel=1e-10)
    assert hopf.criticality == "supercritical"


@pytest.mark.parametrize("size", [1e-9, 1e9])
@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_states_and_parameters_in_any_units(size, unit):
    @flow
    def griffith(x, y, *, a=0.4, b=1.0, size=1.0, unit=1.0):
        return y - a / unit * x, (x / size) ** 2 / (1 + (x / size) ** 2) * size - b * y

    @flow
    def pitchfork(x, *, r=-1.0, size=1.0, unit=1.0):
        return (r / unit) * x - x * (x / size) ** 2

    at = {"size": size, "unit": unit}
    branch = follow(
        griffith, "a", start=[2 * size, 0.8 * size], at={**at, "a": 0.4 * unit}, span=(0.05 * unit, unit)
    )
    found, errors = values(branch, "fold", "a")
    assert len(found) == 1 and abs(found[0] - unit / 2) <= errors[0]
    branch = follow(pitchfork, "r", start=[0.0], at={**at, "r": -unit}, span=(-unit, unit))
    (point,) = branch.special
    assert abs(point["r"]) <= point.error
    for start in contin.switch(point):
        other = follow(pitchfork, "r", start=start, span=(-unit, unit))
        assert other.ends[1].reason == "span"
        assert abs(other["x"][-1]) == pytest.approx(size, rel=1e-9)


@pytest.mark.parametrize("e", [1e-3, 1e-6, 1e-8])
def test_hopf_and_fold_next_to_each_other(e):
    @flow
    def bogdanov_takens(x, y, *, r=-0.5, e=1e-3):
        return y, r + e * y + x * x + x * y

    branch = follow(bogdanov_takens, "r", start=[-0.7, 0], at={"e": e}, span=(-0.5, 0.5))
    assert_points(branch, "fold", [0.0])
    assert_points(branch, "hopf", [-e * e])


@pytest.mark.parametrize("d", [0.0, 1e-8, 1e-6, 1e-3])
@pytest.mark.parametrize("way", [1, -1])
def test_two_pairs_that_cross_together(d, way):
    @flow
    def pairs(x, y, u, v, *, r=-1.0, d=0.1, way=1.0):
        m = way * (r - d)
        return r * x - y, x + r * y, m * u - 3 * v, 3 * u + m * v

    branch = follow(pairs, "r", start=[0] * 4, at={"d": d, "way": way}, span=(-1, 1.3))
    assert_points(branch, "hopf", [0.0, d])
    assert all(p.criticality is None and p.form == "degenerate" for p in branch.special)


def test_snaking_has_all_its_folds():
    @flow
    def snake(x, *, r=0.0):
        return r - 0.02 * x - np.sin(x)

    branch = follow(snake, "r", start=[0.0], span=(-3, 3))
    turns = [s * math.acos(-0.02) + 2 * math.pi * k for k in range(-40, 41) for s in (1, -1)]
    exact = [0.02 * x + math.sin(x) for x in turns]
    reached = [r for r, x in zip(exact, turns, strict=True) if branch["x"].min() < x < branch["x"].max()]
    assert len(reached) > 20
    assert_points(branch, "fold", reached, rounding=1e-15)


def test_a_turn_and_a_fold_as_sharp_as_1e_6():
    @flow
    def turn(x, *, r=-1.0, e=1e-6):
        return x - (r + np.sqrt(r * r + e * e)) / 2

    @flow
    def fold(x, *, r=-1.0, e=1e-6):
        return r + np.sqrt(x * x + e * e)

    branch = follow(turn, "r", start=[0.0], span=(-1, 1))
    assert len(branch.special) == 0
    assert [end.reason for end in branch.ends] == ["span", "span"]
    assert_points(follow(fold, "r", start=[1.0], span=(-1, 1)), "fold", [-1e-6])


def test_a_start_on_the_special_point_finds_it():
    @flow
    def transcritical(x, *, r=0.0):
        return r * x - x * x

    @flow
    def saddle_node(x, *, r=0.0):
        return r + x * x

    assert_points(follow(transcritical, "r", start=[0.0], span=(-1, 1)), "branch point", [0.0])
    assert_points(follow(saddle_node, "r", start=[0.0], span=(-1, 1)), "fold", [0.0])
    assert_points(
        follow(pair_up_and_down, "r", start=[0, 0], at={"d": 0.5, "r": 0.5}, span=(-1, 1)),
        "hopf",
        [-0.5, 0.5],
    )


def test_backwards_gives_the_same_points():
    forward = follow(wiggle, "r", start=[-1.5], at={"d": 0.1, "r": -1}, span=(-1, 1.3))
    back = follow(wiggle, "r", start=forward.states[-1], at={"d": 0.1, "r": 1.3}, span=(-1, 1.3))
    one, _ = values(forward, "fold")
    other, _ = values(back, "fold")
    np.testing.assert_allclose(one, other, rtol=1e-13)
    assert back["r"][0] == -1.0 and back["r"][-1] == 1.3


@pytest.mark.parametrize("width", [1e2, 1e4, 1e6])
def test_a_span_far_wider_than_what_happens_in_it(width):
    @flow
    def griffith(x, y, *, a=0.4, b=1.0):
        return y - a * x, x**2 / (1 + x**2) - b * y

    @flow
    def sine(x, *, r=0.0):
        return np.sin(r) - x + 0.1 * x**3

    branch = follow(griffith, "a", start=[2.0, 0.8], span=(0.05, width))
    assert_points(branch, "fold", [0.5], along="a")
    assert branch["a"][0] == branch["a"][-1] == 0.05
    branch = follow(sine, "r", start=[0.0], span=(0.0, width), settings=contin.Settings(most_points=2000))
    assert branch.ends[1].reason in ("span", "most points")
    assert branch["r"][-1] > 40.0
    assert len(branch.special) == 0


def ring_of_cells(x, p, out):
    """Cells in a ring: the mode of k waves grows from r = 4 d sin^2(pi k / n), two of them but for 0 and n / 2 waves."""
    n = x.shape[0]
    for i in range(n):
        out[i] = p[0] * x[i] - x[i] ** 3 + p[1] * (x[(i + 1) % n] - 2 * x[i] + x[i - 1])


@pytest.mark.parametrize("n", [5, 8, 9])
def test_double_eigenvalues_of_a_ring_are_multiple_branch_points(n):
    ring = contin.Flow(ring_of_cells, n, {"r": -1.0, "d": 1.0})
    branch = contin.follow(ring, "r", start=np.zeros(n), span=(-1.0, 4.5))
    exact = [4 * np.sin(np.pi * k / n) ** 2 for k in range(n // 2 + 1)]
    assert [point.kind for point in branch.special] == ["branch point"] * len(exact)
    for k, (point, value) in enumerate(zip(branch.special, exact, strict=True)):
        assert abs(point["r"] - value) <= point.error <= 1e-10
        alone = k in (0, n / 2)
        assert point.form == ("pitchfork" if alone else "multiple")
        if not alone:
            assert point.coefficients == {"multiplicity": 2.0}
    unstable = [int(u) for u in branch.unstable]
    assert (unstable[0], unstable[-1]) == (0, n)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_equal_cells_without_coupling_cross_all_at_once(n):
    cells = contin.Flow(ring_of_cells, n, {"r": -1.0, "d": 0.0})
    branch = contin.follow(cells, "r", start=np.zeros(n), span=(-1.0, 1.0))
    (point,) = branch.special
    assert (point.kind, point.form) == ("branch point", "multiple")
    assert point.coefficients == {"multiplicity": float(n)}
    assert abs(point["r"]) <= point.error <= 1e-10


@pytest.mark.parametrize("n", [2, 3])
def test_all_ways_out_of_a_multiple_branch_point_are_found(n):
    """n equal cells without coupling: each is 0 or +-sqrt(r), 3^n branches in all."""
    cells = contin.Flow(ring_of_cells, n, {"r": -1.0, "d": 0.0})
    diagram = contin.diagram(cells, "r", span=(-1.0, 1.0), start=np.zeros(n))
    assert len(diagram) == 3**n
    assert {tuple(np.round(branch.states[-1]).astype(int)) for branch in diagram} == set(
        itertools.product((-1, 0, 1), repeat=n)
    )
    for branch in diagram.branches[1:]:
        others = branch.states[np.abs(branch.states) > 0.5 * np.sqrt(branch["r"])[:, None]]
        assert len(others) % len(branch) == 0
    (point,) = diagram.special
    assert point.form == "multiple"


def test_twelve_branches_leave_a_double_point_of_six_cells_in_a_ring():
    """Of the symmetry of a hexagon: six branches of either kind."""
    ring = contin.Flow(ring_of_cells, 6, {"r": -1.0, "d": 1.0})
    diagram = contin.diagram(ring, "r", span=(-1.0, 1.5), start=np.zeros(6))
    assert len(diagram) == 1 + 2 + 12
    assert all(branch.ends[1].reason == "span" for branch in diagram)
    patterns = [np.round(np.sort(np.abs(branch.states[-1])), 6) for branch in diagram.branches[3:]]
    assert len({tuple(pattern) for pattern in patterns}) == 2
