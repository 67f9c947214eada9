"""Functions that cannot be traced: compiled as they are, derivatives by complex step or central differences."""

from __future__ import annotations

import cmath
import math
import os
import types

import numba
import numpy as np
import pytest
from calling import Called, wrapped

import contin
from contin import models
from contin.errors import ModelError
from contin_kernels.abi import JET, RHS
from contin_kernels.differences import third_along
from contin_kernels.memory import address_of

COMPILED = os.environ.get("NUMBA_DISABLE_JIT") != "1"
GAIN = 1.5


def squared(x):
    return x * x


def saturated(x):
    return GAIN * squared(x) / (1.0 + x * x)


PARAMETERS = {"a": 0.4, "b": 1.0}
X, P, U = np.array([2.0, 0.8]), np.array([0.4, 1.0]), np.array([0.5, -0.3, 0.7, 0.2])


def branched(x, y, *, a=0.4, b=1.0):
    if x < 1.0 and y < -5.0:
        return 0.0, 0.0
    return y - a * x, x**2 / (1 + x**2) - b * y


def with_abs(x, y, *, a=0.4, b=1.0):
    if x < -100.0:
        return 0.0, 0.0
    return y - a * abs(x), abs(x) ** 2 / (1 + x**2) - b * y


@pytest.mark.parametrize("name", ["branched", "with_abs"])
def test_branches_on_values_are_compiled_and_differentiated(name):
    called, exact = Called(contin.flow(globals()[name])), Called(models.griffith)
    assert called.derivatives in ("complex step", "central differences")
    assert contin.flow(globals()[name]).compiled.reason.startswith("looks at the value of x < ")
    tolerance = 1e-13 if called.derivatives == "complex step" else 1e-10
    assert called.rhs(X, P) == pytest.approx(exact.rhs(X, P), rel=1e-15)
    assert called.jacobian(X, P) == pytest.approx(exact.jacobian(X, P), abs=tolerance)
    assert called.column(X, P, 0) == pytest.approx(exact.column(X, P, 0), abs=tolerance)
    jet, true = called.jet(X, P, U), exact.jet(X, P, U)
    assert jet[0] == pytest.approx(true[0], abs=tolerance)
    assert jet[1:] == pytest.approx(true[1:], abs=1e-6)


def test_complex_step_is_exact_to_rounding():
    def waves(x, p, out):
        for i in range(2):
            out[i] = 0.0
            for k in range(3):
                out[i] += math.sin(p[0] * x[i] + k) * math.exp(-saturated(x[1 - i]))
        if p[1] == 0.12345:  # a look at a value, analytic elsewhere
            out[0] = 0.0

    called = Called(contin.Flow(waves, 2, {"a": 0.7, "b": 1.0}))
    x = np.array([0.4, 0.9])

    def exact(i, j):
        e = math.exp(-GAIN * x[1 - i] ** 2 / (1 + x[1 - i] ** 2))
        if i == j:
            return sum(0.7 * math.cos(0.7 * x[i] + k) for k in range(3)) * e
        y = x[1 - i]
        return -sum(math.sin(0.7 * x[i] + k) for k in range(3)) * e * GAIN * 2 * y / (1 + y**2) ** 2

    assert called.derivatives == "complex step"
    true = np.array([[exact(i, j) for j in range(2)] for i in range(2)])
    assert called.jacobian(x, [0.7, 1.0]) == pytest.approx(true, rel=1e-14)
    assert called.column(x, [0.7, 1.0], 1).tolist() == [0.0, 0.0]


def test_complex_step_at_a_pole_says_nothing_and_is_not_finite(capfd):
    """Numba raises an exception where a complex number is divided by zero, in any error model."""

    def pole(x, p, out):
        out[0] = x[0] / p[0]
        if p[0] == 0.12345:  # a look at a value, analytic elsewhere
            out[0] = 0.0

    called = Called(contin.Flow(pole, 1, {"a": 0.7}))
    assert called.derivatives == "complex step"
    assert called.jacobian([1.0], [2.0])[0, 0] == pytest.approx(0.5, rel=1e-15)
    assert not np.isfinite(called.jacobian([1.0], [0.0])[0, 0])
    assert capfd.readouterr().err == ""


NOT_ANALYTIC = {
    "abs": "abs(x[0])",
    "real": "x[0].real",
    "conjugate": "(x[0] * np.conj(x[0])).real",
    "maximum": "max(x[0], 0.3)",
    "floor": "x[0] * math.floor(3.0 * p[0])",
    "sort": "np.sort(x)[0] * x[0]",
    "atan2": "math.atan2(x[0], p[0])",
}


@pytest.mark.parametrize("name", NOT_ANALYTIC)
def test_complex_step_is_refused_where_f_is_not_analytic(name):
    space = {"np": np, "math": math}
    text = "def f(x, p, out):\n    out[0] = {} - p[0]\n    if p[1] == 0.25:\n        out[0] = 0.0\n"
    exec(text.format(NOT_ANALYTIC[name]), space)
    system = contin.Flow(space["f"], 1, {"a": 1.0, "b": 1.0})
    called = Called(system)
    assert called.derivatives == "central differences"
    ahead, behind = (
        space["f"](np.array([0.7 + h]), np.ones(2), out := np.zeros(1)) or out[0] for h in (1e-5, -1e-5)
    )
    assert called.jacobian([0.7], [1.0, 1.0])[0, 0] == pytest.approx((ahead - behind) / 2e-5, abs=1e-8)


tools = types.ModuleType("tools")
tools.size = numba.njit(lambda z: abs(z))


def test_complex_step_is_refused_where_differences_tell_otherwise():
    """No name in the function is suspicious; the derivative of |z| by complex step would be zero."""

    def hidden(x, p, out):
        out[0] = tools.size(x[0]) * p[0]
        if p[0] == 0.25:
            out[0] = 0.0

    called = Called(contin.Flow(hidden, 1, {"a": 1.0}))
    assert called.derivatives == "central differences"
    assert called.jacobian([-0.6], [2.0])[0, 0] == pytest.approx(-2.0, abs=1e-10)


def test_differences_are_as_accurate_as_they_say():
    """Along the line, f = e^{x + e} sin(p + e/2), whose k-th derivative is Im of (1 + i/2)^k e^{x + ip}."""

    def rhs(x, p, out):
        out[0] = math.exp(x[0]) * math.sin(p[0])

    def first(x, p, u, out):
        out[0] = math.exp(x[0]) * (u[0] * math.sin(p[0]) + u[1] * math.cos(p[0]))

    x, p, u = np.array([0.5]), np.array([0.8]), np.array([1.0, 0.5])
    exact = [(cmath.exp(0.5 + 0.8j) * (1 + 0.5j) ** k).imag for k in (1, 2, 3)]
    for function, signature, known, tolerances in (
        (rhs, RHS, 0, (1e-11, 1e-8, 1e-5)),
        (first, JET, 1, (1e-15, 1e-11, 1e-8)),
    ):
        compiled = numba.cfunc(signature)(function) if COMPILED else function
        found = np.zeros((3, 1))
        wrapped(third_along)(address_of(compiled), known, x, p, u, *found)
        for value, true, tolerance in zip(found[:, 0], exact, tolerances, strict=True):
            assert value == pytest.approx(true, rel=tolerance)


def test_direction_zero_has_derivatives_zero():
    called = Called(contin.flow(branched))
    assert called.jet(X, P, np.zeros(4)) == pytest.approx(np.zeros((3, 2)), abs=1e-12)


def right_jacobian(x, p, out):
    out[0, 0], out[0, 1] = -p[0], 1.0
    out[1, 0], out[1, 1] = 2 * x[0] / (1 + x[0] ** 2) ** 2, -p[1]


def wrong_jacobian(x, p, out):
    out[0, 0], out[0, 1] = -p[0], 1.0
    out[1, 0], out[1, 1] = x[0] / (1 + x[0] ** 2) ** 2, -p[1]


def griffith_in_arrays(x, p, out):
    out[0] = x[1] - p[0] * x[0]
    out[1] = x[0] ** 2 / (1 + x[0] ** 2) - p[1] * x[1]


def test_given_jacobian_is_used():
    system = contin.Flow(griffith_in_arrays, ["x", "y"], PARAMETERS, jacobian=right_jacobian)
    called, exact = Called(system), Called(models.griffith)
    assert called.derivatives == "user's Jacobian" and system.compiled.path
    assert called.jacobian(X, P) == pytest.approx(exact.jacobian(X, P), rel=1e-15)
    assert called.column(X, P, 1) == pytest.approx(exact.column(X, P, 1), rel=1e-15)
    assert called.jet(X, P, U) == pytest.approx(exact.jet(X, P, U), rel=1e-15)


def test_wrong_jacobian_is_named_with_both_values():
    system = contin.Flow(griffith_in_arrays, ["x", "y"], PARAMETERS, jacobian=wrong_jacobian)
    with pytest.raises(
        ModelError, match=r"is wrong in out\[1, 0\], the derivative of dy/dt in x: it gives 0\.\d+ where"
    ):
        _ = system.compiled


def test_jacobian_that_cannot_be_compared_is_believed():
    def undefined(x, p, out):
        out[0] = np.log(-1.0 - x[0] ** 2) + p[0]

    def anything(x, p, out):
        out[0, 0] = 7.0

    assert Called(contin.Flow(undefined, 1, {"a": 1.0}, jacobian=anything)).jacobian([0.5], [1.0]) == 7.0


@pytest.mark.parametrize("returned", ["x - a", "(x - a,)", "[x - a]"])
def test_one_state_may_be_returned_alone_or_in_a_sequence(returned):
    space = {}
    exec(f"def f(x, *, a=1.0):\n    if a == 7.0:\n        x = a\n    return {returned}", space)
    called = Called(contin.flow(space["f"]))
    assert called.rhs([0.5], [0.2]) == pytest.approx(0.3)
    assert called.jacobian([0.5], [0.2]) == pytest.approx(1.0)


def test_recursive_helpers_compile():
    called = Called(contin.flow(recursive_user))
    assert called.rhs([0.5], [2.0]) == pytest.approx(0.5**3 - 2.0)
    assert called.jacobian([0.5], [2.0]) == pytest.approx(0.75, rel=1e-9)


def power(x, n):
    if n <= 0:
        return 1.0 + 0.0 * x
    return x * power(x, n - 1)


def recursive_user(x, *, a=2.0):
    if a == 0.125:
        x = 0.0
    return power(x, 3) - a


def test_infinite_or_undefined_values_stay_in_their_place():
    @contin.flow
    def log_of(x, *, a=1.0):
        if a == 7.0:
            x = a
        return math.log(x) - a

    called = Called(log_of)
    assert not np.isfinite(called.rhs([-1.0], [1.0])[0])
    assert called.rhs([1.0], [1.0]) == -1.0


def test_wrong_number_of_values_in_a_branch_is_found():
    def uneven(x, y, *, a=1.0):
        if x > 0:
            return x, y, a
        return x, y

    with pytest.raises(ModelError, match="'uneven' returns 3 values for 2 states"):
        _ = contin.flow(uneven).compiled


def test_numpy_array_may_be_returned_from_a_branch():
    def arrays(x, y, *, a=1.0):
        if x > 50.0:
            return np.array([x, y])
        return np.array([y - a * x, x - y])

    called = Called(contin.flow(arrays))
    assert called.rhs([1.0, 2.0], [3.0]).tolist() == [-1.0, -1.0]
    assert called.jacobian([1.0, 2.0], [3.0]) == pytest.approx(np.array([[-3.0, 1.0], [1.0, -1.0]]), abs=1e-9)


@pytest.mark.skipif(not COMPILED, reason="plain Python needs no compiler")
def test_what_numba_cannot_compile_is_explained():
    def unusual(x, p, out):
        table = {"k": [1.0], 2: "two"}
        out[0] = table["k"][0] * x[0] if x[0] > 0 else p[0]

    with pytest.raises(ModelError) as caught:
        _ = contin.Flow(unusual, 1, {"a": 1.0}).compiled
    message = str(caught.value)
    assert message.startswith("'unusual' does not compile: ") and "looks at the value of x0 > 0" in message
    assert "test_numerical.py" in message and "\n" not in message


@pytest.mark.skipif(not COMPILED, reason="plain Python needs no compiler")
def test_jacobian_that_numba_cannot_compile_is_explained():
    def unusual(x, p, out):
        out[0, 0] = {"k": [1.0], 2: "two"}["k"][0]

    def plain(x, p, out):
        out[0] = x[0] - p[0]

    with pytest.raises(ModelError, match="'the Jacobian of plain' does not compile"):
        _ = contin.Flow(plain, 1, {"a": 1.0}, jacobian=unusual).compiled


def test_powers_of_negative_numbers_have_exact_derivatives():
    """Numba's complex power of a negative base has no exact tiny part: (-1.2)**3 must not be stepped through it."""

    def cubic(x, p, out):
        if p[0] > 1e9:
            out[0] = 0.0
        else:
            out[0] = p[0] + x[0] - x[0] ** 3

    system = contin.Flow(cubic, ["x"], {"r": 0.5})
    branch = contin.follow(system, "r", start=[-1.3], at={"r": -0.897}, span=(-2.0, 2.0))
    assert branch.derivatives == "central differences"
    np.testing.assert_allclose(branch.eigenvalues[:, 0].real, 1 - 3 * branch["x"] ** 2, atol=1e-8)
    assert sorted(round(p["r"], 8) for p in branch.special["fold"]) == [-0.38490018, 0.38490018]


def test_a_root_that_is_never_real_is_told_in_words():
    """SymPy writes the derivative of sqrt(-1 - x^2) with the imaginary unit, for which there is no code."""

    @contin.flow
    def never(x, *, a=1.0):
        return a - np.sqrt(-1 - x**2)

    @contin.flow
    def nor(x, *, a=1.0):
        return a - (-2.0 - x * x) ** 0.5

    for model in (never, nor):
        with pytest.raises(contin.NotFinite, match=f"'{model.name}' is not finite at the start"):
            contin.settle(model, [1.0])
        with pytest.raises(contin.NotFinite, match=r"is not finite at the start \(dx/dt\)"):
            contin.follow(model, "a", start=[1.0], span=(0.0, 2.0))


def scaled_square(x, shift=0.0, *, gain, power=2):
    return gain * (x + shift) ** power


def with_keyword_helper(x, *, a=0.4):
    if x < -100.0:
        return 0.0
    return scaled_square(x, gain=a) + scaled_square(x, 1.0, power=3, gain=2.0)


def test_helpers_may_have_keyword_only_arguments():
    called = Called(contin.flow(with_keyword_helper))
    x, a = 1.5, 0.4
    assert called.rhs(np.array([x]), np.array([a])) == pytest.approx([a * x**2 + 2 * (x + 1) ** 3], rel=1e-15)
