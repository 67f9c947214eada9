"""States that are far from zero, nearly zero, or grow far beyond what they were: the scale is how far they change."""

import math

import numpy as np
import pytest
from trouble import assert_special, reasons

from contin import NotConverged, Settings, flow, follow


@flow
def tail(x, *, r=0.0):
    """r = x exp(-x): a fold at x = 1, then x grows as r falls to 0."""
    return r - x * np.exp(-x)


@flow
def two_tails(x, *, r=0.0):
    """r = x / (1 + x^2): folds at x = -1 and 1, then r falls like 1 / x."""
    return r - x / (1 + x * x)


@flow
def two_tails_and_a_square(x, y, *, r=0.0):
    return r - x / (1 + x * x), x * x - y


@flow
def haldane(x, *, r=0.0):
    """r = x / (1 + x + x^2): a fold at x = 1."""
    return r - x / (1 + x + x * x)


GROWING = [
    (tail, (-1.0, 1.0), [1 / math.e]),
    (two_tails, (-1.0, 1.0), [-0.5, 0.5]),
    (two_tails_and_a_square, (-1.0, 1.0), [-0.5, 0.5]),
    (haldane, (-0.2, 1.0), [1 / 3]),
]


@pytest.mark.parametrize(("model", "span", "folds"), GROWING)
def test_a_state_that_grows_without_bound_after_a_fold(model, span, folds):
    branch = follow(model, "r", start=[0.0] * len(model.states), span=span)
    assert_special(branch, {"fold": folds}, rounding=1e-15)


@pytest.mark.parametrize("top", [1e2, 1e4, 1e6])
def test_whatever_the_largest_state_allowed(top):
    settings = Settings(largest_state=top)
    branch = follow(two_tails, "r", start=[0.0], span=(-1, 1), settings=settings)
    assert_special(branch, {"fold": [-0.5, 0.5]}, rounding=1e-15)
    assert reasons(branch) == ["diverges", "diverges"]


@flow
def parabola(x, *, r=-1.0, origin=1e3):
    return r + (x - origin) ** 2


@flow
def parabola_and_parameter(x, *, r=-1.0, origin=1e3):
    return (r - origin) + (x - origin) ** 2


@flow
def wiggle(x, *, r=-2.0, origin=1e3):
    """r = y^3 / 3 - y with y = x - origin: folds at r = -+ 2/3."""
    y = x - origin
    return r - (y**3 / 3 - y)


@pytest.mark.parametrize("origin", [0.0, 1e2, 1e3, 1e4, 1e5, 1e6])
def test_where_the_origin_is_does_not_matter(origin):
    at = {"origin": origin}
    branch = follow(parabola, "r", start=[origin + 1], at=at, span=(-1, 1))
    assert_special(branch, {"fold": [0.0]})
    at = {"origin": origin, "r": origin - 1}
    branch = follow(parabola_and_parameter, "r", start=[origin + 1], at=at, span=(origin - 1, origin + 1))
    assert_special(branch, {"fold": [origin]})
    (y,) = (root.real for root in np.roots([1 / 3, 0, -1, 2]) if abs(root.imag) < 1e-9)
    branch = follow(wiggle, "r", start=[origin + y], at={"origin": origin}, span=(-2, 2))
    # Rounding of x makes 1e-16 of the origin, and of r at a fold as much.
    assert_special(branch, {"fold": [-2 / 3, 2 / 3]}, rounding=1e-15 * max(1.0, origin))
    assert reasons(branch) == ["span", "span"]


@flow
def differences(u, v, *, r=0.0, e=1e-6):
    x = u + 1.0
    return x * x - x**4 + e - r * r + (v - x), x - v


@flow
def small(u, v, *, r=0.0):
    return 1e-6 + r - u + (v - 1.0), 1.0 - v


@pytest.mark.parametrize("model", [differences, small])
@pytest.mark.parametrize("u", [0.0, 1e-6, 5e-7, 1e-9])
def test_a_start_at_which_a_state_is_nearly_zero(model, u):
    branch = follow(model, "r", start=[u, 1.0], span=(-2, 2))
    assert len(branch) > 10
    residual = max(
        np.max(np.abs(model.derivative(x, p))) for x, p in zip(branch.states, branch.parameters, strict=True)
    )
    assert residual <= 1e-9


@flow
def nearly_zero(u, v, *, r=0.0, e=1e-6):
    """r^2 = x^2 - x^4 + e with x = 1 + u, v = x: an oval with a waist, and u is about e / 2 at r = 0."""
    x = 1 + u
    return x * x - x**4 + e - r * r, x - v


@flow
def nearly_zero_of_three(u, v, w, *, r=0.0, e=1e-6):
    """The same with u as the difference of v and w."""
    x = 1 + u
    return v * v - v**4 + e - r * r, x - v, w - 1 - (x - 1) / 3


@pytest.mark.parametrize("e", [1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12])
def test_a_nearly_zero_state_whose_rounding_is_that_of_states_of_size_one(e):
    q = 0.5 + math.sqrt(0.25 + e)
    x = math.sqrt(q)
    u = e / (q * (x + 1))
    width, waist = math.sqrt(0.25 + e), math.sqrt(e)
    folds = {"fold": [-width, -width, width, width, -waist, waist]}
    for model, start in ((nearly_zero, [u, x]), (nearly_zero_of_three, [u, x, 1 + u / 3])):
        branch = follow(model, "r", start=start, at={"e": e}, span=(-2, 2))
        assert_special(branch, folds, rounding=1e-15)
        assert reasons(branch) == ["closed loop", "closed loop"]


@pytest.mark.parametrize("gap", [1e-6, 1e-9, 1e-12])
@pytest.mark.parametrize("x", [0.0, 1e-9, 1e-6, 1e-3, 1.0])
def test_a_small_residual_without_an_equilibrium_is_refused(gap, x):
    @flow
    def above(x, y, *, r=0.0, gap=1e-6):
        return (x - 1) ** 2 + gap * (1 + r * r), y - 1

    with pytest.raises(NotConverged):
        follow(above, "r", start=[1 + x, 1.0], at={"gap": gap}, span=(-1, 1))
