"""Orbits of a map for many values of a parameter and several starts: transients, what is kept, who escapes, how they stretch.

The orbits go in blocks of `lanes.WIDTH` beside each other. Their number is that of the grid's values times that of the
starts, the starts running faster: orbit q has the parameter `grid[q // starts]`. What an orbit does depends on nothing
but its own start and parameter, and a block is worked on by one thread, so that all bits are the same whatever the
number of threads.
"""

from __future__ import annotations

import math

import numpy as np

from contin_kernels.jit import kernel, loop
from contin_kernels.landing import land, landing_size
from contin_kernels.lanes import PARAMETERS, STATES, WIDTH, slopes_of_lanes, step_lanes
from contin_kernels.memory import borrowed, pointer_to, shifted, vector
from contin_kernels.tangents import begin_again, begin_growth, finish_growth, grow

LINING_UP = 100
"""Steps at the end of the transient in which a tangent turns to the direction that grows fastest."""


@loop
def orbits(model, parameters, free, grid, starts, observed, steps, bound, blocks, values, marks, growth):
    """Follow the orbits of some blocks.

    Parameters
    ----------
    model : table
        Of `lanes.LaneTable`.
    parameters : (k,) array
        All parameters; the one numbered `free` takes the values of `grid` (N,).
    starts : (S, n) array
    observed : (m,) array of int
        Numbers of the states that are kept.
    steps : (3,) array of int
        Steps that are not kept, that are, and over which the stretching is averaged after the transient (0: not at all).
    bound : float
        An orbit escapes when a state is larger than this, or is not finite.
    blocks : (2,) array of int
        The first block and the one after the last.
    values : (keep, m, N S) array
        Gets the kept points; NaN for an orbit that escapes.
    marks : (2, N S) array of int8
        Gets 1 where an orbit escapes; where it ended exactly on an unstable cycle.
    growth : (N S,) array
        Gets the largest Lyapunov exponent, where that is asked for.
    """
    n = model[STATES]
    k = model[PARAMETERS]
    state = np.empty(2 * n * WIDTH)
    p = np.empty(k * WIDTH)
    tangent = np.empty(2 * n * WIDTH)
    slopes = np.empty(n * n * WIDTH)
    landing = np.empty(landing_size(n))
    total = grid.shape[0] * starts.shape[0]
    for block in range(blocks[0], blocks[1]):
        first = block * WIDTH
        count = min(WIDTH, total - first)
        x = state[: n * count].reshape(n, count)
        y = state[n * count : 2 * n * count].reshape(n, count)
        v = tangent[: n * count].reshape(n, count)
        w = tangent[n * count : 2 * n * count].reshape(n, count)
        q = p[: k * count].reshape(k, count)
        J = slopes[: n * n * count].reshape(n * n, count)
        _begin(parameters, free, grid, starts, first, x, q)
        gone = marks[0, first : first + count]
        landed = marks[1, first : first + count]
        total_growth = growth[first : first + count]
        _follow_block(model, q, observed, steps, bound, x, y, v, w, J, values, first, gone, total_growth)
        if not _close(gone, x, bound, values, first, total_growth):
            land(model, q, x, y, J, gone, landing, landed)


@kernel
def _begin(parameters, free, grid, starts, first, x, p):
    """The states x (n, count) and parameters p (k, count) of the orbits from number `first` on."""
    n, count = x.shape
    for lane in range(count):
        number = first + lane
        for i in range(n):
            x[i, lane] = starts[number % starts.shape[0], i]
        for j in range(p.shape[0]):
            p[j, lane] = parameters[j]
        p[free, lane] = grid[number // starts.shape[0]]


@kernel
def _follow_block(model, p, observed, steps, bound, x, y, v, w, J, values, first, gone, growth):
    """Follow the orbits from number `first` on, whose states are x (n, count); y, v, w, J are scratch of the block's shapes."""
    gone[:] = 0
    stretching = steps[2] > 0
    lining_up = max(steps[0] - LINING_UP, 0) if x.shape[0] > 1 else steps[0]
    now = borrowed(x)
    then = borrowed(y)
    last = steps[0] + max(steps[1], steps[2])
    begin_growth(v, growth)
    for t in range(last):
        if stretching and lining_up <= t < steps[0] + steps[2]:
            if t == steps[0]:
                begin_again(v, growth)
            slopes_of_lanes(model, now, p, J)
            grow(J, v, w, growth)
        if step_lanes(model, now, p, bound, then) and _mark(now, bound, then, gone):
            break
        now, then = then, now
        if 0 <= t - steps[0] < steps[1]:
            _keep(now, observed, values, t - steps[0], first)
    if stretching:
        finish_growth(v, growth)
        for lane in range(growth.shape[0]):
            growth[lane] /= steps[2]
    _copy(now, x)


@kernel
def _mark(x, bound, then, gone):
    """Mark what is beyond the bound, and let it be NaN in `then` (n, count), the next states; whether all are gone."""
    n, count = x.shape
    left = 0
    for lane in range(count):
        for i in range(n):
            if abs(x[i, lane]) > bound:
                gone[lane] = 1
        if gone[lane]:
            for i in range(n):
                then[i, lane] = math.nan
        else:
            left += 1
    return left == 0


@kernel
def _keep(x, observed, values, row, first):
    """values[row, s, first + lane] = the observed states; by pointers, for vector registers."""
    count = x.shape[1]
    for s in range(observed.shape[0]):
        i = observed[s]
        out = vector(
            shifted(pointer_to(values), (row * values.shape[1] + s) * values.shape[2] + first), count
        )
        for lane in range(count):
            out[lane] = x[i, lane]


@kernel
def _copy(x, out):
    for i in range(x.shape[0]):
        for lane in range(x.shape[1]):
            out[i, lane] = x[i, lane]


@kernel
def _close(gone, x, bound, values, first, growth):
    """What is beyond the bound at the end, or not finite, has escaped, too; nothing is kept of what has. Whether all have."""
    left = 0
    for lane in range(gone.shape[0]):
        for i in range(x.shape[0]):
            if not abs(x[i, lane]) <= bound:
                gone[lane] = 1
        if gone[lane]:
            growth[lane] = math.nan
            for t in range(values.shape[0]):
                for s in range(values.shape[1]):
                    values[t, s, first + lane] = math.nan
        else:
            left += 1
    return left == 0
