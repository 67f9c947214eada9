"""The models of the speed benchmarks, in the plain form that contin takes and with the same
equations as the Fortran files in `rivals/models/`.

Small models are functions of named states and parameters. The ring has any even size and is in the
array form `f(x, p, out)`; its parameters are `RING_PARAMETERS`, in that order. Nothing here imports
contin.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def griffith(x: Any, y: Any, *, a: Any = 0.4, b: Any = 1.0) -> tuple[Any, Any]:
    """Griffith (1971): protein x, mRNA y; for b = 1 one fold, at a = 1/2, (x, y) = (1, 1/2)."""
    return y - a * x, x**2 / (1 + x**2) - b * y


def cyclic_griffith(
    x: Any,
    y: Any,
    *,
    phase: Any = 0.0,
    mean: Any = 0.4,
    amplitude: Any = 0.2,
    basal: Any = 0.02,
    b: Any = 1.0,
) -> tuple[Any, Any]:
    """Griffith's switch with a basal rate, its decay rate a sine of the phase.

    The branch never ends: the phase grows for ever, with four folds in each 2 pi.
    """
    return y - (mean + amplitude * np.sin(phase)) * x, basal + x**2 / (1 + x**2) - b * y


def stirred_tank(
    x: Any, y: Any, *, tau: Any = 0.2, rate: Any = 0.06, heat: Any = 10.0, loss: Any = 1.5
) -> tuple[Any, Any]:
    """Stirred tank with one exothermic reaction: conversion x, temperature y (Uppal, Ray and Poore 1976).

    The ignited states are an isola in the residence time `tau`, from about 0.025 to 0.35, with two folds.
    """
    reaction = rate * tau * (1 - x) * np.exp(y)
    return reaction - x, heat * reaction - y - loss * tau * y


RING_PARAMETERS: dict[str, float] = {
    "phase": 0.0,
    "epsilon": 0.08,
    "a": 0.1,
    "b": 2.0,
    "current": 0.02,
    "amplitude": 0.6,
    "diffusion": 1.5,
    "drift": 0.3,
    "spread": 0.2,
}


def ring(x: Array, p: Array, out: Array) -> None:
    """Ring of m = n/2 FitzHugh-Nagumo cells, unlike each other, under a current that is a sine of the phase.

    With k the cell and D = diffusion (m / 2 pi)^2::

        u_k' = u_k - u_k^3 / 3 - v_k + current + amplitude sin(phase) + spread h_k
               + D ((1 + drift) (u_{k-1} - u_k) + (1 - drift) (u_{k+1} - u_k))
        v_k' = epsilon (u_k + a - b v_k)

    where h_k = 2 mod(7 k^2 + 3 k, m) / m - 1. The branch never ends: the phase grows for ever, with
    four folds in each 2 pi.

    Parameters
    ----------
    x : (n,) array
        u and v of each cell in turn.
    p : (9,) array
        In the order of `RING_PARAMETERS`.
    out : (n,) array
        Filled with the time derivatives.
    """
    m = x.size // 2
    drive = p[4] + p[5] * math.sin(p[0])
    diffusion = p[6] * (m / (2.0 * math.pi)) ** 2
    left = diffusion * (1.0 + p[7])
    right = diffusion * (1.0 - p[7])
    for k in range(m):
        u = x[2 * k]
        v = x[2 * k + 1]
        before = x[2 * ((k - 1) % m)]
        after = x[2 * ((k + 1) % m)]
        h = 2.0 * ((7 * k * k + 3 * k) % m) / m - 1.0
        out[2 * k] = u - u**3 / 3.0 - v + drive + p[8] * h + left * (before - u) + right * (after - u)
        out[2 * k + 1] = p[1] * (u + p[2] - p[3] * v)


def ring_jacobian(x: Array, p: Array, out: Array) -> None:
    """Derivatives of `ring` in the states: fills `out` (n, n), zeros included."""
    m = x.size // 2
    diffusion = p[6] * (m / (2.0 * math.pi)) ** 2
    left = diffusion * (1.0 + p[7])
    right = diffusion * (1.0 - p[7])
    out[:, :] = 0.0
    for k in range(m):
        i = 2 * k
        out[i, i] = 1.0 - x[i] ** 2 - left - right
        out[i, i + 1] = -1.0
        out[i, 2 * ((k - 1) % m)] += left
        out[i, 2 * ((k + 1) % m)] += right
        out[i + 1, i] = p[1]
        out[i + 1, i + 1] = -p[1] * p[3]


@dataclass(frozen=True)
class Case:
    """One model with the point to start from.

    `state` holds the states in their order, `parameters` the values in the order of the model, `along`
    the name of the free one. `states` names the states, and is None for the ring. `folds` and `hopfs`
    are the exact values of the free parameter, as far as known, to the precision of a double; where the
    parameter is a phase, up to multiples of 2 pi. They were solved with mpmath to 40 digits.
    """

    name: str
    state: tuple[float, ...]
    parameters: Mapping[str, float]
    along: str
    states: tuple[str, ...] | None = ("x", "y")
    folds: tuple[float, ...] = ()
    hopfs: tuple[float, ...] = ()


def ring_case(n: int) -> Case:
    """The ring with `n` states (even, at least 6), started at phase 0 on its lower branch."""
    if n < 6 or n % 2:
        raise ValueError(f"`n` must be even and at least 6, not {n}")
    p = np.array(list(RING_PARAMETERS.values()))
    x = np.tile([-1.2, -0.55], n // 2)
    f, jacobian = np.empty(n), np.empty((n, n))
    for _ in range(20):
        ring(x, p, f)
        ring_jacobian(x, p, jacobian)
        x = x - np.linalg.solve(jacobian, f)
    return Case("ring", tuple(x.tolist()), RING_PARAMETERS, "phase", states=None)


GRIFFITH = Case("griffith", (2.0, 0.8), {"a": 0.4, "b": 1.0}, "a", folds=(0.5,))
CYCLIC_GRIFFITH = Case(
    "cyclic_griffith",
    (0.05853727848060254, 0.023414911392241018),
    {"phase": 0.0, "mean": 0.4, "amplitude": 0.2, "basal": 0.02, "b": 1.0},
    "phase",
    folds=(3.7854743222885145, 2.4954813214977989, 0.64611133209199431, -0.64388166869872128),
)
STIRRED_TANK = Case(
    "stirred_tank",
    (0.9452184429676408, 7.270911099751083),
    {"tau": 0.2, "rate": 0.06, "heat": 10.0, "loss": 1.5},
    "tau",
    folds=(0.34928654846256861, 0.025460224756224194),
    hopfs=(0.33623290961188743,),
)
