"""Whole diagrams from a model, a parameter and a span: every branch, none twice, each special point once.

The equilibria of these models are known in closed form, or as a parameter that is an explicit function of one state, so
that how many there are at any parameter value is counted without contin.
"""

import itertools

import numba
import numpy as np
import pytest
from scipy.interpolate import CubicHermiteSpline

import contin
from contin import BadValue, flow
from contin.models import example

CELLS = 8 if numba.config.DISABLE_JIT else 100


def crossings(diagram, state, value):
    """The state's values, sorted, where branches pass the parameter value, by cubics through the points along their tangents."""
    found = []
    for branch in diagram:
        p, x = branch[branch.along[0]] - value, branch[state]
        slope = branch.tangents[:, list(branch.state_names).index(state)], branch.tangents[:, -1]
        for i in np.flatnonzero(p[:-1] * p[1:] < 0):
            # The parameter at the part t of the way, a cubic along both tangents; the state likewise.
            length = branch.arclength[i + 1] - branch.arclength[i]
            ends = np.array([0.0, length])
            along = CubicHermiteSpline(ends, p[i : i + 2], slope[1][i : i + 2])
            (t, *_) = along.roots(extrapolate=False)
            found.append(float(CubicHermiteSpline(ends, x[i : i + 2], slope[0][i : i + 2])(t)))
    return np.sort(found)


def roots(g, value, x):
    """Where g passes the value between the places x, by straight lines."""
    y = g(x) - value
    i = np.flatnonzero(y[:-1] * y[1:] < 0)
    return np.sort(x[i] - y[i] * (x[i + 1] - x[i]) / (y[i + 1] - y[i]))


def assert_equilibria(diagram, state, value, exact):
    """As many branches pass the value as there are equilibria, and where these are: none is missing, none there twice."""
    found = crossings(diagram, state, value)
    assert len(found) == len(exact), (value, found, exact)
    np.testing.assert_allclose(found, np.sort(exact), atol=2e-3 * max(1.0, np.max(np.abs(exact), initial=0)))


def assert_special(diagram, exact):
    """Exactly these (kind, parameter value), each once and within its own bound of error."""
    along = diagram.along[0]
    points = sorted(diagram.special, key=lambda point: (point.kind, point[along]))
    assert [point.kind for point in points] == [kind for kind, _ in sorted(exact)]
    for point, (_, value) in zip(points, sorted(exact), strict=True):
        assert abs(point[along] - value) <= point.error + 1e-14 * abs(value), (point, value)
    assert len({point.label for point in points}) == len(points)


def assert_effort(diagram):
    assert diagram.effort["branches"] == len(diagram)
    assert diagram.effort["points"] == sum(len(branch) for branch in diagram)
    assert diagram.effort["starts"] >= len(diagram)
    assert diagram.effort["left"] == 0


def reasons(diagram):
    return {end.reason for branch in diagram for end in branch.ends}


def test_pitchfork():
    diagram = contin.diagram(example("pitchfork").system, "r", span=(-1.0, 1.0))
    assert_special(diagram, [("branch point", 0.0)])
    assert_effort(diagram)
    assert len(diagram) == 3
    assert_equilibria(diagram, "x", -0.37, [0.0])
    assert_equilibria(diagram, "x", 0.37, [-np.sqrt(0.37), 0.0, np.sqrt(0.37)])


@pytest.mark.parametrize("s", [0.1, 1.0, 4.0])
def test_cusp(s):
    @flow
    def cusp(x, *, r=0.0, s=1.0):
        return r + s * x - x**3

    turn = 2 * (s / 3) ** 1.5
    diagram = contin.diagram(cusp, "r", span=(-3 * turn, 2 * turn), at={"s": s})
    assert_special(diagram, [("fold", -turn), ("fold", turn)])
    assert_effort(diagram)
    assert len(diagram) == 1
    for part, count in ((-2.1, 1), (-0.9, 3), (0.03, 3), (0.9, 3), (1.1, 1)):
        real = [x.real for x in np.roots([1, 0, -s, -part * turn]) if abs(x.imag) < 1e-9]
        assert len(real) == count
        assert_equilibria(diagram, "x", part * turn, real)


def test_isola():
    diagram = contin.diagram(example("isola").system, "p", span=(-2.0, 2.0))
    assert_special(diagram, [("fold", -1.0), ("fold", 1.0)])
    assert_effort(diagram)
    assert len(diagram) == 1
    assert reasons(diagram) == {"closed loop"}
    assert_equilibria(diagram, "x", 0.6, [-0.8, 0.8])


def test_two_closed_curves_apart():
    @flow
    def two(x, *, r=0.0):
        return ((x - 2) ** 2 + r * r - 0.25) * ((x + 2) ** 2 + (r - 0.1) ** 2 - 0.36)

    diagram = contin.diagram(two, "r", span=(-2.0, 2.0))
    assert len(diagram) == 2
    assert reasons(diagram) == {"closed loop"}
    assert_special(diagram, [("fold", value) for value in (-0.5, -0.5 + 1.0, 0.1 - 0.6, 0.1 + 0.6)])


def test_a_figure_of_eight_is_one_loop_through_one_branch_point():
    """Its branching equation is x^2 = r^2: no term in x r."""

    @flow
    def eight(x, *, r=0.0):
        return r * r * (1 - r * r) - x * x

    diagram = contin.diagram(eight, "r", span=(-2.0, 2.0))
    assert_special(diagram, [("fold", -1.0), ("fold", 1.0), ("branch point", 0.0)])
    for value in (-0.8, 0.1, 0.6):
        x = abs(value) * np.sqrt(1 - value**2)
        assert_equilibria(diagram, "x", value, [-x, x])


def test_a_loop_between_two_pitchforks():
    @flow
    def loops(x, *, r=0.0):
        return x * (1 - r * r - x * x)

    diagram = contin.diagram(loops, "r", span=(-2.0, 2.0))
    assert_special(diagram, [("branch point", -1.0), ("branch point", 1.0)])
    assert_equilibria(diagram, "x", 1.5, [0.0])
    assert_equilibria(diagram, "x", -0.6, [-0.8, 0.0, 0.8])


def test_griffith():
    diagram = contin.diagram(example("griffith").system, "a", span=(0.05, 1.0))
    assert_special(diagram, [("fold", 0.5)])
    assert_effort(diagram)
    assert len(diagram) == 2
    for a in (0.13, 0.42, 0.499):
        root = np.sqrt(1 - 4 * a * a)
        assert_equilibria(diagram, "x", a, [0.0, (1 - root) / (2 * a), (1 + root) / (2 * a)])
    assert_equilibria(diagram, "x", 0.7, [0.0])


@pytest.mark.parametrize("name", ["morris_lecar", "morris_lecar_snlc", "morris_lecar_homoclinic"])
def test_morris_lecar(name):
    """The current is an explicit function of the potential."""
    model = example(name)
    p = model.system.parameters

    def current(v):
        m_inf = (1 + np.tanh((v - p["v1"]) / p["v2"])) / 2
        w_inf = (1 + np.tanh((v - p["v3"]) / p["v4"])) / 2
        return p["gca"] * m_inf * (v - p["vca"]) + p["gk"] * w_inf * (v - p["vk"]) + p["gl"] * (v - p["vl"])

    diagram = contin.diagram(model.system, "iapp", span=model.span)
    assert len(diagram) == 1
    assert_effort(diagram)
    assert {point.kind for point in diagram.special} == {fact.kind for fact in model.facts}
    assert_special(diagram, [(fact.kind, fact.value) for fact in model.facts])
    for value in (-19.0, -5.0, 11.0, 39.0, 41.0, 140.0):
        exact = roots(current, value, np.linspace(-120.0, 60.0, 20001))
        assert_equilibria(diagram, "v", value, exact)


def test_lorenz():
    diagram = contin.diagram(example("lorenz").system, "rho", span=(0.0, 30.0))
    assert_special(diagram, [("branch point", 1.0), ("hopf", 470 / 19), ("hopf", 470 / 19)])
    assert_effort(diagram)
    assert len(diagram) == 3
    x = np.sqrt(8 / 3 * (20.3 - 1))
    assert_equilibria(diagram, "x", 20.3, [-x, 0.0, x])
    assert_equilibria(diagram, "x", 0.3, [0.0])


def test_novak_tyson():
    """The mass is an explicit function of Cdh1."""
    model = example("novak_tyson")

    def mass(Y):
        return (1 - Y) * (0.04 + Y) * (0.04 + Y) / ((0.04 + 1 - Y) * 35 * 0.04 * Y)

    diagram = contin.diagram(model.system, "m", span=model.span)
    assert len(diagram) == 1
    assert_effort(diagram)
    assert_special(diagram, [("fold", 0.10971397984841833102), ("fold", 0.52731930268395346387)])
    for value, count in ((0.07, 1), (0.2, 3), (0.5, 3), (0.6, 1)):
        exact = roots(mass, value, np.linspace(1e-5, 1 - 1e-9, 100_001))
        assert len(exact) == count
        assert_equilibria(diagram, "Cdh1", value, exact)


def test_a_snake_of_dozens_of_folds_with_all_pieces_that_come_back_into_the_span():
    """p = x/10 + sin x turns at cos x = -1/10; within |p| < 5 it is five pieces."""
    diagram = contin.diagram(example("snaking").system, "p", span=(-5.0, 5.0))
    turns = [s * np.arccos(-0.1) + 2 * np.pi * k for k in range(-20, 21) for s in (1, -1)]
    folds = [x / 10 + np.sin(x) for x in turns if abs(x / 10 + np.sin(x)) < 5]
    assert len(folds) == 32
    assert_special(diagram, [("fold", value) for value in folds])
    assert_effort(diagram)
    x = np.linspace(-70, 70, 400_001)
    inside = np.abs(x / 10 + np.sin(x)) < 5
    assert len(diagram) == np.count_nonzero(np.diff(inside.astype(int)) == 1) == 5
    for value in (-4.7, 0.3, 2.9):
        assert_equilibria(diagram, "x", value, roots(lambda x: x / 10 + np.sin(x), value, x))


def two_sublattices(x, p, out):
    """A ring in which waves of four cells grow first, at r = 0: those on the even cells and those on the odd ones.

    With x = (-1)^j a on the even cells and (-1)^j b on the odd ones, r a = a^3 + 2 c a b^2 and the same with a and b
    exchanged. The next waves, of 24 and 26 periods in 100 cells, grow from r = 4 d cos^2 (48 pi / 100) on.
    """
    n = x.shape[0]
    for i in range(n):
        left, right = x[i - 1], x[(i + 1) % n]
        coupled = x[i - 2] + 2 * x[i] + x[(i + 2) % n]
        out[i] = p[0] * x[i] - x[i] ** 3 - p[2] * x[i] * (left**2 + right**2) - p[1] * coupled


def test_a_ring_of_100_cells_with_a_double_eigenvalue_has_the_eight_branches_of_the_square():
    """Of the symmetry of a square: two kinds of branches, four of each, known in closed form."""
    ring = contin.Flow(two_sublattices, CELLS, {"r": -0.5, "d": 50.0, "c": 1.0})
    diagram = contin.diagram(ring, "r", span=(-0.3, 0.3))
    (point,) = diagram.special
    assert (point.kind, point.form) == ("branch point", "multiple")
    assert abs(point["r"]) <= point.error <= 1e-10
    assert point.coefficients == {"multiplicity": 2.0}
    assert_effort(diagram)
    assert len(diagram) == 1 + 8
    wave = np.array([1.0, 1.0, -1.0, -1.0])
    even, odd = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.0, 1.0, 0.0, 1.0])
    exact = set()
    for a, b in itertools.product((-1, 0, 1), repeat=2):
        size = np.sqrt(0.3 / (3 if a and b else 1))
        exact.add(tuple(np.round(size * wave * (a * even + b * odd), 6) + 0.0))
    ends = {tuple(np.round(branch.states[-1][:4], 6) + 0.0) for branch in diagram}
    assert ends == exact
    for branch in diagram:
        np.testing.assert_allclose(branch.states[-1], np.tile(branch.states[-1][:4], CELLS // 4), atol=1e-9)
        assert branch.ends[1].reason == "span"
    # Waves on both kinds of cells at once are unstable for c > 1/2; without waves the ring is stable below 0 only.
    stable = {tuple(np.sign(np.round(b.states[-1][:2], 6)) + 0.0) for b in diagram if b.stable[-1]}
    assert stable == {(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)}


def cells(x, p, out):
    """Equal cells without coupling, each 0 or +-sqrt(r)."""
    for i in range(x.shape[0]):
        out[i] = p[0] * x[i] - x[i] ** 3


def test_most_branches_is_kept_and_what_is_left_is_told():
    three = contin.Flow(cells, 3, {"r": -1.0})
    whole = contin.diagram(three, "r", span=(-1.0, 1.0), start=np.zeros(3))
    assert (len(whole), whole.effort["left"]) == (27, 0)
    part = contin.diagram(three, "r", span=(-1.0, 1.0), start=np.zeros(3), most_branches=10)
    assert (len(part), part.effort["left"]) == (10, 17)
    assert "17 starts not followed: the diagram reached `most_branches`" in repr(part)
    assert "not followed" not in repr(whole)


def test_most_points_is_kept_and_said_at_the_end_of_the_branch():
    snaking = example("snaking").system
    diagram = contin.diagram(snaking, "p", span=(-5.0, 5.0), most_points=300)
    assert diagram.effort["left"] > 0
    assert sum(len(branch) for branch in diagram) - sum(len(branch.special) for branch in diagram) <= 300
    cut = [end for branch in diagram for end in branch.ends if end.reason == "most points"]
    assert cut and all(
        "the diagram reached its 300 points (`most_points`) at p = " in end.text for end in cut
    )
    assert all(branch.settings == contin.Settings() for branch in diagram)


def test_a_branch_has_its_own_limit_beside_the_diagrams():
    settings = contin.Settings(most_points=20)
    diagram = contin.diagram(example("griffith").system, "a", span=(0.05, 1.0), settings=settings)
    texts = [end.text for branch in diagram for end in branch.ends if end.reason == "most points"]
    assert texts and all("the diagram" not in text for text in texts)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"most_branches": 0}, "`most_branches` must be a whole number of at least 1, not 0"),
        ({"most_branches": 2.5}, "not 2.5"),
        ({"most_points": 1}, "`most_points` must be a whole number of at least 2, not 1"),
        ({"most_points": np.inf}, "not inf"),
        ({"most_points": "many"}, "not 'many'"),
    ],
)
def test_limits_that_cannot_be_meant(limits, words):
    with pytest.raises(BadValue, match=words):
        contin.diagram(example("griffith").system, "a", span=(0.05, 1.0), **limits)
