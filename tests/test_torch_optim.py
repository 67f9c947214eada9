"""The optimisers' maps are those of PyTorch: the same steps to rounding."""

from __future__ import annotations

import numpy as np
import pytest

import contin

torch = pytest.importorskip("torch")

STEPS = 200


def double_well(theta, *, scale=1.0):
    return scale * (theta**2 - 1) ** 2 / 4


def rosenbrock(x, y, *, a=1.0, b=10.0):
    return (a - x) ** 2 + b * (y - x**2) ** 2


def quadratic(x, y, *, a=100.0, b=1.0):
    return (a * x**2 + b * y**2) / 2


STARTS = {double_well: [1.7], rosenbrock: [-0.8, 1.1], quadratic: [0.9, -1.3]}
LOSSES = pytest.mark.parametrize("loss", STARTS, ids=lambda loss: loss.__name__)


def by_torch(loss, make):
    """The parameters (STEPS + 1, n) of PyTorch's optimiser in double precision."""
    theta = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in STARTS[loss]]
    optimizer = make(theta)
    path = [[t.item() for t in theta]]
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(*theta).backward()
        optimizer.step()
        path.append([t.item() for t in theta])
    return np.array(path)


def by_map(system, start):
    """The states (STEPS + 1, states) of the map in plain Python."""
    p = system.parameter_vector()
    path = [system.state_vector(start)]
    for _ in range(STEPS):
        path.append(system.evaluate(path[-1], p))
    return np.array(path)


def start_of(loss, **more):
    return dict(zip(contin.Loss(loss).names, STARTS[loss], strict=True)) | more


def assert_same(ours, theirs):
    assert np.isfinite(theirs).all()
    assert np.max(np.abs(ours - theirs)) <= 2e-13 * max(1.0, np.max(np.abs(theirs)))


@LOSSES
def test_gradient_descent(loss):
    system = contin.OptimizerMap(loss, "sgd", {"eta": 0.01})
    assert_same(by_map(system, start_of(loss)), by_torch(loss, lambda t: torch.optim.SGD(t, lr=0.01)))


@LOSSES
def test_the_heavy_ball_is_sgd_with_momentum_and_its_buffer(loss):
    system = contin.OptimizerMap(loss, "momentum", {"eta": 0.003, "momentum": 0.8})
    n = len(STARTS[loss])
    assert_same(
        by_map(system, start_of(loss))[:, :n],
        by_torch(loss, lambda t: torch.optim.SGD(t, lr=0.003, momentum=0.8)),
    )


@LOSSES
def test_nesterovs_point_ahead_is_the_parameter_of_sgd_with_nesterov(loss):
    b = 0.8
    system = contin.OptimizerMap(loss, "nesterov", {"eta": 0.003, "momentum": b})
    n = len(STARTS[loss])
    path = by_map(system, start_of(loss))
    ahead = path[:, :n] + b * (path[:, :n] - path[:, n:])
    assert_same(ahead, by_torch(loss, lambda t: torch.optim.SGD(t, lr=0.003, momentum=b, nesterov=True)))


@LOSSES
def test_averaged_momentum_is_sgd_with_dampening_that_begins_with_the_gradient(loss):
    b = 0.7
    system = contin.OptimizerMap(loss, "averaged momentum", {"eta": 0.01, "momentum": b})
    g = contin.Loss(loss).gradient(STARTS[loss])
    first = {f"m_{name}": slope for name, slope in zip(contin.Loss(loss).names, g, strict=True)}
    assert_same(
        by_map(system, start_of(loss, **first))[:, : len(g)],
        by_torch(loss, lambda t: torch.optim.SGD(t, lr=0.01, momentum=b, dampening=b)),
    )


@LOSSES
def test_rmsprop(loss):
    system = contin.OptimizerMap(loss, "rmsprop", {"eta": 0.002, "alpha": 0.95, "eps": 1e-3})
    ours = by_map(system, start_of(loss))[:, : len(STARTS[loss])]
    assert_same(ours, by_torch(loss, lambda t: torch.optim.RMSprop(t, lr=0.002, alpha=0.95, eps=1e-3)))


@LOSSES
@pytest.mark.parametrize("name", ["Adam", "AdamW"])
def test_adam_with_bias_correction_begins_with_powers_of_one(loss, name):
    system = contin.OptimizerMap(loss, name, {"eta": 0.01, "beta1": 0.8, "beta2": 0.99}, bias_correction=True)
    ours = by_map(system, start_of(loss, beta1_t=1.0, beta2_t=1.0))[:, : len(STARTS[loss])]
    make = getattr(torch.optim, name)
    assert_same(ours, by_torch(loss, lambda t: make(t, lr=0.01, betas=(0.8, 0.99))))


def test_defaults_are_those_of_torch():
    parameter = [torch.zeros(1, requires_grad=True)]
    adam = torch.optim.AdamW(parameter).defaults
    ours = contin.OptimizerMap(double_well, "adamw").parameters
    assert (ours["eta"], ours["beta1"], ours["beta2"]) == (adam["lr"], *adam["betas"])
    assert (ours["eps"], ours["weight_decay"]) == (adam["eps"], adam["weight_decay"])
    rmsprop = torch.optim.RMSprop(parameter).defaults
    ours = contin.OptimizerMap(double_well, "rmsprop").parameters
    assert (ours["eta"], ours["alpha"], ours["eps"]) == (rmsprop["lr"], rmsprop["alpha"], rmsprop["eps"])
    for name, make in (("sgd", torch.optim.SGD), ("adam", torch.optim.Adam)):
        assert contin.OptimizerMap(double_well, name).parameters["eta"] == make(parameter).defaults["lr"]
