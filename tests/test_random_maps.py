"""Random maps with known diagrams: shifted normal forms in random coordinates, units and scales. Nothing missed, nothing false.

Five states: an S-shaped curve of fixed points, a flip, a pair of multipliers that passes the unit circle, a state that
follows. The curve turns at two folds, so that the parameter passes each other special value once or three times.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import pytest
from random_draws import coordinates, distinct, judge, on_curve, points_on_curve, shape

import contin

N = 5
DRAWS = 6 if numba.config.DISABLE_JIT else 500
NAMES = ["p", "p0", "width", "d", "speed", "q1", "cubic", "q2", "theta", "bend"]


def shifted_forms(x, p, out):
    n = 5
    mu = (p[0] - p[1]) / p[2]
    y = np.zeros(5)
    g = np.zeros(5)
    for i in range(n):
        for j in range(n):
            y[i] += p[15 + i * n + j] * (x[j] - p[10 + j])
    g[0] = y[0] + p[4] * (mu - y[0] ** 3 / 3 + p[3] * y[0])
    g[1] = -(1.0 + 0.3 * (mu - p[5])) * y[1] + p[6] * y[1] ** 3
    size = 1.0 + 0.3 * (mu - p[7]) + p[9] * (y[2] ** 2 + y[3] ** 2)
    g[2] = size * (math.cos(p[8]) * y[2] - math.sin(p[8]) * y[3])
    g[3] = size * (math.sin(p[8]) * y[2] + math.cos(p[8]) * y[3])
    g[4] = 0.4 * y[4] + 0.3 * y[0] ** 2
    for i in range(n):
        out[i] = p[10 + i]
        for j in range(n):
            out[i] += p[40 + i * n + j] * g[j]


MODEL = contin.Map(
    shifted_forms,
    N,
    dict.fromkeys([*NAMES, *(f"k{i}" for i in range(N + 2 * N * N))], 1.0),
    name="shifted forms",
)


class Draw:
    """One map with its span, start and the special points on its branch: (kind, y0, mu)."""

    def __init__(self, seed):
        random = np.random.default_rng(seed)
        d, q1, q2 = shape(random)
        self.cubic, self.bend = random.choice([-1.0, 1.0], 2) * 10 ** random.uniform(-1, 1, 2)
        self.theta = random.uniform(0.05, math.pi - 0.05)
        units, T = coordinates(random, N, 3)
        x0 = units * random.uniform(-3, 3, N) * random.integers(0, 2)
        width = 10.0 ** random.uniform(-3, 3)
        p0 = random.uniform(-5, 5) * random.integers(0, 2) * width
        # The curve's own multiplier is 1 + speed (d - y0^2), with y0^2 below 6: it stays above -1.
        speed = random.choice([-1.0, 1.0]) * random.uniform(0.05, 0.25)
        values = [p0 - 3 * width, p0, width, d, speed, q1, self.cubic, q2, self.theta, self.bend]
        self.at = np.array([*values, *x0, *np.linalg.inv(T).ravel(), *T.ravel()])
        y0 = on_curve(d, -3.0)[0]
        self.start = x0 + T @ np.array([y0, 0, 0, 0, 0.5 * y0**2])
        self.p0, self.width = p0, width
        self.flip_size = float(np.linalg.norm(T[:, 1]))
        self.span = (p0 - 3 * width, p0 + 3 * width)
        self.points = points_on_curve(d, [("flip", q1), ("neimark-sacker", q2)])
        self.clear = distinct(d, q1, q2)


def rounding(draw, kind):
    """T and its inverse are inverse to rounding only, which moves all multipliers, that of the curve too."""
    return 1e-13 * draw.width


def details(draw, point, seed):
    if point.kind == "neimark-sacker":
        assert point.coefficients["theta"] == pytest.approx(draw.theta, rel=1e-8), seed
        assert point.criticality == ("supercritical" if draw.bend < 0 else "subcritical"), seed
    elif point.kind == "flip":
        b = draw.cubic / draw.flip_size**2
        assert point.coefficients["b"] == pytest.approx(b, rel=1e-6), seed
        assert point.criticality == ("supercritical" if draw.cubic > 0 else "subcritical"), seed


@pytest.mark.parametrize("part", range(4))
def test_nothing_is_missed_and_nothing_false(part):
    judge(range(part, DRAWS, 4), Draw, MODEL, rounding, details)
