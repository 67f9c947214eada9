"""A model for the tests of the kernels: any polynomial of degree three, in any affine coordinates, compiled once.

x' = T g(u), u = (Tinv (x - x0), (l - l0) / unit): every term of g is a coefficient times at most three of the numbers
u_0, ..., u_n, the last of which is the parameter. Where g has a special point at u = 0, x' has it at x0, l0, whatever T,
Tinv, x0, l0 and the unit are; a Hopf point does if Tinv is the exact inverse of T.

All of it stands in the parameters, so that one compiled model serves all tests:
p = (l, n, number of terms, l0, unit, x0 (n,), Tinv (n, n), T (n, n), then (equation, coefficient, j, j', j'') a term).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from contin_kernels.abi import COLUMN, JACOBIAN, JET, RHS, Context
from contin_kernels.defining import equilibria
from contin_kernels.jit import fused, kernel, pointer
from contin_kernels.memory import matrix, vector
from contin_kernels.tools import TOOLS

ONE = -1
HEAD = 5


@fused
def place(p, x, u):
    """u (n + 1,) at the state `x`, the parameter p[0]."""
    n = int(p[1])
    for j in range(n):
        u[j] = 0.0
        for k in range(n):
            u[j] += p[HEAD + n + j * n + k] * (x[k] - p[HEAD + k])
    u[n] = (p[0] - p[3]) / p[4]


@fused
def turned(p, along, b):
    """b (n + 1,) = du/de where x and p[0] move by e `along` (n + 1,)."""
    n = int(p[1])
    for j in range(n):
        b[j] = 0.0
        for k in range(n):
            b[j] += p[HEAD + n + j * n + k] * along[k]
    b[n] = along[n] / p[4]


@fused
def back(p, g, out, stride):
    """out (n,) with a stride = T g."""
    n = int(p[1])
    for i in range(n):
        total = 0.0
        for k in range(n):
            total += p[HEAD + n + n * n + i * n + k] * g[k]
        out[i * stride] = total


@fused
def powers(p, u, b, g):
    """g (4, n): value and the first three derivatives of the terms along b."""
    n = int(p[1])
    at = HEAD + n + 2 * n * n
    for r in range(4):
        for i in range(n):
            g[r, i] = 0.0
    for _ in range(int(p[2])):
        i = int(p[at])
        c = p[at + 1]
        j0, j1, j2 = int(p[at + 2]), int(p[at + 3]), int(p[at + 4])
        a0, b0 = (u[j0], b[j0]) if j0 >= 0 else (1.0, 0.0)
        a1, b1 = (u[j1], b[j1]) if j1 >= 0 else (1.0, 0.0)
        a2, b2 = (u[j2], b[j2]) if j2 >= 0 else (1.0, 0.0)
        g[0, i] += c * (a0 * a1 * a2)
        g[1, i] += c * (b0 * a1 * a2 + a0 * b1 * a2 + a0 * a1 * b2)
        g[2, i] += 2.0 * c * (a0 * b1 * b2 + b0 * a1 * b2 + b0 * b1 * a2)
        g[3, i] += 6.0 * c * (b0 * b1 * b2)
        at += 5


@kernel
def derivatives(x, p, along, g):
    """g (4, n) at `x` along (n + 1,)."""
    n = int(p[1])
    u = np.zeros(n + 1)
    b = np.zeros(n + 1)
    place(p, x, u)
    turned(p, along, b)
    powers(p, u, b, g)


@pointer(RHS)
def rhs(x, p, out):
    n = int(p[1])
    g = np.zeros((4, n))
    derivatives(x, p, np.zeros(n + 1), g)
    back(p, g[0], out, 1)


@pointer(JACOBIAN)
def jacobian(x, p, stride, out):
    n = int(p[1])
    g = np.zeros((4, n))
    along = np.zeros(n + 1)
    column = np.zeros(n)
    for k in range(n):
        along[k] = 1.0
        derivatives(x, p, along, g)
        along[k] = 0.0
        back(p, g[1], column, 1)
        for i in range(n):
            out[i * stride + k] = column[i]


@pointer(COLUMN)
def column(x, p, j, stride, out):
    n = int(p[1])
    g = np.zeros((4, n))
    along = np.zeros(n + 1)
    along[n] = 1.0
    derivatives(x, p, along, g)
    back(p, g[1], out, stride)


@pointer(JET)
def jet(x, p, u, out):
    n = int(p[1])
    g = np.zeros((4, n))
    rows = matrix(out, 3, n)
    derivatives(x, p, vector(u, n + 1), g)
    for r in range(3):
        back(p, g[r + 1], rows[r], 1)


Term = tuple[int, float, Sequence[int]]


class Polynomial:
    """x' = T g(Tinv (x - x0), (l - l0) / unit); `terms` of g: (equation, coefficient, indices), index n the parameter."""

    def __init__(
        self,
        n,
        terms: Sequence[Term],
        T=None,
        Tinv=None,
        x0=None,
        l0: float = 0.0,
        unit: float = 1.0,
        patience: int = 1,
    ) -> None:
        self.n, self.patience = n, patience
        self.terms = [(i, float(c), tuple(j)) for i, c, j in terms]
        self.T = np.eye(n) if T is None else np.asarray(T, dtype=float)
        if Tinv is None:
            Tinv = np.eye(n) if T is None else np.linalg.inv(self.T)
        self.Tinv = np.asarray(Tinv, dtype=float)
        self.x0 = np.zeros(n) if x0 is None else np.asarray(x0, dtype=float)
        self.l0, self.unit = l0, unit

    def parameters(self, value: float = 0.0):
        """All parameters, the free one at `value`."""
        table = [[i, c, *j, *[ONE] * (3 - len(j))] for i, c, j in self.terms]
        head = [value, self.n, len(self.terms), self.l0, self.unit]
        return np.concatenate([head, self.x0, self.Tinv.ravel(), self.T.ravel(), np.ravel(table)])

    def context(self, value: float = 0.0) -> Context:
        """Equilibria along the parameter; the caller keeps it alive while kernels use its table."""
        p = self.parameters(value)
        e = equilibria
        return Context(
            (e.residual, e.jacobian, e.jet, e.inspect, e.arrange, e.doubt, e.trust),
            (rhs, jacobian, column, jet),
            TOOLS,
            np.array([self.n, self.n, 2 * self.n, self.patience, len(p), 0]),
            np.ones(self.n + 1),
            p,
            np.zeros(e.work_size(self.n, len(p))),
        )

    def rescale(self, context: Context, scale) -> None:
        """Let the context know the sizes of state and parameter."""
        context.floats[:] = scale

    def tensors(self, z):
        """f and its derivatives of first to third order at z = (x, l), dense: (n,), (n, N), (n, N, N), (n, N, N, N)."""
        n, N = self.n, self.n + 1
        M = np.zeros((N, N))
        M[:n, :n] = self.Tinv
        M[n, n] = 1.0 / self.unit
        u = M @ (np.asarray(z, dtype=float) - np.append(self.x0, self.l0))
        g = [np.zeros((n,) + (N,) * order) for order in range(4)]
        for i, c, indices in self.terms:
            rows = [M[j] for j in indices]
            values = [u[j] for j in indices]
            d = len(indices)
            g[0][i] += c * np.prod(values)
            for a in range(d):
                rest = c * np.prod([values[e] for e in range(d) if e != a])
                g[1][i] += rest * rows[a]
                for b in range(d):
                    if b != a:
                        rest = c * np.prod([values[e] for e in range(d) if e not in (a, b)])
                        g[2][i] += rest * np.multiply.outer(rows[a], rows[b])
                        for e in range(d):
                            if e not in (a, b):
                                g[3][i] += c * np.einsum("i,j,k->ijk", rows[a], rows[b], rows[e])
        return [np.tensordot(self.T, part, 1) for part in g]


CIRCLE = Polynomial(1, [(0, 1, (0, 0)), (0, 1, (1, 1)), (0, -1, ())])
"""x' = x^2 + l^2 - 1."""

LINE = Polynomial(1, [(0, 1, (1,)), (0, -1, (0,))])
"""x' = l - x."""
