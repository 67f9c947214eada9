"""Solving for one special point from a guess in a test: the attempt of its kind on a piece of a path around the guess."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from calling import compiled, wrapped
from directions import jacobian

from contin import Settings
from contin.points import Path
from contin.points.finder import locate
from contin_kernels.memory import address_of, pointer_to
from contin_kernels.points import branch_point, hopf, newton
from contin_kernels.records import Rows

REACH = 0.5
"""Half of the length of the piece in each scaled unknown."""


class Solved(NamedTuple):
    """What an attempt leaves."""

    solved: bool
    z: Any
    residual: float
    error: float
    form: int
    omega: float
    coefficients: Any


def attempt(finder, context, guess, scale, slot, omega=0.0):
    """One attempt at a point on a straight piece with the guess (m + 1,) in its middle, where `watch[slot]` vanishes.

    `slot` is the watched number, `omega` the imaginary part of the eigenvalues.
    """
    guess, scale = np.asarray(guess, dtype=float), np.asarray(scale, dtype=float)
    _, w, c = (int(size) for size in context.data[0][:3])
    along = REACH * scale
    ends = np.array([-1.0, 1.0])
    watch = np.ones((2, 2 + w))
    watch[:, slot] = ends
    rows = Rows(
        guess + ends[:, None] * along,
        np.array([along, along]),
        ends + 1.0,
        watch,
        np.tile(np.append(np.zeros(w), np.full(c - w, omega)), (2, 1)),
        np.zeros(2, np.int64),
        np.zeros(2, np.int64),
        np.zeros(2),
    )
    problem: Any = SimpleNamespace(kind="equilibria", watched=w, columns=c, multipliers=False)
    path = Path(problem, context, rows, 0, scale, scale, Settings())
    with np.errstate(all="ignore"):
        found = locate(replace(finder, kept=None, halvings=1), path, np.array([[0, 1, slot]]), np.zeros(1))
    return Solved(
        bool(found.solved[0]),
        found.rows.z[0],
        float(found.rows.residual[0]),
        float(found.error[0]),
        int(found.form[0]),
        float(found.omega[0]),
        found.coefficients[0],
    )


@compiled
def _solve(table, system, N, frame, u, report, work):
    return newton.solve_augmented(
        pointer_to(table),
        system,
        N,
        pointer_to(frame),
        pointer_to(u),
        pointer_to(report),
        pointer_to(work),
    )


def solve(kernels, context, frame, u):
    """Newton's method on the defining system of the module `kernels`: its status, u (N,) in place."""
    work = np.zeros(kernels.work_size(int(context.data[0][0])))
    with np.errstate(all="ignore"):
        return _solve(context.table, address_of(kernels.augmented), len(u), frame, u, np.zeros(2), work)


class Crossing(NamedTuple):
    """What `cross` leaves: null vectors v (2, m + 1), w (m,) in scaled unknowns and equations, the divisors `rows` (m,)."""

    status: int
    z: Any
    residual: float
    error: float
    gap: float
    v: Any
    w: Any
    rows: Any


@compiled
def _cross(table, scale, z, chord, store, work):
    return branch_point.cross(
        pointer_to(table),
        pointer_to(scale),
        pointer_to(z),
        pointer_to(chord),
        pointer_to(store),
        pointer_to(work),
    )


def cross(context, guess, chord, scale):
    """The branch point near the guess (m + 1,), met along the unscaled `chord` (m + 1,)."""
    m = len(guess) - 1
    z, scale = np.array(guess, dtype=float), np.asarray(scale, dtype=float)
    store = np.full(branch_point.store_size(m), np.nan)
    with np.errstate(all="ignore"):
        status = _cross(
            context.table,
            scale,
            z,
            np.array(chord, dtype=float),
            store,
            np.zeros(branch_point.cross_size(m)),
        )
    v, (w, rows) = store[3 : 2 * m + 7].reshape(2, m + 2), np.split(store[2 * m + 7 :], [m + 2])
    return Crossing(status, z, *store[:3], v[:, : m + 1], w[:m], rows)


@compiled
def _critical_vectors(table, D, frame, omega, m, q, p, work):
    hopf.critical_vectors(
        pointer_to(table),
        pointer_to(D),
        pointer_to(frame),
        omega,
        m,
        pointer_to(q),
        pointer_to(p),
        pointer_to(work),
    )


def scaled_jacobian(context, z, scale):
    """The Jacobian (m, m + 1) in scaled unknowns with equations divided by their `rows` (m,), and these."""
    F = jacobian(context, z) * scale
    rows = np.max(np.abs(F), axis=1)
    return F / rows[:, None], rows


def critical_vectors(context, z, scale, omega):
    """Complex q, p (m,) at a Hopf point: A q = i omega q, A' p = -i omega p, <q, q> = 1, <p, q> = 1."""
    m = len(z) - 1
    D, (scaled, rows) = np.zeros((m + 2, m + 2)), scaled_jacobian(context, z, scale)
    D[:m, : m + 1] = scaled
    q, p = np.zeros(m + 1, complex), np.zeros(m + 1, complex)
    frame = np.concatenate([scale, rows, [omega], np.random.default_rng(0).normal(size=4 * m), [hopf.HOPF]])
    work = np.zeros(2 * (m + 1) ** 2 + 5 * (m + 1))
    _critical_vectors(context.table, D, frame, 1.0, m, q.view(float), p.view(float), work)
    wrapped(hopf.unscaled)(q, p, scale, m, m, 1.0 + 0.0j)
    return q[:m].copy(), p[:m].copy()
