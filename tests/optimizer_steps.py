"""One step of each optimiser, written as in its paper, and its Jacobian by differences: slow, obvious twins."""

from __future__ import annotations

import numpy as np


def gradient_descent(g, eta, z):
    return z - eta * g(z)


def heavy_ball(g, eta, z, momentum):
    x, before = np.split(z, 2)
    return np.concatenate([x - eta * g(x) + momentum * (x - before), x])


def averaged_momentum(g, eta, z, momentum):
    x, m = np.split(z, 2)
    m = momentum * m + (1 - momentum) * g(x)
    return np.concatenate([x - eta * m, m])


def nesterov(g, eta, z, momentum):
    x, before = np.split(z, 2)
    y = x + momentum * (x - before)
    return np.concatenate([y - eta * g(y), x])


def rmsprop(g, eta, z, alpha, eps, eps_inside=False):
    x, v = np.split(z, 2)
    v = alpha * v + (1 - alpha) * g(x) ** 2
    return np.concatenate([x - eta * g(x) / divisor(v, eps, eps_inside), v])


def adam(g, eta, z, beta1, beta2, eps, eps_inside=False):
    x, m, v = np.split(z, 3)
    m = beta1 * m + (1 - beta1) * g(x)
    v = beta2 * v + (1 - beta2) * g(x) ** 2
    return np.concatenate([x - eta * m / divisor(v, eps, eps_inside), m, v])


def adamw(g, eta, z, beta1, beta2, eps, weight_decay):
    x = np.split(z, 3)[0]
    new = adam(g, eta, z, beta1, beta2, eps)
    new[: len(x)] -= eta * weight_decay * x
    return new


def divisor(v, eps, eps_inside):
    return np.sqrt(v + eps) if eps_inside else np.sqrt(v) + eps


SLOTS = {
    gradient_descent: 0,
    heavy_ball: 1,
    averaged_momentum: 1,
    nesterov: 1,
    rmsprop: 1,
    adam: 2,
    adamw: 2,
}


def at_rest(step, x):
    """The state at a minimum `x`: slots are zero, or the previous parameters."""
    slot = x if step in (heavy_ball, nesterov) else np.zeros_like(x)
    return np.concatenate([x] + [slot] * SLOTS[step])


def jacobian(step, g, eta, z, width=1e-7, **values):
    """By central differences; the mean square v is moved to the positive side only."""
    n = len(z)
    columns = []
    for i in range(n):
        e = np.zeros(n)
        e[i] = width
        if step in (rmsprop, adam) and i >= n - n // (SLOTS[step] + 1):
            columns.append((step(g, eta, z + e, **values) - step(g, eta, z, **values)) / width)
        else:
            columns.append((step(g, eta, z + e, **values) - step(g, eta, z - e, **values)) / (2 * width))
    return np.array(columns).T


def spectral_radius(step, g, eta, z, width=1e-7, **values):
    return np.abs(np.linalg.eigvals(jacobian(step, g, eta, z, width, **values))).max()
