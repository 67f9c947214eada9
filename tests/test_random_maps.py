"""Random maps with known diagrams: shifted normal forms in random coordinates, units and scales. Nothing missed, nothing false.

Five states: an S-shaped curve of fixed points, a flip, a pair of multipliers that passes the unit circle, a state that
follows. The curve turns at two folds, so that the parameter passes each other special value once or three times.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import pytest

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
        d = 10 ** random.uniform(-3, 0)
        q1, q2 = random.uniform(-2, 2, 2)
        if random.random() < 0.5:
            q1, q2 = random.uniform(-1.5, 1.5, 2) * (2 / 3) * d**1.5  # near the folds
        self.cubic, self.bend = random.choice([-1.0, 1.0], 2) * 10 ** random.uniform(-1, 1, 2)
        self.theta = random.uniform(0.05, math.pi - 0.05)
        units = 10.0 ** random.uniform(-3, 3, N)
        T = units[:, None] * (
            np.linalg.qr(random.normal(size=(N, N)))[0] @ np.diag(random.uniform(0.5, 2, N))
        )
        x0 = units * random.uniform(-3, 3, N) * random.integers(0, 2)
        width = 10.0 ** random.uniform(-3, 3)
        p0 = random.uniform(-5, 5) * random.integers(0, 2) * width
        # The curve's own multiplier is 1 + speed (d - y0^2), with y0^2 below 6: it stays above -1.
        speed = random.choice([-1.0, 1.0]) * random.uniform(0.05, 0.25)
        values = [p0 - 3 * width, p0, width, d, speed, q1, self.cubic, q2, self.theta, self.bend]
        self.at = np.array([*values, *x0, *np.linalg.inv(T).ravel(), *T.ravel()])
        y0 = self.roots(d, -3.0)[0]
        self.start = x0 + T @ np.array([y0, 0, 0, 0, 0.5 * y0**2])
        self.p0, self.width = p0, width
        self.flip_size = float(np.linalg.norm(T[:, 1]))
        self.span = (p0 - 3 * width, p0 + 3 * width)
        fold = 2 / 3 * d**1.5
        points = [("fold", -math.sqrt(d), fold), ("fold", math.sqrt(d), -fold)]
        points += [("flip", y, q1) for y in self.roots(d, q1)]
        points += [("neimark-sacker", y, q2) for y in self.roots(d, q2)]
        self.points = sorted(points, key=lambda point: point[1])
        near = [abs(abs(q) - fold) / fold for q in (q1, q2)] + [abs(q1 - q2) / max(fold, abs(q1))]
        self.clear = min(near) > 1e-3

    @staticmethod
    def roots(d, mu):
        """Where the curve has this mu, from left to right."""
        roots = np.roots([1 / 3, 0, -d, -mu])
        return np.sort(roots[np.abs(roots.imag) < 1e-9 * np.abs(roots).max()].real)

    def follow(self, start, value, direction):
        at = dict(zip(MODEL.parameters, self.at, strict=True)) | {"p": value}
        return contin.follow(MODEL, "p", start=start, at=at, span=self.span, direction=direction)


@pytest.mark.parametrize("part", range(4))
def test_nothing_is_missed_and_nothing_false(part):
    clear = 0
    for seed in range(part, DRAWS, 4):
        draw = Draw(seed)
        if not draw.clear:
            continue
        clear += 1
        branch = draw.follow(draw.start, draw.span[0], "forward")
        found = [(point.kind, (point["p"] - draw.p0) / draw.width) for point in branch.special]
        assert [kind for kind, _ in found] == [kind for kind, *_ in draw.points], (seed, found, draw.points)
        assert branch.ends[1].reason == "span", (seed, branch.ends)
        for point, (kind, _, mu) in zip(branch.special, draw.points, strict=True):
            exact = draw.p0 + mu * draw.width
            # T and its inverse are inverse to rounding only, which moves all multipliers, that of the curve too.
            rounding = 4e-16 * abs(exact) + 1e-13 * draw.width
            assert abs(point["p"] - exact) <= point.error + rounding, (seed, point, exact)
            assert point.error <= 1e-6 * draw.width, (seed, point)
            if kind == "neimark-sacker":
                assert point.coefficients["theta"] == pytest.approx(draw.theta, rel=1e-8), seed
                assert point.criticality == ("supercritical" if draw.bend < 0 else "subcritical"), seed
            elif kind == "flip":
                b = draw.cubic / draw.flip_size**2
                assert point.coefficients["b"] == pytest.approx(b, rel=1e-6), seed
                assert point.criticality == ("supercritical" if draw.cubic > 0 else "subcritical"), seed
        if seed % 8 == part:
            back = draw.follow(branch.states[-1], draw.span[1], "backward")
            assert [p.kind for p in back.special] == [p.kind for p in branch.special][::-1], seed
            for one, other in zip(back.special, reversed(branch.special), strict=True):
                assert abs(one["p"] - other["p"]) <= one.error + other.error, seed
    assert clear >= 0.9 * len(range(part, DRAWS, 4))
