"""Derivatives of a problem from a test: its Jacobian and what `contin_kernels.jets` gives, in new arrays."""

from __future__ import annotations

import numpy as np
from calling import compiled

from contin_kernels import jets
from contin_kernels.inspection import jacobian_from
from contin_kernels.memory import pointer_to


@compiled
def _second(table, z, u, v, out, work):
    jets.second(
        pointer_to(table), pointer_to(z), pointer_to(u), pointer_to(v), pointer_to(out), pointer_to(work)
    )


@compiled
def _up_to_third(table, m, z, u, v, out, work):
    jets.up_to_third(
        pointer_to(table), m, pointer_to(z), pointer_to(u), pointer_to(v), pointer_to(out), pointer_to(work)
    )


def jacobian(context, z):
    """dF/dz (m, m + 1) at `z` (m + 1,)."""
    return jacobian_from(context.table, z, np.full((len(z) - 1, len(z)), np.inf))


def second(context, z, u, v):
    """D2F(u, v) (m,) at `z`, all (m + 1,)."""
    m = len(z) - 1
    out = np.full(m, np.nan)
    _second(context.table, z, u, v, out, np.zeros(jets.second_size(m)))
    return out


def up_to_third(context, z, u, v):
    """The second derivatives (3, m) in (u, u), (u, v), (v, v), the third (4, m) in (u, u, u), (u, u, v), (u, v, v), (v, v, v)."""
    m = len(z) - 1
    out = np.full((7, m), np.nan)
    _up_to_third(context.table, m, z, u, v, out, np.zeros(13 * m + 1))
    return out[:3], out[3:]
