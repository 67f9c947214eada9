"""Whether a trajectory repeats itself, and with which period."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_TURNS = 8  # crossings in one period


def period_of(t: Floats, states: Floats, tolerance: float = 1e-2) -> float | None:
    """The period of a trajectory that repeats itself in its second half; None if it does not.

    Crossings of a plane, upwards through the middle of the state that moves most, are compared with each other: the
    state must be the same within `tolerance` of the ranges, and the times between them too.

    Parameters
    ----------
    t : (points,) array
    states : (points, n) array
    tolerance : float
    """
    late = t >= 0.5 * (t[0] + t[-1])
    t, states = t[late], states[late]
    if len(t) < 8:
        return None
    ranges = states.max(axis=0) - states.min(axis=0)
    moving = ranges > 1e-7 * np.maximum(np.abs(states).max(axis=0), 1e-300)
    if not moving.any():
        return None
    i = int(np.argmax(ranges / np.maximum(np.abs(states).max(axis=0), 1e-300)))
    times, at = _crossings(t, states, i)
    at = at / np.where(moving, ranges, np.inf)
    for turns in range(1, MOST_TURNS + 1):
        if len(times) < 2 * turns + 2:
            return None
        periods = times[turns:] - times[:-turns]
        same = np.abs(at[turns:] - at[:-turns]).max() <= tolerance
        if same and np.ptp(periods) <= tolerance * periods.mean():
            return float(periods.mean())
    return None


def _crossings(t: Floats, states: Floats, i: int) -> tuple[Floats, Floats]:
    """Times (m,) and states (m, n) where state `i` passes upwards through the middle of its range, by cubics."""
    from scipy.interpolate import CubicSpline

    level = 0.5 * (states[:, i].max() + states[:, i].min())
    curve = CubicSpline(t, states)
    slope = curve.derivative()
    above = states[:, i] >= level
    times = []
    for k in np.flatnonzero(~above[:-1] & above[1:]):
        low, high = t[k], t[k + 1]
        root = low + (high - low) * (level - states[k, i]) / (states[k + 1, i] - states[k, i])
        for _ in range(20):
            step = (curve(root)[i] - level) / slope(root)[i]
            new = float(np.clip(root - step, low, high))
            if abs(new - root) <= 1e-14 * abs(high):
                break
            root = new
        times.append(root)
    found = np.array(times)
    return found, (curve(found) if len(found) else np.zeros((0, states.shape[1])))
