"""Random models with known diagrams: shifted normal forms in random coordinates, units and scales. Nothing missed, nothing false.

Five states: an S-shaped curve, a pitchfork or transcritical point beside it, a Hopf pair, a state that follows. The curve
turns at two folds, so that the parameter passes each other special value once or three times.
"""

from __future__ import annotations

import numba
import numpy as np
import pytest
from random_draws import coordinates, distinct, judge, on_curve, points_on_curve, shape

import contin

N = 5
DRAWS = 12 if numba.config.DISABLE_JIT else 1000
NAMES = ["p", "p0", "width", "d", "speed", "q1", "cubic", "square", "q2", "omega", "bend"]
HEAD = len(NAMES)
FIRST_X0, FIRST_TINV, FIRST_T = HEAD, HEAD + N, HEAD + N + N * N


def shifted_forms(x, p, out):
    n = 5
    mu = (p[0] - p[1]) / p[2]
    y = np.zeros(5)
    g = np.zeros(5)
    for i in range(n):
        for j in range(n):
            y[i] += p[16 + i * n + j] * (x[j] - p[11 + j])
    g[0] = p[4] * (mu - y[0] ** 3 / 3 + p[3] * y[0])
    g[1] = (mu - p[5]) * y[1] + p[6] * y[1] ** 3 + p[7] * y[1] ** 2
    square = p[10] * (y[2] ** 2 + y[3] ** 2)
    g[2] = (mu - p[8]) * y[2] - p[9] * y[3] + y[2] * square
    g[3] = p[9] * y[2] + (mu - p[8]) * y[3] + y[3] * square
    g[4] = 0.3 * y[0] ** 2 - y[4]
    for i in range(n):
        out[i] = 0.0
        for j in range(n):
            out[i] += p[41 + i * n + j] * g[j]


MODEL = contin.Flow(
    shifted_forms,
    N,
    dict.fromkeys([*NAMES, *(f"k{i}" for i in range(N + 2 * N * N))], 1.0),
    name="shifted forms",
)


class Draw:
    """One model with its span, start and the special points on its branch: (kind, mu, what else is known)."""

    def __init__(self, seed):
        random = np.random.default_rng(seed)
        d, q1, q2 = shape(random)
        self.pitchfork = random.random() < 0.5
        self.cubic = random.choice([-1.0, 1.0]) if self.pitchfork else 0.0
        self.bend = random.choice([-1.0, 1.0]) * 10 ** random.uniform(-1, 1)
        units, T = coordinates(random, N, 3)
        x0 = units * random.uniform(-3, 3, N) * random.integers(0, 2)
        p0, width = random.uniform(-5, 5) * random.integers(0, 2), 10.0 ** random.uniform(-3, 3)
        p0 *= width
        omega = 10 ** random.uniform(-1, 1)
        speed = random.choice([-1.0, 1.0]) * random.uniform(0.5, 2)
        values = [
            p0 - 3 * width,
            p0,
            width,
            d,
            speed,
            q1,
            self.cubic,
            0.0 if self.pitchfork else 1.0,
            q2,
            omega,
        ]
        self.at = np.array([*values, self.bend, *x0, *np.linalg.inv(T).ravel(), *T.ravel()])
        y0 = on_curve(d, -3.0)[0]
        self.start = x0 + T @ np.array([y0, 0, 0, 0, 0.3 * y0**2])
        self.p0, self.width, self.omega = p0, width, omega
        self.span = (p0 - 3 * width, p0 + 3 * width)
        self.points = points_on_curve(d, [("branch point", q1), ("hopf", q2)])
        self.clear = distinct(d, q1, q2)


def rounding(draw, kind):
    """T and its inverse are inverse to rounding only, which moves the eigenvalues of the pair."""
    return 1e-13 * draw.width if kind == "hopf" else 0.0


def details(draw, point, seed):
    if point.kind == "hopf":
        assert point.coefficients["omega"] == pytest.approx(draw.omega, rel=1e-8), seed
        assert point.criticality == ("supercritical" if draw.bend < 0 else "subcritical"), seed
    elif point.kind == "branch point":
        assert point.form == ("pitchfork" if draw.pitchfork else "transcritical"), seed
        if draw.pitchfork:
            assert point.criticality == ("supercritical" if draw.cubic < 0 else "subcritical"), seed


@pytest.mark.parametrize("part", range(4))
def test_nothing_is_missed_and_nothing_false(part):
    judge(range(part, DRAWS, 4), Draw, MODEL, rounding, details)
