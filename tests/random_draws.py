"""What random models with known diagrams share: an S-shaped curve, coordinates and units, and how a branch is judged.

On the curve mu = y^3/3 - d y, with folds at y = -+ sqrt d, every value of mu stands once or three times.
"""

from __future__ import annotations

import math

import numpy as np

import contin


def on_curve(d, mu):
    """Where the curve has this mu, from left to right."""
    roots = np.roots([1 / 3, 0, -d, -mu])
    return np.sort(roots[np.abs(roots.imag) < 1e-9 * np.abs(roots).max()].real)


def points_on_curve(d, others):
    """(kind, y, mu) of the folds and of `others`, (kind, mu) each, from left to right."""
    fold = 2 / 3 * d**1.5
    points = [("fold", -math.sqrt(d), fold), ("fold", math.sqrt(d), -fold)]
    points += [(kind, y, mu) for kind, mu in others for y in on_curve(d, mu)]
    return sorted(points, key=lambda point: point[1])


def coordinates(random, n, decades):
    """Units (n,) between 10^-decades and 10^decades, and a matrix (n, n) that mixes states well in these units."""
    units = 10.0 ** random.uniform(-decades, decades, n)
    T = units[:, None] * (np.linalg.qr(random.normal(size=(n, n)))[0] @ np.diag(random.uniform(0.5, 2, n)))
    return units, T


def shape(random):
    """The curve's d, and two values of mu that may be near its folds."""
    d = 10 ** random.uniform(-3, 0)
    q1, q2 = random.uniform(-2, 2, 2)
    if random.random() < 0.5:
        q1, q2 = random.uniform(-1.5, 1.5, 2) * (2 / 3) * d**1.5  # near the folds
    return d, q1, q2


def distinct(d, q1, q2):
    """Whether the folds and the values are a thousandth apart or more."""
    fold = 2 / 3 * d**1.5
    near = [abs(abs(q) - fold) / fold for q in (q1, q2)] + [abs(q1 - q2) / max(fold, abs(q1))]
    return min(near) > 1e-3


def judge(seeds, make, model, rounding, details):
    """Follow the draws `make(seed)` of `model`: all points in their order, none false, and the same ones backwards.

    A draw has `clear`, `start`, `at` (values of all parameters), `span`, `p0` and `width` of the parameter, and `points`;
    `rounding(draw, kind)` is what the model's own rounding moves a point by, `details(draw, point, seed)` checks the rest.
    """
    clear = 0
    for seed in seeds:
        draw = make(seed)
        if not draw.clear:
            continue
        clear += 1
        branch = follow(model, draw, draw.start, draw.span[0], "forward")
        found = [(point.kind, (point["p"] - draw.p0) / draw.width) for point in branch.special]
        assert [kind for kind, _ in found] == [kind for kind, *_ in draw.points], (seed, found, draw.points)
        assert branch.ends[1].reason == "span", (seed, branch.ends)
        for point, (kind, _, mu) in zip(branch.special, draw.points, strict=True):
            exact = draw.p0 + mu * draw.width
            bound = point.error + 4e-16 * abs(exact) + rounding(draw, kind)
            assert abs(point["p"] - exact) <= bound, (seed, point, exact)
            assert point.error <= 1e-6 * draw.width, (seed, point)
            details(draw, point, seed)
        if seed % 8 == seeds[0]:
            back = follow(model, draw, branch.states[-1], draw.span[1], "backward")
            assert [p.kind for p in back.special] == [p.kind for p in branch.special][::-1], seed
            for one, other in zip(back.special, reversed(branch.special), strict=True):
                assert abs(one["p"] - other["p"]) <= one.error + other.error, seed
    assert clear >= 0.9 * len(seeds)


def follow(model, draw, start, value, direction):
    """The draw's branch from a start at a value of p."""
    at = dict(zip(model.parameters, draw.at, strict=True)) | {"p": value}
    return contin.follow(model, "p", start=start, at=at, span=draw.span, direction=direction)
