"""Losses with known derivative tensors, for tests of `contin.learning`."""

from __future__ import annotations

import numpy as np

from contin.learning import MatrixFreeLoss


def symmetric(tensor):
    """The mean over all permutations of the axes."""
    from itertools import permutations

    axes = list(permutations(range(tensor.ndim)))
    return sum(np.transpose(tensor, axis) for axis in axes) / len(axes)


class QuarticPolynomial:
    """L(x) = x.Hx/2 + T[x,x,x]/6 + Q[x,x,x,x]/24, exact in every derivative, for any n."""

    def __init__(self, H, T=None, Q=None):
        n = len(H)
        self.H = np.array(H, dtype=float)
        self.T = np.zeros((n,) * 3) if T is None else symmetric(np.array(T, dtype=float))
        self.Q = np.zeros((n,) * 4) if Q is None else symmetric(np.array(Q, dtype=float))
        self.size, self.names = n, tuple(f"x{i}" for i in range(n))

    def value(self, x):
        return float(x @ self.H @ x / 2 + self.T @ x @ x @ x / 6 + self.Q @ x @ x @ x @ x / 24)

    def gradient(self, x):
        return self.H @ x + self.T @ x @ x / 2 + self.Q @ x @ x @ x / 6

    def hvp(self, x, v):
        return (self.H + self.T @ x + self.Q @ x @ x / 2) @ v

    def third(self, x, u):
        return (self.T + self.Q @ x) @ u @ u, 0.0

    def fourth(self, x, u):
        return float(self.Q @ u @ u @ u @ u), 0.0

    def by_products(self):
        """The same loss, known by gradients and Hessian-vector products only."""
        return MatrixFreeLoss(self.gradient, self.hvp, self.size, value=self.value)

    def by_products_without_value(self):
        """As above, without the loss itself."""
        return MatrixFreeLoss(self.gradient, self.hvp, self.size)


def random_quartic(rng, n, strength=1.0):
    """A minimum at 0 with random Hessian, third and fourth derivatives."""
    A = rng.standard_normal((n, n))
    H = A @ A.T + 0.3 * np.eye(n)
    return QuarticPolynomial(
        H, strength * rng.standard_normal((n,) * 3), strength * rng.standard_normal((n,) * 4)
    )


def one_dimensional(value, gradient, curvature):
    """A loss of one parameter from its value, first and second derivative."""
    return MatrixFreeLoss(gradient, lambda x, v: curvature(x) * v, 1, value=lambda x: float(value(x)[0]))


double_well = one_dimensional(lambda t: (t**2 - 1) ** 2 / 4, lambda t: t * (t**2 - 1), lambda t: 3 * t**2 - 1)
hard_spring = one_dimensional(lambda t: t**2 / 2 + t**4 / 4, lambda t: t + t**3, lambda t: 1 + 3 * t**2)
log_cosh = one_dimensional(lambda t: np.log(np.cosh(t)), np.tanh, lambda t: 1 / np.cosh(t) ** 2)
pseudo_huber = one_dimensional(
    lambda t: np.sqrt(1 + t**2) - 1, lambda t: t / np.sqrt(1 + t**2), lambda t: (1 + t**2) ** -1.5
)


def scalar_factorisation():
    """(u v - 1)^2/2: a line of minima."""

    def hvp(x, d):
        (u, v), r = x, x[0] * x[1] - 1
        return np.array([v * v * d[0] + (u * v + r) * d[1], (u * v + r) * d[0] + u * u * d[1]])

    return MatrixFreeLoss(
        lambda x: (x[0] * x[1] - 1) * x[::-1],
        hvp,
        2,
        value=lambda x: float((x[0] * x[1] - 1) ** 2 / 2),
        names=("u", "v"),
    )


def matrix_factorisation(M, rank):
    """|U V' - M|^2/2 with U (m, rank), V (n, rank); parameters: U, then V, row by row."""
    m, n = M.shape
    cut = m * rank

    def parts(x):
        return x[:cut].reshape(m, rank), x[cut:].reshape(n, rank)

    def value(x):
        U, V = parts(x)
        return float(((U @ V.T - M) ** 2).sum() / 2)

    def gradient(x):
        U, V = parts(x)
        R = U @ V.T - M
        return np.concatenate([(R @ V).ravel(), (R.T @ U).ravel()])

    def hvp(x, d):
        (U, V), (dU, dV) = parts(x), parts(d)
        R, dR = U @ V.T - M, dU @ V.T + U @ dV.T
        return np.concatenate([(dR @ V + R @ dV).ravel(), (dR.T @ U + R.T @ dU).ravel()])

    return MatrixFreeLoss(gradient, hvp, (m + n) * rank, value=value)
