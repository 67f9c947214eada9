"""Random models with known diagrams: shifted normal forms in random coordinates, units and scales. Nothing missed, nothing false.

Five states: an S-shaped curve, a pitchfork or transcritical point beside it, a Hopf pair, a state that follows. The curve
turns at two folds, so that the parameter passes each other special value once or three times.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import pytest

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
        d = 10 ** random.uniform(-3, 0)
        q1, q2 = random.uniform(-2, 2, 2)
        if random.random() < 0.5:
            q1, q2 = random.uniform(-1.5, 1.5, 2) * (2 / 3) * d**1.5  # near the folds
        self.pitchfork = random.random() < 0.5
        self.cubic = random.choice([-1.0, 1.0]) if self.pitchfork else 0.0
        self.bend = random.choice([-1.0, 1.0]) * 10 ** random.uniform(-1, 1)
        units = 10.0 ** random.uniform(-3, 3, N)
        T = units[:, None] * (
            np.linalg.qr(random.normal(size=(N, N)))[0] @ np.diag(random.uniform(0.5, 2, N))
        )
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
        y0 = self.roots(d, -3.0)[0]
        self.start = x0 + T @ np.array([y0, 0, 0, 0, 0.3 * y0**2])
        self.p0, self.width, self.omega = p0, width, omega
        self.span = (p0 - 3 * width, p0 + 3 * width)
        fold = 2 / 3 * d**1.5
        points = [("fold", -math.sqrt(d), fold), ("fold", math.sqrt(d), -fold)]
        points += [("branch point", y, q1) for y in self.roots(d, q1)]
        points += [("hopf", y, q2) for y in self.roots(d, q2)]
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
            # T and its inverse are inverse to rounding only, which moves the eigenvalues of the pair.
            rounding = 4e-16 * abs(exact) + (1e-13 * draw.width if kind == "hopf" else 0.0)
            assert abs(point["p"] - exact) <= point.error + rounding, (seed, point, exact)
            assert point.error <= 1e-6 * draw.width, (seed, point)
            if kind == "hopf":
                assert point.coefficients["omega"] == pytest.approx(draw.omega, rel=1e-8), seed
                assert point.criticality == ("supercritical" if draw.bend < 0 else "subcritical"), seed
            elif kind == "branch point":
                assert point.form == ("pitchfork" if draw.pitchfork else "transcritical"), seed
                if draw.pitchfork:
                    assert point.criticality == ("supercritical" if draw.cubic < 0 else "subcritical"), seed
        if seed % 8 == part:
            back = draw.follow(branch.states[-1], draw.span[1], "backward")
            assert [p.kind for p in back.special] == [p.kind for p in branch.special][::-1], seed
            for one, other in zip(back.special, reversed(branch.special), strict=True):
                assert abs(one["p"] - other["p"]) <= one.error + other.error, seed
    assert clear >= 0.9 * len(range(part, DRAWS, 4))
