"""`Flow` and `@contin.flow`: signatures, values, messages."""

from __future__ import annotations

import math
import re

import numba
import numpy as np
import pytest

import contin
from contin import models
from contin.errors import BadValue, ModelError, UnknownName


@contin.flow
def plane(x, y, *, a=0.4, b=1.0):
    """Plane system."""
    return y - a * x, x**2 - b * y


def test_signature_becomes_names_and_defaults():
    assert plane.states == ("x", "y")
    assert plane.parameters == {"a": 0.4, "b": 1.0}
    assert (plane.name, plane.__doc__, plane.named) == ("plane", "Plane system.", True)
    assert repr(plane) == "<Flow plane(x, y; a=0.4, b=1)>"
    assert plane(2.0, 0.8, a=0.4) == (0.0, 3.2)
    assert contin.flow(name="other", conserved={"c": "x + y"})(plane.function).given_laws == {"c": "x + y"}


def test_array_form_names_its_states():
    system = contin.Flow(lambda x, p, out: None, 3, {"a": 1})
    assert system.states == ("x0", "x1", "x2") and system.parameters == {"a": 1.0}
    assert contin.Flow(
        numba.njit(plane.function) if False else plane.function, ["u", "v"], {"a": 1.0}
    ).states == ("u", "v")


def test_compiled_functions_are_taken_apart():
    def f(x, p, out):
        out[0] = p[0] - x[0]

    system = contin.Flow(numba.njit(f), 1, {"a": 1.0}, jacobian=numba.njit(f))
    assert system.function is f and system.jacobian is f


def no_states(*, a=1.0): ...
def no_parameters(x): ...
def no_default(x, *, a): ...
def default_of_state(x, y=1.0, *, a=1.0): ...
def starred(*x, a=1.0): ...
def open_ended(x, *, a=1.0, **more): ...


SIGNATURES = {
    no_states: "'no_states' has no states: write them as positional arguments",
    no_parameters: "'no_parameters' has no parameters: write them after a *",
    no_default: "parameter 'a' of 'no_default' needs a default: a=1.0.",
    default_of_state: "'y' of 'default_of_state' has a default but stands among the states",
    starred: "'starred' takes *x; name every state",
    open_ended: "'open_ended' takes **more",
}


@pytest.mark.parametrize("function", SIGNATURES, ids=lambda f: f.__name__)
def test_wrong_signature_is_explained(function):
    with pytest.raises(ModelError, match=re.escape(SIGNATURES[function])):
        contin.flow(function)


@pytest.mark.parametrize(
    ("states", "parameters", "message"),
    [
        (["x", "x"], {"a": 1.0}, "'x' stands twice among the states and parameters of 'plane'."),
        (["x", "a"], {"a": 1.0}, "'a' stands twice"),
        (["x 1"], {"a": 1.0}, "'x 1' in 'plane' is no identifier."),
        (0, {"a": 1.0}, "has no states"),
    ],
)
def test_wrong_names_are_refused(states, parameters, message):
    with pytest.raises(ModelError, match=message):
        contin.Flow(plane.function, states, parameters)


@pytest.mark.parametrize("value", ["text", None, float("nan"), float("inf"), [1, 2]])
def test_parameters_are_finite_numbers(value):
    with pytest.raises(BadValue, match="parameter 'a' must be"):
        plane.parameter_vector({"a": value})


def test_vectors_from_names():
    assert plane.parameter_vector({"b": 3}).tolist() == [0.4, 3.0]
    assert plane.state_vector({"y": 1, "x": 2}).tolist() == [2.0, 1.0]
    assert plane.state_vector([1, 2]).tolist() == [1.0, 2.0]
    assert plane.with_parameters(a=2).parameters == {"a": 2.0, "b": 1.0}
    assert plane.with_parameters("new", a=2).name == "new"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: plane.parameter_vector({"A": 1}), UnknownName, "no parameter 'A'; did you mean 'a'"),
        (lambda: plane.with_parameters(c=1), UnknownName, "no parameter 'c'"),
        (lambda: plane.state_vector({"x": 1, "z": 2}), UnknownName, "no state 'z'"),
        (lambda: plane.state_vector({"x": 1}), BadValue, "`start` lacks the state y of 'plane'."),
        (lambda: plane.state_vector({}), BadValue, "lacks the states x, y"),
        (lambda: plane.state_vector("ab"), BadValue, "`start` must be numbers, not 'ab'."),
        (
            lambda: plane.state_vector([1]),
            BadValue,
            r"`start` must have 2 values \(x, y\), not shape \(1,\).",
        ),
        (lambda: plane.state_vector([1, np.nan]), BadValue, r"`start` must be finite, not \[1.0, nan\]."),
    ],
)
def test_wrong_vectors_are_explained(call, error, message):
    with pytest.raises(error, match=message):
        call()


def one(body):
    """Return a system of one state that returns `body`."""
    space = {"math": math, "np": np}
    exec(f"def f(x, *, a=1.0):\n    return {body}", space)
    return contin.flow(space["f"])


@pytest.mark.parametrize(
    "body", ["1 / (x - x)", "math.log(-x)", "math.exp(1e4 * x)", "(-x) ** 0.5", "math.sqrt(-x) + 1"]
)
def test_no_value_is_nan(body):
    assert np.isnan(one(body).derivative([1.0], [1.0]))


def test_newer_pythons_say_otherwise_what_is_outside_a_domain():
    def newer(x, *, a=1.0):
        raise ValueError("expected a nonnegative input, got -1.0")

    assert np.isnan(contin.flow(newer).derivative([1.0], [1.0]))


RAISING = {
    "x + 'text'": "'f' raises TypeError: unsupported operand",
    "float('text')": "'f' raises ValueError: could not convert",
    "unknown * x": "NameError: name 'unknown' is not defined (line 2 of <string>), at x = 1, a = 2.",
    "(x, x)": "'f' returns 2 values for 1 state (x); return one number for each state",
    "()": "returns 0 values for 1 state",
    "None": "'f' returns None: is a `return` missing?",
    "(None,)": "returns None",
    "'text'": "'f' returns 'text' for dx/dt; a number is needed.",
    "{'x': x}": "returns {'x': 1.0} for dx/dt",
    "[np.zeros(40)]": "returns a ndarray for dx/dt",
}


@pytest.mark.parametrize("body", RAISING)
def test_wrong_functions_are_explained(body):
    with pytest.raises(ModelError, match=re.escape(RAISING[body])):
        one(body).derivative([1.0], [2.0])


def test_array_form_is_called_with_copies():
    def greedy(x, p, out):
        x[0] = 7.0
        p[0] = 7.0
        out[0] = 1.0

    x, p = np.array([1.0]), np.array([2.0])
    assert contin.Flow(greedy, 1, {"a": 1.0}).derivative(x, p) == 1.0
    assert (x[0], p[0]) == (1.0, 2.0)


def test_entries_that_are_not_written_are_nan():
    assert np.isnan(contin.Flow(lambda x, p, out: None, 2, {"a": 1.0}).derivative([1.0, 2.0], [1.0])).all()


def test_long_descriptions_are_shortened():
    system = contin.Flow(lambda x, p, out: None, 20, {"a": 1.0})
    text = system.describe(np.arange(20), [1.0])
    assert text.startswith("x0 = 0, x1 = 1") and text.endswith("x10 = 10, ...")


def test_trial_points_are_the_same_every_time():
    first, again = plane.trial_points(), plane.trial_points()
    assert all(
        np.array_equal(a, b) for f, g in zip(first, again, strict=True) for a, b in zip(f, g, strict=True)
    )
    assert first[0][1].tolist() == [0.4, 1.0]


def test_models_are_equal_to_themselves_alone():
    assert models.griffith != models.griffith.with_parameters()
    assert len({models.griffith, models.griffith}) == 1
