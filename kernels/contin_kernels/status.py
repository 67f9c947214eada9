"""The integers that kernels return: what happened, for `contin` to put in words."""

from __future__ import annotations

OK = 0
FULL = 1
SPAN = 2
CLOSED = 3
DIVERGES = 4
SMALL_STEP = 5
NOT_FINITE = 6
SINGULAR = 7
NOT_CONVERGED = 8
TURNED = 9
OUTSIDE = 10
EIGENVALUES_FAILED = 11
BACK = 12
DOUBTED = 13
TOO_SHARP = 14
