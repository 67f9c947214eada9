"""Pairs of eigenvalues that cross the imaginary axis together, twice, hardly or not at all; all known in closed form."""

import numpy as np
import pytest
from trouble import assert_points, assert_special, mixed, reasons

import contin
from contin import flow, follow

# In mixed coordinates eigenvalues have rounding errors of 1e-14 of their own, times the condition of the change.
MIXED = 1e-13


@flow
def up_and_down(x, y, *, r=-1.0, d=0.1):
    """The pair d^2 - r^2 +- i: Hopf points at r = -d and d."""
    m = d * d - r * r
    return m * x - y - x * (x * x + y * y), x + m * y - y * (x * x + y * y)


@pytest.mark.parametrize("d", [0.1, 1e-2, 1e-4, 1e-6])
@pytest.mark.parametrize("seed", [None, 1])
def test_two_hopf_points_however_close(d, seed):
    model = up_and_down if seed is None else mixed(up_and_down, seed)[0]
    branch = follow(model, "r", start=[0, 0], at={"d": d}, span=(-1, 1.3))
    assert_special(branch, {"hopf": [-d, d]})
    assert all(point.criticality == "supercritical" for point in branch.special)


@pytest.mark.parametrize("seed", [None, 1])
def test_a_pair_that_touches_the_axis_is_no_hopf_point(seed):
    model = up_and_down if seed is None else mixed(up_and_down, seed)[0]
    branch = follow(model, "r", start=[0, 0], at={"d": 0.0}, span=(-1, 1.3))
    assert len(branch.special) == 0
    assert reasons(branch) == ["span", "span"]


@flow
def near_the_axis(x, y, *, r=-1.0, d=0.1):
    """The pair -r^2 - d +- i comes as near as d and goes back."""
    m = -r * r - d
    return m * x - y, x + m * y


@pytest.mark.parametrize("d", [1e-2, 1e-6, 1e-9, 1e-12])
def test_a_pair_that_nearly_touches_the_axis_is_no_hopf_point(d):
    branch = follow(near_the_axis, "r", start=[0, 0], at={"d": d}, span=(-1, 1.3))
    assert len(branch.special) == 0
    assert branch.stable.all()


@flow
def slow_crossing(x, y, *, r=-1.0):
    """The pair r^3 +- i crosses at r = 0 with no speed."""
    return r**3 * x - y, x + r**3 * y


def test_a_pair_that_crosses_without_speed_is_not_called_a_hopf_point_of_the_usual_kind():
    branch = follow(slow_crossing, "r", start=[0, 0], span=(-1, 1.3))
    (point,) = branch.special
    assert point.kind == "non-hyperbolic" or point.form == "degenerate"
    assert abs(point["r"]) <= point.error <= 1e-2
    assert (branch.unstable[0], branch.unstable[-1]) == (0, 2)


@flow
def three_pairs(x, y, u, v, a, b, *, r=-1.0, d=0.1, w=1.0):
    """Pairs r + d +- i w, r +- 5i, r - d +- 0.2 i."""
    return (
        (r + d) * x - w * y - x * (x * x + y * y),
        w * x + (r + d) * y - y * (x * x + y * y),
        r * u - 5 * v + u * (u * u + v * v),
        5 * u + r * v + v * (u * u + v * v),
        (r - d) * a - 0.2 * b - a * (a * a + b * b),
        0.2 * a + (r - d) * b - b * (a * a + b * b),
    )


@pytest.mark.parametrize("d", [0.3, 1e-2, 1e-3, 1e-6])
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_three_hopf_points_in_a_row(d, seed):
    model = three_pairs if seed is None else mixed(three_pairs, seed)[0]
    branch = follow(model, "r", start=[0] * 6, at={"d": d}, span=(-1, 1.1))
    assert_special(branch, {"hopf": [-d, 0.0, d]}, rounding=MIXED if seed else 0.0)
    first, middle, last = branch.special
    for point, omega in ((first, 1.0), (middle, 5.0), (last, 0.2)):
        assert point.coefficients["omega"] == pytest.approx(omega, rel=1e-6)
    assert (branch.unstable[0], branch.unstable[-1]) == (0, 6)
    if d > 1e-5:
        assert first.criticality == last.criticality == "supercritical"
        assert middle.criticality == "subcritical"


@flow
def two_pairs(x, y, u, v, *, r=-1.0, d=0.1, way=1.0, w=3.0):
    """Pairs r +- i and way (r - d) +- i w."""
    m = way * (r - d)
    return r * x - y, x + r * y, m * u - w * v, w * u + m * v


@pytest.mark.parametrize("d", [0.0, 1e-8, 1e-6, 1e-3])
@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize("w", [0.2, 3.0])
def test_two_pairs_that_cross_together(d, way, w):
    """One to the right, the other with it or against it."""
    branch = follow(two_pairs, "r", start=[0] * 4, at={"d": d, "way": way, "w": w}, span=(-1, 1.3))
    assert_special(branch, {"hopf": [0.0, d]})
    assert all(p.criticality is None and p.form == "degenerate" for p in branch.special)


@pytest.mark.parametrize("d", [1e-8, 1e-6, 1e-3])
@pytest.mark.parametrize("w", [1.0, 1.0 + 1e-9, 1.01])
def test_two_pairs_of_one_frequency_that_cross_one_way(d, w):
    branch = follow(two_pairs, "r", start=[0] * 4, at={"d": d, "w": w}, span=(-1, 1.3))
    assert_special(branch, {"hopf": [0.0, d]})
    assert (branch.unstable[0], branch.unstable[-1]) == (0, 4)


@pytest.mark.parametrize("d", [1e-6, 1e-3])
@pytest.mark.parametrize("seed", [1, 2])
def test_two_pairs_that_cross_together_in_any_coordinates(d, seed):
    model, _ = mixed(two_pairs, seed)
    for way in (1, -1):
        branch = follow(model, "r", start=[0] * 4, at={"d": d, "way": way}, span=(-1, 1.3))
        assert_special(branch, {"hopf": [0.0, d]}, rounding=MIXED)


def test_a_double_pair_is_found_where_it_crosses():
    branch = follow(two_pairs, "r", start=[0] * 4, at={"d": 0.0, "w": 1.0}, span=(-1, 1.3))
    assert 1 <= len(branch.special) <= 2
    assert all(abs(point["r"]) <= point.error for point in branch.special)
    assert (branch.unstable[0], branch.unstable[-1]) == (0, 4)


@pytest.mark.parametrize("e", [1e-2, 1e-3, 1e-6, 1e-8])
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_hopf_and_fold_next_to_each_other(e, seed):
    """Near Bogdanov-Takens: the fold at r = 0, the Hopf point at r = -e^2, x = -e, of frequency sqrt(2 e)."""

    @flow
    def bogdanov_takens(x, y, *, r=-0.5, e=1e-3):
        return y, r + e * y + x * x + x * y

    start = np.array([-(0.5**0.5), 0])
    if seed is not None:
        bogdanov_takens, T = mixed(bogdanov_takens, seed)
        start = T @ start
    branch = follow(bogdanov_takens, "r", start=start, at={"e": e}, span=(-0.5, 0.5))
    assert_special(branch, {"fold": [0.0], "hopf": [-e * e]})
    assert branch.special["hopf"][0].coefficients["omega"] == pytest.approx((2 * e) ** 0.5, rel=1e-6)


@pytest.mark.parametrize("w", [1e-8, 1e-6, 1e-4, 1e-2, 1e2, 1e4, 1e6, 1e8])
def test_frequencies_of_any_size(w):
    @flow
    def fast(x, y, *, r=-1.0, w=1.0):
        return w * (r * x - y - x * (x * x + y * y)), w * (x + r * y - y * (x * x + y * y))

    branch = follow(fast, "r", start=[0, 0], at={"w": w}, span=(-1, 1.2))
    assert_special(branch, {"hopf": [0.0]})
    hopf = branch.special[0]
    assert hopf.coefficients["omega"] == pytest.approx(w, rel=1e-12)
    assert hopf.coefficients["l1"] == pytest.approx(-2.0, rel=1e-10)
    assert hopf.criticality == "supercritical"


@pytest.mark.parametrize("w", [1e-8, 1e-5, 1e5, 1e8])
def test_frequencies_far_from_the_speed_of_the_crossing(w):
    """The pair r +- i w: at 1e8 it leaves the axis by a part of 1e-8 only, at 1e-8 it is real but for a sliver."""

    @flow
    def crossing(x, y, *, r=-1.0, w=1.0):
        s = x * x + y * y
        return r * x - w * y - x * s, w * x + r * y - y * s

    branch = follow(crossing, "r", start=[0, 0], at={"w": w}, span=(-1, 1.2))
    (hopf,) = branch.special
    assert hopf.kind == "hopf"
    assert abs(hopf["r"]) <= hopf.error
    assert hopf.coefficients["omega"] == pytest.approx(w, rel=1e-6)
    assert hopf.criticality == "supercritical"


@pytest.mark.parametrize("slow", [1e-6, 1e-3])
def test_a_fast_and_a_slow_pair_in_one_model(slow):
    """Frequencies 1 / slow and slow, crossing at r = 0.2 and r = -0.1."""

    @flow
    def fast_and_slow(x, y, u, v, *, r=-1.0, slow=1e-6):
        a, b, s = (r - 0.2) / slow, 1 / slow, slow
        return a * x - b * y, b * x + a * y, s * (r + 0.1) * u - s * v, s * u + s * (r + 0.1) * v

    branch = follow(fast_and_slow, "r", start=[0] * 4, at={"slow": slow}, span=(-1, 1))
    assert_special(branch, {"hopf": [-0.1, 0.2]})


@flow
def saddle_and_pair(x, y, u, v, *, r=-0.5, q=0.0, m=1.0):
    """A neutral saddle, 1 and -1 - r, at r = 0; a pair m (r - q) - 0.1 (1 - m) +- 2i."""
    a = m * (r - q) - 0.1 * (1 - m)
    return x, -y * (1.0 + r), a * u - 2 * v, 2 * u + a * v


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_neutral_saddles_are_not_hopf_points(seed):
    model = saddle_and_pair if seed is None else mixed(saddle_and_pair, seed)[0]
    branch = follow(model, "r", start=[0] * 4, at={"m": 0.0}, span=(-0.5, 1.3))
    assert len(branch.special) == 0


@pytest.mark.parametrize("q", [0.1, 1e-3, 1e-6, 0.0])
@pytest.mark.parametrize("seed", [None, 1])
def test_a_neutral_saddle_beside_a_hopf_point_hides_it_not(q, seed):
    model = saddle_and_pair if seed is None else mixed(saddle_and_pair, seed)[0]
    branch = follow(model, "r", start=[0] * 4, at={"m": 1.0, "q": q}, span=(-0.5, 1.3))
    assert_special(branch, {"hopf": [q]})
    assert branch.special[0].coefficients["omega"] == pytest.approx(2.0, rel=1e-9)


def test_a_neutral_saddle_alone_is_no_hopf_point():
    @flow
    def saddle(x, y, *, r=-0.5):
        return x + y, r * x - (1.0 + r) * y

    # trace -r, determinant -1 - 2 r: a neutral saddle at r = 0, a branch point at r = -1/2.
    branch = follow(saddle, "r", start=[0, 0], at={"r": -0.4}, span=(-0.4, 1.3))
    assert len(branch.special) == 0


CENTRES = {
    "a linear oscillator": lambda x, y, r: (r * y, -x),
    "a pendulum": lambda x, y, r: (y, -(1 + r * r) * np.sin(x)),
    "a Hamiltonian well": lambda x, y, r: (y + r * x, -r * y - (2 + r * r) * x - x**3),
}


@pytest.mark.parametrize("name", CENTRES)
def test_a_centre_for_every_parameter_is_no_hopf_point(name):
    right = CENTRES[name]

    @flow
    def centre(x, y, *, r=1.0):
        return right(x, y, r)

    for model in (centre, mixed(centre, 2)[0]):
        branch = follow(model, "r", start=[0, 0], at={"r": 0.3}, span=(0.3, 2))
        assert len(branch.special) == 0
        assert reasons(branch) == ["span", "span"]
        np.testing.assert_allclose(branch.eigenvalues.real, 0.0, atol=1e-9)


def test_lotka_volterra_is_a_centre_and_has_no_hopf_point():
    @flow
    def lotka_volterra(x, y, *, alpha=1.0, beta=0.5, gamma=1.0, delta=0.3):
        return alpha * x - beta * x * y, delta * x * y - gamma * y

    branch = follow(lotka_volterra, "alpha", start=[10 / 3, 2.0], span=(0.1, 3))
    assert len(branch.special) == 0
    np.testing.assert_array_equal(branch.unstable, 0)


def test_a_centre_beside_a_pair_that_crosses():
    """The crossing pair is found although another one stays on the axis."""

    @flow
    def centre_and_pair(x, y, u, v, *, r=-1.0):
        return 3 * y, -3 * x, r * u - v, u + r * v

    branch = follow(centre_and_pair, "r", start=[0] * 4, span=(-1, 1.3))
    assert_points(branch, "hopf", [0.0])
    assert len(branch.special) == 1
    assert branch.special[0].coefficients["omega"] == pytest.approx(1.0, rel=1e-9)


def test_steps_as_long_as_allowed_lose_nothing():
    """Hopf points 1e-3 apart beside steps of 0.3 of the span."""
    long = contin.Settings(first_step=0.1, largest_step=0.3)
    branch = follow(three_pairs, "r", start=[0] * 6, at={"d": 1e-3}, span=(-1, 1.1), settings=long)
    assert_special(branch, {"hopf": [-1e-3, 0.0, 1e-3]})


def test_a_pair_that_jumps_over_the_axis_is_not_called_a_hopf_point():
    """The real part is -1 below r = 1/4 and 1 above it."""

    @flow
    def jump(x, y, *, r=-1.0):
        return np.sign(r - 0.25) * x - y, x + np.sign(r - 0.25) * y

    branch = follow(jump, "r", start=[0, 0], span=(-1, 1.3))
    assert_special(branch, {"non-hyperbolic": [0.25]})
    assert branch.special[0].form == "non-smooth"


@flow
def opposite_pairs(x, y, u, v, *, r=-1.0, d=0.1, w=1.0, q=1.0):
    """One pair r +- i, the other -q (r - d) +- w i: they cross at r = 0 and d, in opposite directions."""
    m = -q * (r - d)
    return r * x - y, x + r * y, m * u - w * v, w * u + m * v


@pytest.mark.parametrize("d", [1e-8, 1e-4, 1e-3, 1e-2, 3e-2, 0.1])
@pytest.mark.parametrize(("w", "q"), [(1.0, 1.0), (1.000001, 1.0), (1.01, 1.0), (1.1, 1.0), (1.0, 3.0)])
def test_pairs_that_cross_in_opposite_directions(d, w, q):
    branch = follow(opposite_pairs, "r", start=[0] * 4, at={"d": d, "w": w, "q": q}, span=(-1, 1.3))
    assert_special(branch, {"hopf": [0.0, d]}, rounding=1e-15)


@flow
def a_pair_on_the_axis(x, y, z, *, r=-1.0):
    """On x = 0 the trace of the first two equations is zero; two branches meet where y = 0.2."""
    return r - y - y**3, (y - 0.2) ** 2 * x * (1 + y) - x * x, x - z


@pytest.mark.parametrize("seed", [None, *range(12)])
def test_a_pair_that_stays_on_the_axis_is_no_point_where_branches_meet(seed):
    y = -0.6823278038280193
    model, T = (a_pair_on_the_axis, np.eye(3)) if seed is None else mixed(a_pair_on_the_axis, seed)
    branch = follow(model, "r", start=T @ [0, y, 0], span=(-1, 1.3))
    assert reasons(branch) == ["span", "span"]
    assert len(branch.special["non-hyperbolic"]) == len(branch.special["hopf"]) == 0
