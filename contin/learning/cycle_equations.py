"""The equations of gradient descent's 2-cycles, their derivatives and multipliers.

theta_2 = theta_1 - eta P^-1 g(theta_1) and theta_1 = theta_2 - eta P^-1 g(theta_2) hold where
E = L(theta_1) + L(theta_2) - (theta_1 - theta_2).P(theta_1 - theta_2)/(2 eta) is stationary: the Jacobian is symmetric.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lu_factor, lu_solve
from scipy.sparse.linalg import LinearOperator, eigs, gmres

from contin.errors import NotConverged
from contin.learning.loss import Loss
from contin.learning.spectrum import ALL, hessian

Floats = NDArray[np.float64]

LEADING = 4  # multipliers of large models that are computed
SOLVED = 1e-12
KEPT = 200  # vectors of GMRES before it restarts


@dataclass(frozen=True)
class Matrix:
    """A symmetric matrix by its products, and as an array where it is small."""

    product: Callable[[Floats], Floats]
    array: Floats | None

    def bordered(self, column: Floats, row: Floats, corner: float) -> Callable[[Floats], Floats]:
        """The solver of [[J, column], [row, corner]] x = b for any b, by LU or by GMRES."""
        if self.array is not None:
            whole = np.block([[self.array, column[:, None]], [row[None, :], np.array([[corner]])]])
            factors = lu_factor(whole, check_finite=False)
            return lambda b: np.asarray(lu_solve(factors, b, check_finite=False))

        def product(x: Floats) -> Floats:
            x = np.ravel(x)
            return np.append(self.product(x[:-1]) + column * x[-1], row @ x[:-1] + corner * x[-1])

        size = len(column) + 1
        operator = LinearOperator((size, size), matvec=product, dtype=np.float64)

        def solve(b: Floats) -> Floats:
            solution, failed = gmres(operator, b, rtol=SOLVED, atol=0.0, restart=min(KEPT, size), maxiter=5)
            if failed and np.linalg.norm(product(solution) - b) > 1e-6 * np.linalg.norm(b):
                raise NotConverged("GMRES did not solve the equations of the 2-cycle; refine the minimum.")
            return np.asarray(solution)

        return solve


@dataclass(frozen=True)
class CycleEquations:
    """The equations F(z, eta) = 0 of a 2-cycle; z (2n,) is theta_1, then theta_2.

    Parameters
    ----------
    loss : Loss
    P : (n,) array
        Diagonal preconditioner; ones for plain gradient descent.
    """

    loss: Loss
    P: Floats

    @property
    def small(self) -> bool:
        """Whether matrices are formed."""
        return self.loss.size <= ALL

    def second(self, x: Floats, eta: float) -> Floats:
        """The point (n,) to which a step leads from `x` (n,)."""
        return x - eta * self.loss.gradient(x) / self.P

    def residual(self, z: Floats, eta: float) -> Floats:
        """F (2n,): the gradient of E."""
        first, second = np.split(z, 2)
        pull = self.P * (first - second) / eta
        return np.concatenate([self.loss.gradient(first) - pull, self.loss.gradient(second) + pull])

    def by_eta(self, z: Floats, eta: float) -> Floats:
        """dF/d eta (2n,)."""
        first, second = np.split(z, 2)
        push = self.P * (first - second) / eta**2
        return np.concatenate([push, -push])

    def jacobian(self, z: Floats, eta: float) -> Matrix:
        """dF/dz."""
        first, second = np.split(z, 2)
        if self.small:
            coupling = np.diag(self.P / eta)
            H1, H2 = hessian(self.loss, first), hessian(self.loss, second)
            array = np.block([[H1 - coupling, coupling], [coupling, H2 - coupling]])
            return Matrix(lambda v: array @ v, array)

        def product(v: Floats) -> Floats:
            u1, u2 = np.split(v, 2)
            pull = self.P * (u1 - u2) / eta
            return np.concatenate([self.loss.hvp(first, u1) - pull, self.loss.hvp(second, u2) + pull])

        return Matrix(product, None)

    def bend(self, z: Floats, eta: float, r: Floats) -> tuple[Floats, float]:
        """The derivatives of r.J r: by z (2n,), and by eta."""
        (first, second), (u1, u2) = np.split(z, 2), np.split(r, 2)
        by_z = np.concatenate([self.loss.third(first, u1)[0], self.loss.third(second, u2)[0]])
        return by_z, float((u1 - u2) @ (self.P * (u1 - u2))) / eta**2

    def multipliers(self, z: Floats, eta: float) -> NDArray[np.complex128]:
        """Eigenvalues of (1 - eta P^-1 H_2)(1 - eta P^-1 H_1), the largest first; of large models the leading ones."""
        first, second = np.split(z, 2)
        n = self.loss.size
        if self.small:
            one, scale = np.eye(n), eta / self.P[:, None]
            steps = one - scale * hessian(self.loss, second), one - scale * hessian(self.loss, first)
            values = np.linalg.eigvals(steps[0] @ steps[1])
        else:

            def two_steps(v: Floats) -> Floats:
                v = np.ravel(v)
                v = v - eta * self.loss.hvp(first, v) / self.P
                return v - eta * self.loss.hvp(second, v) / self.P

            operator = LinearOperator((n, n), matvec=two_steps, dtype=np.float64)
            start = np.random.default_rng(0).standard_normal(n)
            values = eigs(operator, LEADING, which="LM", v0=start, tol=1e-10, return_eigenvectors=False)
        values = values.astype(np.complex128)
        return values[np.lexsort((values.imag, values.real, -np.abs(values)))]
