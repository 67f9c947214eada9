"""Twelve states in random coordinates and units, where eigenvalues are computed at some points only: nothing missed.

An S-shaped curve, a pitchfork, three Hopf pairs that cross once or go over the axis and back, four states that follow. The
number of unstable eigenvalues that following tells is compared with the eigenvalues at every point.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import pytest
from random_draws import coordinates, on_curve, points_on_curve

import contin

N, PAIRS, FOLLOWERS = 12, 3, 4
DRAWS = 4 if numba.config.DISABLE_JIT else 200
NAMES = ["p", "d", "speed", "q", "cubic"]
NAMES += [f"{letter}{i}" for i in range(PAIRS) for letter in ("centre", "width", "omega", "bump")]
NAMES += [f"rate{i}" for i in range(FOLLOWERS)]
FIRST_TINV, FIRST_T = len(NAMES), len(NAMES) + N * N


def forms(x, p, out):
    n = 12
    y = np.zeros(12)
    g = np.zeros(12)
    for i in range(n):
        for j in range(n):
            y[i] += p[21 + i * n + j] * x[j]
    mu = p[0]
    g[0] = p[2] * (mu - y[0] ** 3 / 3 + p[1] * y[0])
    g[1] = (mu - p[3]) * y[1] + p[4] * y[1] ** 3
    for i in range(3):
        away, bump = mu - p[5 + 4 * i], p[8 + 4 * i]
        a = (1 - bump) * away + bump * (math.exp(-((away / p[6 + 4 * i]) ** 2)) - 0.5)
        u, v = y[2 + 2 * i], y[3 + 2 * i]
        g[2 + 2 * i] = a * u - p[7 + 4 * i] * v - u * (u * u + v * v)
        g[3 + 2 * i] = p[7 + 4 * i] * u + a * v - v * (u * u + v * v)
    for i in range(4):
        g[8 + i] = -p[17 + i] * (y[8 + i] - 0.3 * y[0] ** 2 * (i + 1))
    for i in range(n):
        out[i] = 0.0
        for j in range(n):
            out[i] += p[165 + i * n + j] * g[j]


assert (FIRST_TINV, FIRST_T) == (21, 165)
MODEL = contin.Flow(
    forms,
    N,
    dict.fromkeys([*NAMES, *(f"k{i}" for i in range(2 * N * N))], 1.0),
    name="large shifted forms",
)


class Draw:
    """One model with its start and the special points on its branch: (kind, y, mu)."""

    def __init__(self, seed):
        random = np.random.default_rng(seed)
        d, q = 10 ** random.uniform(-1.5, 0.3), random.uniform(-2.5, 2.5)
        values = [-3.0, d, random.choice([-1.0, 1.0]) * random.uniform(0.5, 2), q, random.choice([-1.0, 1.0])]
        hopfs = []
        for _ in range(PAIRS):
            bump, centre = float(random.random() < 0.5), random.uniform(-2.3, 2.3)
            width = 10 ** random.uniform(-1, 0)
            values += [centre, width, 10 ** random.uniform(-1, 1), bump]
            reach = width * math.sqrt(math.log(2))  # exp(-(reach / width)^2) = 1/2
            hopfs += [centre - reach, centre + reach] if bump else [centre]
        values += list(10 ** random.uniform(-1.5, 1.5, FOLLOWERS))
        _, T = coordinates(random, N, 2)
        values = np.array([*values, *np.linalg.inv(T).ravel(), *T.ravel()])
        self.at = dict(zip(MODEL.parameters, values, strict=True))
        y = on_curve(d, -3.0)[0]
        self.start = T @ np.array([y, *np.zeros(7), *(0.3 * y**2 * (i + 1) for i in range(FOLLOWERS))])
        others = [("branch point", q), *(("hopf", mu) for mu in hopfs if abs(mu) < 3)]
        self.points = points_on_curve(d, others)
        self.clear = min(np.diff([point[1] for point in self.points])) > 1e-4


@pytest.mark.parametrize("part", range(4))
def test_nothing_is_missed_where_most_eigenvalues_are_not_computed(part):
    parts = []
    for seed in range(part, DRAWS, 4):
        draw = Draw(seed)
        if not draw.clear:
            continue
        branch = contin.follow(
            MODEL, "p", start=draw.start, at=draw.at, span=(-3.0, 3.0), direction="forward"
        )
        found = [point.kind for point in branch.special]
        assert found == [kind for kind, *_ in draw.points], (seed, branch.special, draw.points)
        for point, (_, _, mu) in zip(branch.special, draw.points, strict=True):
            # T and its inverse are inverse to rounding only, which moves eigenvalues by that times the largest one.
            assert abs(point["p"] - mu) <= point.error + 1e-10, (seed, point, mu)
            assert point.error <= 1e-6, (seed, point)
        parts.append(branch.spectra.computed / len(branch))
        ordinary = np.ones(len(branch), dtype=bool)
        ordinary[[point.index for point in branch.special]] = False
        counts = np.sum(branch.eigenvalues.real > 0, axis=1)
        assert np.array_equal(counts[ordinary], branch.unstable[ordinary]), seed
        for point in branch.special:
            critical = np.argsort(np.abs(point.eigenvalues.real))[: 2 if point.kind == "hopf" else 1]
            others = np.delete(point.eigenvalues.real, critical)
            assert np.sum(others > 0) == branch.unstable[point.index], seed
    assert np.mean(parts) < 0.8


def test_every_spectrum_can_be_asked_for():
    draw = Draw(0)
    settings = contin.Settings(spectrum_every=1)
    common = dict(start=draw.start, at=draw.at, span=(-3.0, 3.0), direction="forward")
    every = contin.follow(MODEL, "p", **common, settings=settings)
    some = contin.follow(MODEL, "p", **common)
    assert every.spectra.computed == len(every)
    assert some.spectra.computed < 0.8 * len(some)
    assert [p.kind for p in every.special] == [p.kind for p in some.special]
    for one, other in zip(every.special, some.special, strict=True):
        assert abs(one["p"] - other["p"]) <= one.error + other.error
