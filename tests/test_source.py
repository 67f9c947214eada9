"""A model's source text alone makes the same model again."""

from __future__ import annotations

import functools
import linecache
import math
import types

import numba
import numpy as np
import pytest
from numpy import exp as np_exp

import contin
from contin import models
from contin.errors import ModelError
from contin.systems import source, system_from_source

RATE = 0.3
WEIGHTS = np.array([[1.0, 0.5], [0.25, 2.0]])
TABLE = {"k": [1.0, float("inf")], 2: (0.5,)}
SMALL = np.float32(0.25)
OPAQUE = object()
NAMED_ELSEWHERE = math.tanh


def helper(x, k=RATE):
    return k * x + second(x)


def second(x):
    # a comment that is kept
    return math.sin(x)


@numba.njit
def compiled_helper(x):
    return np_exp(-x)


def scaled(factor):
    """Return a decorator with a closure."""

    def decorate(function):
        @functools.wraps(function)
        def wrapper(x):
            return factor * function(x)

        return wrapper

    return decorate


@scaled(2.0)
def doubled(x):
    return x + 1


@scaled(3.0)
def tripled(x):
    return x + 2


def make(k, function):
    @contin.flow(conserved={"total": "x + y"}, name="made")
    def inner(x, y, *, a=RATE, b=2.0 * RATE):
        return k * function(x) + a * y, b * x

    return inner


def in_arrays(x, p, out):
    out[:] = WEIGHTS @ x * TABLE["k"][0] * TABLE[2][0] - p[0] * x + SMALL


def its_jacobian(x, p, out):
    out[:, :] = 0.5 * WEIGHTS - p[0] * np.eye(2)


@contin.flow
def everything(x, y, *, a=1.0, b=2.0):
    """Documented."""
    local = lambda z: z**2  # noqa: E731
    return (
        helper(x) + compiled_helper(y) + a * local(x) + doubled(x) * tripled(y),
        np.tanh(b * y) + NAMED_ELSEWHERE(x) + other(x, y)[0] - RATE,
    )


@contin.flow
def other(x, y, *, a=1.5):
    return a * x, y


lambdas = contin.Flow(lambda x, p, out: out.__setitem__(0, p[0] * x[0]), 1, {"a": 2.0})
power = lambda x, n=2: x**n  # noqa: E731


@contin.flow
def uses_lambda(x, *, a=1.0):
    return power(x) - power(x, 3) * a


ARRAYS = contin.Flow(in_arrays, ["u", "v"], {"p": 0.5}, jacobian=its_jacobian)
SYSTEMS = [everything, make(2.5, math.cos), make(3, second), lambdas, uses_lambda, ARRAYS]
SYSTEMS += [models.example(name).system for name in models.names()]


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.name)
def test_source_alone_makes_the_same_system(system):
    again = system_from_source(system.source)
    assert (again.name, again.states, again.parameters) == (system.name, system.states, system.parameters)
    assert (type(again), again.particulars, again.named) == (type(system), system.particulars, system.named)
    x = np.linspace(0.3, 0.9, len(system.states))
    p = system.parameter_vector()
    assert again.evaluate(x, p).tolist() == system.evaluate(x, p).tolist()
    assert again.source == system.source and again.hash == system.hash
    if system.jacobian is not None:
        matrices = np.zeros((2, 2)), np.zeros((2, 2))
        system.jacobian(x, p, matrices[0])
        again.jacobian(x, p, matrices[1])
        assert matrices[0].tolist() == matrices[1].tolist()


def test_source_reads_like_what_was_written():
    text = models.griffith.source
    assert text.startswith("from __future__ import annotations\n\nimport contin")
    assert "return y - a * x, x**2 / (1 + x**2) - b * y" in text
    assert "@" not in text and "parameters" not in text
    assert "# a comment that is kept" in everything.source


def test_hash_knows_names_defaults_helpers_and_constants():
    def hash_with(constant, default, body="k * x"):
        space = {}
        text = f"k = {constant}\ndef f(x, *, a={default}):\n    return {body} - a\n"
        name = f"<{text}>"
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        exec(compile(text, name, "exec"), space)
        return contin.flow(space["f"]).hash

    first = hash_with(1.0, 1.0)
    assert hash_with(1.0, 1.0) == first
    assert len({first, hash_with(2.0, 1.0), hash_with(1.0, 2.0), hash_with(1.0, 1.0, "k * x**2")}) == 4
    assert models.griffith.with_parameters(a=0.5).hash != models.griffith.hash


def without_source(body):
    space = {"math": math}
    exec(f"def hidden(x, *, a=1.0):\n    return {body}", space)
    return contin.flow(space["hidden"])


def test_function_without_source_says_so_and_has_a_hash_of_its_own():
    one, two = without_source("x - a"), without_source("x - 2 * a")
    assert "# The source of 'hidden' is not available" in one.source
    assert one.hash == without_source("x - a").hash != two.hash
    assert without_source("(lambda z: z + 1)(x)").hash != without_source("(lambda z: z + 2)(x)").hash
    with pytest.raises(ModelError, match="not available when it was stored; pass the model itself"):
        system_from_source(one.source)


def test_two_lambdas_in_one_line_are_told_apart():
    one, two = (lambda x, p, out: out.fill(p[0])), (lambda x, p, out: out.fill(p[0] + 1.5))
    first, second_ = (contin.Flow(f, 1, {"a": 1.0}) for f in (one, two))
    assert system_from_source(first.source).derivative([0.0], [1.0]) == 1.0
    assert system_from_source(second_.source).derivative([0.0], [1.0]) == 2.5


def test_defaults_that_are_no_globals_are_kept_as_values():
    hidden = 0.625
    array = np.array([1.0])

    @contin.flow
    def local_default(x, *, a=hidden):
        def inside(z, w=array):
            return z * w[0]

        return inside(x) - a

    again = system_from_source(local_default.source)
    assert again.parameters == {"a": 0.625}
    assert again.derivative([1.0], [0.625]) == 0.375


@pytest.mark.parametrize(
    "value",
    [
        1,
        2.5,
        True,
        None,
        "text",
        float("inf"),
        (1,),
        [1.0, (2, 3)],
        {"a": [1.0]},
        np.float64(0.1),
        np.arange(3),
        np.eye(2),
    ],
    ids=str,
)
def test_literals_come_back(value):
    again = eval(source.literal_of(value), {"np": np})
    assert np.all(again == value)
    if isinstance(value, np.ndarray):
        assert again.dtype == value.dtype


@pytest.mark.parametrize(
    "value",
    [object(), [object()], {"a": object()}, np.array(["text"])],
    ids=["object", "list", "dict", "text"],
)
def test_objects_have_no_literal(value):
    assert source.literal_of(value) is None


def test_objects_that_are_not_kept_are_mentioned():
    @contin.flow
    def opaque(x, *, a=1.0):
        return x - a + (OPAQUE is None)

    assert "# OPAQUE is of the type object and not kept" in opaque.source


def test_objects_that_are_not_kept_tell_models_apart():
    def with_rates(k):
        rates = types.SimpleNamespace(k=k)

        @contin.flow
        def f(x, *, a=1.0):
            return rates.k * x - a

        return f

    assert with_rates(1.0).hash == with_rates(1.0).hash != with_rates(2.0).hash
    assert with_rates(lambda: 0).hash != with_rates(lambda: 0).hash  # cannot be pickled: never the same


def test_edited_module_of_the_user_makes_another_model(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "rates_of_the_user.py").write_text("K = 2.0\n")
    import rates_of_the_user

    def build():
        @contin.flow
        def f(x, *, a=1.0):
            return rates_of_the_user.K * x - a

        return f

    first = build()
    assert "import rates_of_the_user  # file with the hash " in first.source
    assert build().hash == first.hash
    (tmp_path / "rates_of_the_user.py").write_text("K = 3.0\n")
    assert build().hash != first.hash
    assert system_from_source(first.source).derivative([1.0], [1.0]) == 1.0


def test_imports_are_kept_as_they_were():
    text = everything.source
    assert "import math" in text and "import numpy as np" in text
    assert "from numpy import exp as np_exp" in text and "from math import tanh as NAMED_ELSEWHERE" in text


def test_unbound_names_of_a_closure_are_left_out():
    def outer():
        def f(x, *, a=1.0):
            return x - a if x < 1e9 else late

        found = source.names_used(f)
        late = 1.0
        return found, late

    assert outer()[0] == {}


@pytest.mark.parametrize("text", ["1/0", "def", "x = 1", "system = 3"])
def test_text_that_is_no_system_is_refused(text):
    with pytest.raises(ModelError, match="stored source of the model"):
        system_from_source(text)


def test_source_is_computed_once():
    assert everything.source is everything.source
    assert everything.hash is everything.hash


def scaled_arrays(factor, x, p, out):
    out[:] = factor * x - p[0]


def test_partial_functions_are_kept_with_their_arguments():
    system = contin.Flow(functools.partial(scaled_arrays, 3.0), 2, {"p": 1.0}, name="partial")
    again = system_from_source(system.source)
    assert again.derivative([1.0, 2.0], [1.0]).tolist() == [2.0, 5.0]
    assert again.hash == system.hash != contin.Flow(functools.partial(scaled_arrays, 4.0), 2, {"p": 1.0}).hash
    unknown = contin.Flow(functools.partial(scaled_arrays, object()), 2, {"p": 1.0})
    assert "is not available: an argument of functools.partial is not kept" in unknown.source


class Calling:
    """A callable that is no function."""

    def __call__(self, x, p, out):
        out[0] = x[0] if x[0] > 0.25 else p[0]


def test_callable_that_is_no_function_is_refused_where_it_must_be_compiled():
    system = contin.Flow(Calling(), 1, {"a": 1.0})
    assert "The source of 'function' is not available" in system.source
    with pytest.raises(ModelError, match="is a Calling; only a plain function can be compiled"):
        _ = system.compiled
