"""Linear conservation laws of a flow: weights c with c . f(x, p) = 0 for all states, and all or some parameters.

A law makes the Jacobian singular everywhere; the totals c . x are then what tells one family of equilibria from another
(Heinrich and Schuster, The Regulation of Cellular Systems, Chapman and Hall 1996, section 3.1). Laws are looked for in
values of f at scattered states and parameters, so that any function may have them, and written in whole numbers where
that can be done.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contin.errors import ModelError

if TYPE_CHECKING:
    from contin.systems.flow import Flow

Floats = NDArray[np.float64]

ROUNDING = 1e-11  # of the derivatives: what is left of a law
LEFT = 1e-13  # of what a law sums, in most samples
SMALL = 1e-7  # of a weight, in units of the derivatives
LARGEST_DENOMINATOR = 60
LARGEST_WHOLE = 1e6
MORE = 8  # states beyond the number of states
OF_SIZE_ONE = 0.05, 20.0
ANYWHERE = 1e-9, 1e9  # where a law that was found must hold too, at so many states and in this part of them
PLACES = 40
MOST = 0.8


@dataclass(frozen=True)
class Law:
    """A conservation law: `weights` (n,) of the states, and its `text`, "x + 2*y"."""

    weights: Floats
    text: str


def laws_of(system: Flow) -> dict[str, Law]:
    """The laws at all parameter values, by name: those that were given, then those found, `total_1`, `total_2`, ...

    Raises
    ------
    ModelError
        If a given law is not linear in the states, or does not hold.
    """
    count = len(system.states) + MORE
    defaults = system.parameter_vector()
    samples = _derivatives(system, count, defaults, np.zeros(len(defaults), bool))
    given = {name: _given(system, name, text) for name, text in (system.given_laws or {}).items()}
    for name, law in given.items():
        _check(system, name, law, samples)
    if not len(_null_space(samples)):
        return given
    varied = _derivatives(system, count, defaults, np.ones(len(defaults), bool))
    elsewhere = _derivatives(system, PLACES, defaults, np.ones(len(defaults), bool), ANYWHERE)
    return _with_found(system, given, np.hstack([samples, varied]), elsewhere)


def laws_at(system: Flow, parameters: Floats, free: str | None = None) -> dict[str, Law]:
    """The laws at these parameters (k,), whatever the value of the free one: `laws_of` and those that hold here only.

    So it is where a rate is zero. Their names go on with the next free number.
    """
    laws = system.laws
    varied = np.array([name == free for name in system.parameters])
    samples = _derivatives(system, len(system.states) + MORE, parameters, varied)
    if len(_null_space(samples)) <= len(laws):
        return laws
    return _with_found(system, laws, samples, _derivatives(system, PLACES, parameters, varied, ANYWHERE))


def _with_found(system: Flow, known: Mapping[str, Law], samples: Floats, elsewhere: Floats) -> dict[str, Law]:
    """The known laws and those that hold in the samples beside them, and `elsewhere` too.

    Where one term outweighs all others in the samples, its own proportions look like a law.
    """
    laws = dict(known)
    rows = np.array([law.weights for law in known.values()]).reshape(-1, len(system.states))
    taken = {*system.states, *system.parameters, *known}
    number = 0
    for weights in _laws_in(samples):
        if np.linalg.matrix_rank(np.vstack([rows, weights]) * _sizes(samples), tol=1e-8) == len(rows):
            continue
        if not _holds(weights, elsewhere, MOST):
            continue
        rows = np.vstack([rows, weights])
        number += 1
        while f"total_{number}" in taken:
            number += 1
        laws[f"total_{number}"] = Law(weights, text_of(weights, system.states))
    return laws


def _laws_in(samples: Floats) -> list[Floats]:
    """Weights of the laws, such that each holds to rounding: a leak a million million times slower than the rest is one."""
    for rounding in (ROUNDING, 1e-2 * ROUNDING, 1e-3 * ROUNDING):
        found = _readable(_null_space(samples, rounding), samples)
        if all(_holds(weights, samples) for weights in found):
            return found
    return [weights for weights in found if _holds(weights, samples)]


def _holds(weights: Floats, samples: Floats, part: float = 0.5) -> bool:
    """Whether weights . f is rounding beside what is summed, in this part of the samples: f itself may be a difference."""
    terms = np.abs(weights) @ np.abs(samples)
    left = np.abs(weights @ samples)
    if not np.any(terms > 0.0):
        return True
    return bool(np.quantile(left[terms > 0.0] / terms[terms > 0.0], part) <= LEFT)


def _derivatives(
    system: Flow,
    count: int,
    parameters: Floats,
    varied: NDArray[np.bool_],
    states: tuple[float, float] = OF_SIZE_ONE,
) -> Floats:
    """f (n, up to `count`) at scattered `states`, each column of length one; also at other values of `varied` parameters."""
    random = np.random.default_rng(5)
    columns = []
    for _ in range(count):
        x = np.exp(random.uniform(np.log(states[0]), np.log(states[1]), len(system.states)))
        p = np.where(parameters == 0.0, 1.0, parameters) * random.uniform(0.5, 1.5, parameters.shape)
        p = np.where(varied, p, parameters)
        try:
            value = system.derivative(x, p)
        except ModelError:
            continue
        size = float(np.linalg.norm(value))
        if np.isfinite(size) and size > 0.0:
            columns.append(value / size)
    return np.array(columns).T.reshape(len(system.states), len(columns))


def _sizes(samples: Floats) -> Floats:
    """The largest magnitude of each row: the unit of each derivative."""
    sizes = np.max(np.abs(samples), axis=1, initial=0.0)
    return np.asarray(np.where(sizes > 0.0, sizes, 1.0))


def _null_space(samples: Floats, rounding: float = ROUNDING) -> Floats:
    """Weights (laws, n) that vanish on all samples (n, count), orthonormal once each is multiplied by its row's size."""
    if samples.shape[1] < samples.shape[0]:
        return np.zeros((0, samples.shape[0]))
    left, singular, _ = np.linalg.svd(samples / _sizes(samples)[:, None], full_matrices=False)
    return np.asarray(left[:, singular <= rounding * max(1.0, float(singular[0]))].T)


def _readable(space: Floats, samples: Floats) -> list[Floats]:
    """A basis of the space in small whole numbers, without negative ones where that can be done; in the states' units."""
    if not len(space):
        return []
    basis = _reduced(space) / _sizes(samples)
    basis /= np.array([row[np.flatnonzero(row)[0]] for row in basis])[:, None]
    for i in range(len(basis)):
        for j in range(len(basis)):
            helps = (basis[i] < 0.0) & (basis[j] > 0.0)
            if i != j and helps.any() and not (basis[j] < 0.0).any():
                basis[i] = basis[i] + np.max(-basis[i][helps] / basis[j][helps]) * basis[j]
    return [_whole(weights, samples) for weights in basis]


def _reduced(space: Floats) -> Floats:
    """The reduced row echelon form, rounding cleared away."""
    rows = space.copy()
    done = 0
    for column in range(rows.shape[1]):
        pivot = done + int(np.argmax(np.abs(rows[done:, column])))
        if abs(rows[pivot, column]) < SMALL:
            continue
        rows[[done, pivot]] = rows[[pivot, done]]
        rows[done] /= rows[done, column]
        for other in range(len(rows)):
            if other != done:
                rows[other] -= rows[other, column] * rows[done]
        done += 1
        if done == len(rows):
            break
    return np.where(np.abs(rows) < SMALL, 0.0, rows)


def _whole(weights: Floats, samples: Floats) -> Floats:
    """The weights as whole numbers without a common divisor, if the law still holds so."""
    if np.max(np.abs(weights)) > LARGEST_WHOLE:
        return weights
    fractions = [Fraction(float(w)).limit_denominator(LARGEST_DENOMINATOR) for w in weights]
    common = int(np.lcm.reduce([f.denominator for f in fractions]))
    whole = np.array([int(f * common) for f in fractions])
    whole //= max(1, int(np.gcd.reduce(whole)))
    near = whole.astype(float)
    return near if np.any(whole) and _left(near, samples) <= 100 * ROUNDING else weights


def _left(weights: Floats, samples: Floats) -> float:
    """The largest of weights . f, relative to the sizes of what is summed."""
    sizes = float(np.abs(weights) @ _sizes(samples))
    return float(np.max(np.abs(weights @ samples), initial=0.0)) / sizes if sizes > 0.0 else 0.0


def text_of(weights: Floats, states: tuple[str, ...]) -> str:
    """The law as an expression: "Lf + 2*LD - Rb"."""
    parts = []
    for weight, state in zip(weights, states, strict=True):
        if weight != 0.0:
            size = "" if abs(weight) == 1.0 else f"{abs(weight):g}*"
            sign = " - " if weight < 0 else " + "
            parts.append(f"{sign}{size}{state}")
    text = "".join(parts)
    return text.removeprefix(" + ").replace(" - ", "-", 1) if text.startswith(" - ") else text[3:]


def _given(system: Flow, name: str, text: str) -> Law:
    if not name.isidentifier() or name in (*system.states, *system.parameters):
        raise ModelError(
            f"'{name}' cannot name a conservation law of '{system.name}': it must be an identifier that is no state "
            "and no parameter."
        )
    try:
        tree = ast.parse(text, mode="eval").body
        n = len(system.states)
        zero = _value(tree, dict.fromkeys(system.states, 0.0))
        units = [dict.fromkeys(system.states, 0.0) | {state: 1.0} for state in system.states]
        weights = np.array([_value(tree, unit) - zero for unit in units])
        at = np.linspace(0.3, 1.7, n)
        straight = _value(tree, dict(zip(system.states, at.tolist(), strict=True)))
    except (SyntaxError, KeyError, TypeError, ZeroDivisionError) as error:
        raise ModelError(
            f"the law {name} = '{text}' of '{system.name}' must be a sum of multiples of its states "
            f"({', '.join(system.states)}): {error}."
        ) from None
    if zero != 0.0 or abs(straight - float(weights @ at)) > 1e-12 * max(1.0, abs(straight)):
        raise ModelError(
            f"the law {name} = '{text}' of '{system.name}' is not a sum of multiples of its states."
        )
    return Law(weights, text)


_OPERATIONS: Mapping[type, Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}


def _value(tree: ast.expr, names: Mapping[str, float]) -> float:
    """The value of an expression of numbers, names, + - * /; anything else raises TypeError."""
    match tree:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Name(id=name):
            return float(names[name])
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            return float(_OPERATIONS[type(op)](_value(left, names), _value(right, names)))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _OPERATIONS:
            return float(_OPERATIONS[type(op)](_value(operand, names)))
    raise TypeError(f"'{ast.unparse(tree)}' is no sum of multiples")


def _check(system: Flow, name: str, law: Law, samples: Floats) -> None:
    worst = _left(law.weights, samples)
    if worst > 100 * ROUNDING:
        raise ModelError(
            f"{name} = {law.text} is not conserved by '{system.name}': its derivative reaches {worst:.2g} of the "
            "derivatives' size."
        )
