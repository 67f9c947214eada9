"""What a user may write inside a function, and what then becomes of it."""

from __future__ import annotations

import functools
import math
import math as m
from math import exp, pi
from math import log as natural

import numba
import numpy as np
import numpy as np2
import pytest
import sympy
from calling import Called
from numpy import cosh, tanh
from numpy import exp as np_exp

import contin
from contin.errors import ModelError
from contin.systems import codegen, tracing
from contin.systems.tracing import CannotTrace, Traced, trace

RATE = 0.3
SCALE = np.float64(0.7)
STEPS = 3
WEIGHTS = np.array([[1.0, 0.5], [0.25, 2.0]])


def helper(x, k=2.0):
    return k * x**2 + nested(x)


def nested(x):
    return math.sin(x) + RATE


def power_by_recursion(x, n):
    return 1.0 if n == 0 else x * power_by_recursion(x, n - 1)


def even(n, x):
    return x if n == 0 else odd(n - 1, x)


def odd(n, x):
    return -x if n == 0 else even(n - 1, x)


def endless(x):
    return endless(x + 1)


@numba.njit
def compiled_helper(x):
    return math.exp(-x) * x


@functools.lru_cache
def remembered(x):
    return x + 1


partial = functools.partial(helper, k=3.0)
module_lambda = lambda x: x / (1 + x)  # noqa: E731


@contin.flow
def inner_flow(x, y, *, a=1.0, b=2.0):
    return a * x * y, b - x


def closure(k, function):
    @contin.flow
    def f(x, y, *, a=1.0, b=2.0):
        return k * function(x) + a * y, b * x - y

    return f


def imports_inside(x, y, *, a=1.0, b=2.0):
    import math
    from math import exp as e

    import numpy as numeric

    return a * e(-x) + numeric.tanh(y), b * math.cos(x * y)


def many_functions(x, y, *, a=1.0, b=2.0):
    z = x * y
    return (
        exp(-x)
        + math.log(2 + z**2)
        + natural(3.0 + x)
        + math.log(x + 2, 3.0)
        + math.log10(x + 2)
        + m.log2(y + 2)
        + pi * a
        + math.expm1(x)
        + math.log1p(x)
        + math.fabs(x)
        + math.hypot(x, y)
        + math.pow(x + 2, 1.5)
        + math.erf(x)
        + math.erfc(y),
        np2.sqrt(1 + z**2)
        + np.arctan(z)
        + np.square(y)
        + np.reciprocal(2 + x)
        + np.cbrt(x + 3)
        + np.exp2(x)
        + np.power(x, 2.0)
        + cosh(x) * tanh(y)
        + np_exp(-z)
        + b * np.pi
        + np.arcsinh(x)
        + np.sinh(y)
        + math.asin(x / 9)
        + math.acos(x / 9)
        + np.arccosh(x + 2)
        + np.arctanh(x / 9)
        + math.radians(x)
        + np.rad2deg(y)
        + math.tan(x / 9)
        + np.multiply(x, y)
        + np.negative(x)
        + np.divide(x, 3.0)
        + np.subtract(x, y)
        + np.add(x, y)
        + math.degrees(x)
        + math.sqrt(2.0)
        + np.sign(2.0),
    )


def kinds_of_kinks(x, y, *, a=1.0, b=2.0):
    chosen = np.where((x > 0.1) & (y < 5.0) | ~(x < 9), x**2, y) + np.heaviside(x - 0.2, 0.5) * y
    return (
        max(x, y, 0.1) + min(x, a) + abs(x - y) + chosen + np.clip(x, 0.0, 0.3) + np.fmin(x, y),
        np.maximum(x, 0.5) * np.minimum(y, b)
        + np.abs(y)
        + max([x, y])
        + np.sign(x)
        + pow(x + 2, 2)
        + max(1, 2),
    )


def constants(x, y, *, a=1.0, b=2.0):
    total = (
        sum(x / k for k in range(1, STEPS)) + math.fsum([x, y]) + math.prod((x, y)) + float(x) + np.float64(y)
    )
    return SCALE * x**2.0 + RATE * y + total, x**0.5 + y ** np.float64(1.5) + (x + 1) ** -2 + np.int64(
        3
    ) * x + 2**x


def helpers(x, y, *, a=1.0, b=2.0):
    local = lambda z: z**2 + a  # noqa: E731

    def inside(z, k=0.5):
        return k * local(z)

    return (
        helper(x) + helper(y, k=a) + partial(x) + compiled_helper(y) + module_lambda(x) + inside(y),
        power_by_recursion(x, 3) + odd(3, y) + inner_flow(x, y)[0],
    )


def as_array(x, y, *, a=1.0, b=2.0):
    v = np.array([x, y])
    return WEIGHTS @ np.tanh(v) + np.dot(WEIGHTS, v) - a * v**2 + np.sum(v) * np.ones(2)


def filled(x, y, *, a=1.0, b=2.0):
    d = np.zeros(2)
    d[0] = a * x
    d[1] = b - x * y
    return d


def as_list(x, y, *, a=1.0, b=2.0):
    return [a * x, b - y]


CONSTRUCTS = [imports_inside, many_functions, kinds_of_kinks, constants, helpers, as_array, filled, as_list]


@pytest.mark.parametrize("function", CONSTRUCTS, ids=lambda f: f.__name__)
def test_traced_formula_has_the_value_of_the_function(function):
    """The formulas are evaluated by SymPy, so every rule of `SYMBOLIC` is compared with Python's own function."""
    system = contin.flow(function)
    symbols = codegen.symbols_for(["x", "y", "a", "b"])
    formulas = trace(system, symbols[:2], symbols[2:])
    for x, y in ((0.3, 0.7), (0.9, 0.4)):
        values = dict(zip(symbols, (x, y, 1.2, 2.5), strict=True))
        found = [float(f.subs(values)) for f in formulas]
        assert found == pytest.approx(system.derivative([x, y], [1.2, 2.5]), rel=1e-12)


@pytest.mark.parametrize("function", [helpers, as_array, many_functions], ids=lambda f: f.__name__)
def test_traced_function_compiles_to_the_same_values(function):
    system = contin.flow(function)
    called = Called(system)
    assert called.derivatives == "symbolic"
    assert called.rhs([0.3, 0.7], [1.2, 2.5]) == pytest.approx(
        system.derivative([0.3, 0.7], [1.2, 2.5]), rel=1e-13
    )


@pytest.mark.parametrize("k", [2.0, np.float64(0.1), 3])
def test_closures_trace(k):
    x = [0.3, 0.7]
    system = closure(k, math.exp)
    symbols = codegen.symbols_for(["x", "y", "a", "b"])
    first, _ = trace(system, symbols[:2], symbols[2:])
    assert float(first.subs(dict(zip(symbols, (*x, 1.0, 2.0), strict=True)))) == pytest.approx(
        float(k) * math.exp(0.3) + 0.7
    )


def test_numbers_keep_all_their_digits():
    @contin.flow
    def digits(x, *, a=1.0):
        return 0.1234567890123456789 * x + np.float64(1) / 3 * a + 2**60 * x**2

    text = codegen.module_text(digits)
    assert "0.12345678901234568" in text and "0.3333333333333333" in text and str(float(2**60)) in text


def test_floating_exponents_that_are_whole_or_half_become_exact():
    x = Traced(sympy.Symbol("x", real=True))
    assert (x**2.0).expression == x.expression**2
    assert (x**0.5).expression == sympy.sqrt(x.expression)
    assert (x**0.3).expression.exp.is_Float


def test_sums_are_not_multiplied_out():
    @contin.flow
    def offset(x, *, a=1.0):
        return 0.1 * (x + 55) - a

    assert "0.1*(x + 55)" in codegen.module_text(offset)


NAMES = [
    "lambda_",
    "I",
    "E",
    "S",
    "N",
    "Q",
    "pi",
    "out",
    "p",
    "x",
    "states",
    "parameters",
    "math",
    "j",
    "i",
    "stride",
]
NAMES += [
    "direction",
    "c_0",
    "c_1",
    "range",
    "max",
    "abs",
    "zoo",
    "beta",
    "gamma",
    "HERE",
    "pointer",
    "out_",
    "O",
    "nan",
]


def test_no_name_clashes():
    n = len(NAMES) // 2
    states, parameters = NAMES[:n], NAMES[n:]
    space = {}
    returned = ", ".join(f"{s} * {p} + {s}**2" for s, p in zip(states, parameters, strict=True))
    exec(
        f"def f({', '.join(states)}, *, {', '.join(f'{p}=1.0' for p in parameters)}):\n    return {returned}",
        space,
    )
    called = Called(contin.flow(space["f"]))
    x, p = np.linspace(0.5, 1.0, n), np.linspace(1.0, 2.0, n)
    assert called.derivatives == "symbolic"
    assert called.rhs(x, p) == pytest.approx(x * p + x**2, rel=1e-14)
    assert called.jacobian(x, p) == pytest.approx(np.diag(p + 2 * x), rel=1e-14)
    assert called.column(x, p, n - 1)[n - 1] == x[-1]
    u = np.ones(2 * n)
    assert called.jet(x, p, u) == pytest.approx(np.stack([p + 3 * x, 4 + 0 * x, 0 * x]), rel=1e-14)


def test_array_form_traces_loops_and_whole_arrays():
    def ring(x, p, out):
        n = len(x)
        out[:] = -p[0] * x + np.tanh(np.roll(x, 1)) + 0.1 * (WEIGHTS @ x[:2]).sum() + np.sum(x**2) / n
        for i in range(n):
            out[i] += 0.5 * x[(i + 1) % n] * (1.0 if i == 0 else 2.0)
        out[0] -= np.zeros_like(x)[0] + p[1]

    system = contin.Flow(ring, 4, {"a": 1.0, "b": 0.3})
    called = Called(system)
    x = np.array([0.1, 0.5, -0.3, 0.9])
    assert called.derivatives == "symbolic"
    assert called.rhs(x, [1.1, 0.2]) == pytest.approx(system.derivative(x, [1.1, 0.2]), rel=1e-13)


def looks(text):
    """Return a system of one state that has `text` as its body."""
    space = {"math": math, "np": np, "endless": endless, "remembered": remembered}
    exec(f"def f(x, *, a=1.0):\n    {text}\n    return x", space)
    return contin.flow(space["f"])


LOOKS = {
    "if x > 0: x = -x": "looks at the value of x > 0",
    "if x == 0: x = 1.0": "looks at the value of Eq(x, 0)",
    "if a == 1: x = x**2": "looks at the value of Eq(a, 1)",
    "if x != a: x = 2 * x": "looks at the value of Ne(x, a)",
    "x = 1.0 if 0 < x < 2 else x": "looks at the value of x > 0",
    "x = int(x) + a": "looks at the value of x",
    "x = x // 1 + a": "looks at the value of x",
    "x = x % 2.0": "looks at the value of x",
    "x = round(x) + a": "looks at the value of x",
    "x = math.floor(x) + a": "floor of a symbol",
    "x = math.atan2(x, a)": "atan2 of a symbol",
    "x = math.gamma(x)": "gamma of a symbol",
    "x = np.floor(x)": "floor of a symbol",
    "x = sum(1.0 for _ in range(x))": "looks at the value of x",
    "x = np.exp(x, dtype=float)": "exp of a symbol",
    "x = x.real": "AttributeError: 'Traced' object has no attribute 'real'",
    "x = x + 1j": "TypeError: unsupported operand",
    "x = float('inf') * x": "inf stands in the formula",
    "x = x if x > a else a\n    x = x": "looks at the value of x > a",
    "x = (-1.0) ** 0.5 * x if False else (-x*x - 1) ** 0.5 * 0 + (0*a - 1) ** 0.5": "is not a real number",
    "for k in range(3000): x = x + a / (k + 1)": "the formula is too large",
    "for k in range(40): x = x * (1 - x) * a": "the formula is too large",
    "for k in range(30000): y = a * k": "the formula is too large",
    "x = x > a": "is not a real number",
    "x = remembered(x)": "TypeError: unhashable",
}


@pytest.mark.parametrize("text", LOOKS, ids=lambda text: text[:40])
def test_function_that_cannot_be_traced_says_why(text):
    x, a = codegen.symbols_for(["x", "a"])
    with pytest.raises(CannotTrace) as caught:
        trace(looks(text), [x], [a])
    assert LOOKS[text] in str(caught.value)


def test_derivative_without_a_formula_is_refused():
    with pytest.raises(CannotTrace, match="logarithm of a negative number"):
        codegen.module_text(looks("x = (-2.0) ** x"))


def test_array_form_that_leaves_entries_is_no_formula():
    def lazy(x, p, out):
        out[0] = p[0]

    symbols = codegen.symbols_for(["x", "y", "a"])
    with pytest.raises(CannotTrace, match="not every entry of `out` is written"):
        trace(contin.Flow(lazy, 2, {"a": 1.0}), symbols[:2], symbols[2:])


USERS = {
    "x = undefined_name + x": "NameError: name 'undefined_name' is not defined .line 2 of <string>.",
    "x = 1 / 0 + x": "'f' raises ZeroDivisionError: division by zero .line 2 of <string>..",
    "x = math.sqrt(-1) + x": "ValueError: .* .line 2",
    "x = np.array([1.0, 2.0])[x]": "IndexError",
    "x = x + 'text'": "TypeError",
    "x = math.no_such_function(x)": "AttributeError",
    "raise RuntimeError('not yet')": "RuntimeError: not yet .line 2 of <string>.",
    "x = endless(x)": "RecursionError",
    "return": "returns None: is a `return` missing",
    "return x, x": "returns 2 values for 1 state",
    "return [x, None]": "returns None",
}


@pytest.mark.parametrize("text", USERS)
def test_error_of_the_user_is_told_as_such(text):
    with pytest.raises(ModelError, match=USERS[text]):
        _ = looks(text).compiled


def test_hit_while_tracing_alone_is_no_error_of_the_user():
    @contin.flow
    def typed(x, *, a=1.0):
        if not isinstance(x, float):
            raise TypeError("numbers only")
        return a * x

    x, a = codegen.symbols_for(["x", "a"])
    with pytest.raises(CannotTrace, match="TypeError: numbers only"):
        trace(typed, [x], [a])


def test_symbols_refuse_what_is_no_number():
    x = Traced(sympy.Symbol("x", real=True))
    with pytest.raises(TypeError):
        x + "text"
    with pytest.raises(CannotTrace, match="dict stands in the formula"):
        tracing.expression_of({})
    assert np.array(x).shape == ()
    assert tracing.expression_of(np.array(x)) == x.expression
    assert tracing.expression_of(np.array(2.5)) == 2.5
    assert tracing.expression_of(np.bool_(True)) is sympy.true
    assert (+x).expression == x.expression and (np.float64(2) * x).expression == 2.0 * x.expression
    assert [e.expression for e in x * np.array([1, 2])] == [x.expression, 2 * x.expression]
