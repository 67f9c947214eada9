"""A hundred and two hundred states: symmetry with its double eigenvalues, and normal forms hidden in dense coordinates."""

import numba
import numpy as np
import pytest
from trouble import assert_special, reasons

import contin

LARGE = 12 if numba.config.DISABLE_JIT else 200
RING = 12 if numba.config.DISABLE_JIT else 100


def ring_of_cells(x, p, out):
    """Cells in a ring: the mode of k waves grows from r = 4 d sin^2(pi k / n), two of them but for 0 and n / 2 waves."""
    n = x.shape[0]
    for i in range(n):
        out[i] = p[0] * x[i] - x[i] ** 3 + p[1] * (x[(i + 1) % n] - 2 * x[i] + x[i - 1])


def test_a_ring_has_double_eigenvalues_at_its_branch_points():
    """The even mode and the first four pairs of modes that begin to grow, each pair once with its multiplicity."""
    n, d = RING, 1.0
    last = 4 * d * np.sin(4.5 * np.pi / n) ** 2
    ring = contin.Flow(ring_of_cells, n, {"r": -0.1, "d": d})
    branch = contin.follow(ring, "r", start=np.zeros(n), span=(-0.1, last))
    exact = 4 * d * np.sin(np.pi * np.arange(5) / n) ** 2
    assert_special(branch, {"branch point": exact}, rounding=1e-15)
    assert [point.form for point in branch.special] == ["pitchfork"] + ["multiple"] * 4
    assert all(point.coefficients == {"multiplicity": 2.0} for point in branch.special[1:])
    assert (branch.unstable[0], branch.unstable[-1]) == (0, 9)


def hidden_forms(x, p, out):
    """g in the coordinates y = H x, H the reflection at a vector that depends on n alone: dense, and its own inverse.

    g: the S-shaped curve r = y0^3 / 3 - y0 / 10; the pair (y0 - 1/2) +- i; the pair (y0 + 1/2) +- 3i; the transcritical
    eigenvalue y0 - 1/5; every other state decays, each with a rate of its own.
    """
    n = x.shape[0]
    y = np.empty(n)
    g = np.empty(n)
    along, length = 0.0, 0.0
    for i in range(n):
        w = 1.0 + 0.5 * np.sin(3.0 * i + 1.0)
        along += w * x[i]
        length += w * w
    for i in range(n):
        w = 1.0 + 0.5 * np.sin(3.0 * i + 1.0)
        y[i] = x[i] - 2.0 * w * along / length
    g[0] = p[0] - (y[0] ** 3 / 3.0 - 0.1 * y[0])
    m, s = y[0] - 0.5, y[1] ** 2 + y[2] ** 2
    g[1] = m * y[1] - y[2] - y[1] * s
    g[2] = y[1] + m * y[2] - y[2] * s
    m, s = y[0] + 0.5, y[3] ** 2 + y[4] ** 2
    g[3] = m * y[3] - 3.0 * y[4] - y[3] * s
    g[4] = 3.0 * y[3] + m * y[4] - y[4] * s
    g[5] = (y[0] - 0.2) * y[5] - y[5] ** 2
    for i in range(6, n):
        g[i] = -(1.0 + i / n) * y[i] + 0.1 * y[i - 1]
    along = 0.0
    for i in range(n):
        along += (1.0 + 0.5 * np.sin(3.0 * i + 1.0)) * g[i]
    for i in range(n):
        out[i] = g[i] - 2.0 * (1.0 + 0.5 * np.sin(3.0 * i + 1.0)) * along / length


def hidden_jacobian(x, p, out):
    """H Dg H."""
    n = x.shape[0]
    w = 1.0 + 0.5 * np.sin(3.0 * np.arange(n) + 1.0)
    length = 0.0
    along = 0.0
    for i in range(n):
        length += w[i] * w[i]
        along += w[i] * x[i]
    y = x - 2.0 * w * along / length
    D = np.zeros((n, n))
    D[0, 0] = 0.1 - y[0] ** 2
    for first, c, omega in ((1, 0.5, 1.0), (3, -0.5, 3.0)):
        u, v = y[first], y[first + 1]
        m = y[0] - c
        D[first, 0], D[first + 1, 0] = u, v
        D[first, first] = m - 3 * u * u - v * v
        D[first, first + 1] = -omega - 2 * u * v
        D[first + 1, first] = omega - 2 * u * v
        D[first + 1, first + 1] = m - u * u - 3 * v * v
    D[5, 0], D[5, 5] = y[5], y[0] - 0.2 - 2 * y[5]
    for i in range(6, n):
        D[i, i] = -(1.0 + i / n)
        D[i, i - 1] = 0.1
    for i in range(n):
        along = 0.0
        for j in range(n):
            along += D[i, j] * w[j]
        for j in range(n):
            D[i, j] -= 2.0 * along * w[j] / length
    for j in range(n):
        along = 0.0
        for i in range(n):
            along += w[i] * D[i, j]
        for i in range(n):
            out[i, j] = D[i, j] - 2.0 * w[i] * along / length


def reflected(y):
    """H y, which is also the way back."""
    w = 1.0 + 0.5 * np.sin(3.0 * np.arange(len(y)) + 1.0)
    return y - 2.0 * w * (w @ y) / (w @ w)


@pytest.mark.parametrize(("n", "jacobian"), [(50, None), (LARGE, hidden_jacobian)])
def test_dense_coordinates_hide_nothing(n, jacobian):
    """From r = -1 along the curve: Hopf, fold, transcritical point, fold, Hopf."""
    n = min(n, LARGE)
    model = contin.Flow(hidden_forms, n, {"r": -1.0}, jacobian=jacobian)
    y = np.zeros(n)
    y[0] = min(np.roots([1 / 3, 0, -0.1, 1]), key=lambda root: abs(root.imag)).real
    branch = contin.follow(model, "r", start=reflected(y), span=(-1, 1))
    assert reasons(branch) == ["span", "span"]
    curve = np.polynomial.Polynomial([0, -0.1, 0, 1 / 3])
    fold = np.sqrt(0.1)
    assert_special(
        branch,
        {"hopf": curve([-0.5, 0.5]), "fold": curve([-fold, fold]), "branch point": curve([0.2])},
        rounding=1e-13,
    )
    assert [p.kind for p in branch.special] == ["hopf", "fold", "branch point", "fold", "hopf"]
    for point, omega in ((branch.special[0], 3.0), (branch.special[-1], 1.0)):
        assert point.coefficients["omega"] == pytest.approx(omega, rel=1e-7)
        assert point.criticality == "supercritical"
