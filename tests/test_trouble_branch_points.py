"""Branch points near each other, multiple ones, and eigenvalues that are zero for every parameter."""

import itertools
import math

import numpy as np
import pytest
from trouble import assert_special, mixed, reasons

import contin
from contin import flow, follow


@flow
def down_and_up(x, *, r=-1.0, d=0.1):
    """The eigenvalue r^2 - d^2: pitchforks at r = -d and d."""
    return (r * r - d * d) * x - x**3


@flow
def two_eigenvalues(x, y, *, r=-1.0, d=0.1):
    """Eigenvalues r and r - d: a pitchfork at 0, a transcritical point at d."""
    return r * x - x**3, (r - d) * y - y**2


@flow
def eigenvalue_and_pair(x, y, z, *, r=-1.0, d=0.1, way=1.0):
    """A Hopf pair r +- i, an eigenvalue way (r - d)."""
    s = x * x + y * y
    return r * x - y - x * s, x + r * y - y * s, way * (r - d) * z - z**3


@flow
def on_a_parabola(x, y, *, r=-1.0, d=0.1):
    """r = -x^2 with a fold at the origin and a pitchfork of y at x = d, r = -d^2."""
    return r + x * x, (x - d) * y - y**3


APART = [0.1, 1e-2, 1e-3, 1e-4, 1e-6]


@pytest.mark.parametrize("d", APART)
@pytest.mark.parametrize("seed", [None, 1])
def test_branch_points_however_close(d, seed):
    models = [(m if seed is None else mixed(m, seed)[0]) for m in (two_eigenvalues, eigenvalue_and_pair)]
    branch = follow(models[0], "r", start=[0, 0], at={"d": d}, span=(-1, 1.3))
    assert_special(branch, {"branch point": [0.0, d]}, rounding=1e-14)
    assert [p.form for p in branch.special] == ["pitchfork", "transcritical"]
    for way in (1, -1):
        branch = follow(models[1], "r", start=[0] * 3, at={"d": d, "way": way}, span=(-1, 1.3))
        assert_special(branch, {"branch point": [d], "hopf": [0.0]}, rounding=1e-13)
    if seed is None:
        branch = follow(down_and_up, "r", start=[0.0], at={"d": d}, span=(-1, 1.3))
        assert_special(branch, {"branch point": [-d, d]})
        assert all(p.criticality == "supercritical" for p in branch.special)


@flow
def crossed_on_a_parabola(x, y, *, r=-1.0, d=0.1):
    """The same with a transcritical point."""
    return r + x * x, (x - d) * y - y**2


@flow
def opposite_on_a_parabola(x, y, *, r=-1.0, d=0.1):
    """The same with the eigenvalue of y against that of x, and three times as fast."""
    return r + x * x, 3 * (d - x) * y - y**3 + y * y * x


@pytest.mark.parametrize("model", [on_a_parabola, crossed_on_a_parabola, opposite_on_a_parabola])
@pytest.mark.parametrize("d", [*APART, 1e-7, 3e-8, 1e-8, -1e-7, -1e-8])
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_a_branch_point_beside_a_fold(model, d, seed):
    model, T = (model, np.eye(2)) if seed is None else mixed(model, seed)
    branch = follow(model, "r", start=T @ [1.0, 0.0], at={"d": d}, span=(-1, 1))
    assert_special(branch, {"branch point": [-d * d], "fold": [0.0]}, rounding=1e-15)


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
@pytest.mark.parametrize("beside", [1e-6, 1e-3, 1.0])
def test_the_turn_of_a_pitchforks_own_branch_is_no_fold(seed, beside):
    """x = sqrt r turns at r = 0, beside an eigenvalue of any size that does not cross."""

    @flow
    def arms(x, y, z, *, r=1.0, beside=1.0):
        return r * x - x**3, x - y, -(beside + x * x) * z

    at = {"beside": beside}
    model, T = (arms, np.eye(3)) if seed is None else mixed(arms, seed)
    branch = follow(model, "r", start=T @ [1.0, 1.0, 0.0], at=at, span=(-1, 1))
    assert len(branch.special) == 1
    point = branch.special[0]
    assert point.kind == "branch point" and abs(point["r"]) <= point.error <= 1e-8


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


def test_a_zero_eigenvalue_of_a_conserved_sum_is_left_out():
    """A + B = 2 for ever: eigenvalues 0 and -(r + 1). Nothing happens, and B = 2 r / (r + 1)."""

    @flow
    def exchange(A, B, *, r=0.5):
        return B - r * A, r * A - B

    branch = follow(exchange, "r", start=[1.0, 1.0], at={"r": 1.0}, span=(0.1, 5.0))
    assert len(branch.special) == 0
    assert branch.stable.all()
    assert reasons(branch) == ["span", "span"]
    np.testing.assert_allclose(branch["B"], 2 * branch["r"] / (branch["r"] + 1), rtol=1e-9)


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_a_fold_and_a_hopf_point_beside_a_zero_eigenvalue_for_every_parameter(seed):
    """u + v is conserved; r = -x^2 folds at 0; the pair r + 1/2 +- i crosses on both of its sides."""

    @flow
    def beside(x, a, b, u, v, *, r=-1.0):
        m = r + 0.5
        return r + x * x, m * a - b - a**3, a + m * b - b**3, v - 2 * u, 2 * u - v

    start = np.array([1.0, 0, 0, 1.0, 2.0])
    if seed is not None:
        beside, T = mixed(beside, seed)
        start = T @ start
    branch = follow(beside, "r", start=start, span=(-1, 1))
    assert_special(branch, {"fold": [0.0], "hopf": [-0.5, -0.5]}, rounding=1e-13)


def test_a_plane_of_equilibria_is_refused_in_words():
    @flow
    def plane(x, y, *, r=-1.0):
        return r * x - x**3, x * y

    with pytest.raises(contin.NotConverged, match="singular"):
        follow(plane, "r", start=[0.0, 0.0], span=(-1, 1))


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


# The right-hand side, x where r = -1, and the values of x at the ends of the span (-2, 2) of r.
CROSSINGS = {
    "x = r, x = -r": (lambda x, r: r * r - x * x, 1.0, [-2, 2]),
    "x = 2 r, x = -2 r": (lambda x, r: 4 * r * r - x * x, 2.0, [-4, 4]),
    "x = r, x = -2 r": (lambda x, r: (r - x) * (2 * r + x), -1.0, [-4, -2, 2, 4]),
}


@pytest.mark.parametrize("name", CROSSINGS)
@pytest.mark.parametrize("n", [1, 2])
def test_all_ways_out_of_a_crossing_are_followed(name, n):
    """Two lines; where they have opposite slopes the mixed term of the branching equation is zero."""
    right, x, ends = CROSSINGS[name]

    @flow
    def one(x, *, r=-1.0):
        return right(x, r)

    @flow
    def two(x, y, *, r=-1.0):
        return right(x, r), x - y

    diagram = contin.diagram(one if n == 1 else two, "r", span=(-2, 2), start=[x] * n)
    (point,) = diagram.special
    assert (point.kind, point.form) == ("branch point", "transcritical")
    assert abs(point["r"]) <= point.error
    reached = {round(float(branch["x"][i]), 9) for branch in diagram for i in (0, -1)}
    assert sorted(reached - {0.0}) == ends


def test_the_crossing_of_a_figure_of_eight_starts_no_other_branch():
    """x^2 = r^2 - r^4 crosses itself at the origin at right angles, and is one curve."""

    @flow
    def eight(x, *, r=0.5):
        return r * r - r**4 - x * x

    diagram = contin.diagram(eight, "r", span=(-2, 2), start=[math.sqrt(3) / 4])
    assert len(diagram) == 1
    assert diagram[0].ends[0].reason == "closed loop"


@flow
def opposite(x, y, *, r=-1.0, d=0.1, q=1.0, coupling=0.0):
    """Eigenvalues r and -q (r - d): they cross zero in opposite directions."""
    return r * x - x**3 + coupling * y, -q * (r - d) * y - y**3


@pytest.mark.parametrize("d", [1e-8, 1e-6, 1e-4, 1e-3, 1e-2, 3e-2, 0.1])
@pytest.mark.parametrize(("q", "coupling"), [(1.0, 0.0), (1.0, 1.0), (0.3, 0.0), (3.0, 0.0)])
def test_real_eigenvalues_that_cross_in_opposite_directions(d, q, coupling):
    at = {"d": d, "q": q, "coupling": coupling}
    branch = follow(opposite, "r", start=[0, 0], at=at, span=(-1, 1.3))
    assert_special(branch, {"branch point": [0.0, d]}, rounding=1e-15)


@pytest.mark.parametrize("n", [8, 12, 20])
def test_double_points_on_a_curved_branch(n):
    """On the branch of x = (a, a, -a, -a, ...), a^2 = r - 2: for n = 8 a double point at r = 2 + cos(pi / 4)."""
    ring = contin.Flow(ring_of_cells, n, {"r": -1.0, "d": 1.0})
    start = 0.02**0.5 * np.tile([1, 1, -1, -1], n // 4)
    branch = follow(ring, "r", start=start, at={"r": 2.02}, span=(2.005, 2.9))
    assert reasons(branch) == ["span", "span"]
    # Modes on it: r - 3 a^2 - 2 + 2 cos(2 pi k / n) = 4 - 2 r + 2 cos(2 pi k / n), zero at r = 2 + cos(2 pi k / n), twice.
    exact = [2 + math.cos(2 * math.pi * k / n) for k in range(1, n // 4 + 1)]
    exact = sorted(r for r in exact if 2.005 < r < 2.9)
    found = [point["r"] for point in branch.special]
    assert [point.kind for point in branch.special] == ["branch point"] * len(exact)
    for point, r in zip(branch.special, exact, strict=True):
        assert abs(point["r"] - r) <= point.error <= 1e-5, (found, exact)


@flow
def two_circles(x, *, r=0.6):
    return (x**2 + r * r - 1) * (x**2 + (r - 1) ** 2 - 1)


def test_a_loop_that_starts_at_a_branch_point_closes():
    branch = follow(two_circles, "r", start=[0.8], span=(-3, 3))
    assert_special(branch, {"branch point": [0.5, 0.5], "fold": [-1.0, 1.0]}, rounding=1e-15)
    for start in contin.switch(branch.special["branch point"][0]):
        other = follow(two_circles, "r", start=start, span=(-3, 3))
        assert reasons(other) == ["closed loop", "closed loop"]
        assert len(other.special["fold"]) == 2
