"""Losses of PyTorch modules: derivatives against formulas and differences, and a threshold of 85 000 parameters."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from scipy.sparse.linalg import LinearOperator, eigsh

import contin

torch = pytest.importorskip("torch")
torch.set_num_threads(1)  # threads that share cores with other tests wait for each other


def network(sizes, seed=0):
    """Linear layers with tanh between."""
    torch.manual_seed(seed)
    layers = []
    for wide, narrow in zip(sizes, sizes[1:], strict=False):
        layers += [torch.nn.Linear(wide, narrow), torch.nn.Tanh()]
    return torch.nn.Sequential(*layers[:-1])


def small_loss(l2=0.01):
    rng = np.random.default_rng(0)
    return contin.torch_loss(
        network([3, 4, 2]),
        torch.nn.CrossEntropyLoss(),
        rng.standard_normal((20, 3)),
        rng.integers(0, 2, 20),
        l2=l2,
    )


def test_least_squares_has_its_hessian_from_the_data():
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((30, 4)), rng.standard_normal((30, 1))
    loss = contin.torch_loss(torch.nn.Linear(4, 1, bias=False), torch.nn.MSELoss(), X, y)
    H = 2 * X.T @ X / 30
    found = contin.minimum(loss, loss.start)
    assert found.x == pytest.approx(np.linalg.lstsq(X, y[:, 0])[0], rel=1e-10)
    t = contin.thresholds(loss, at=found.x)
    assert t.largest == pytest.approx(2 / np.linalg.eigvalsh(H)[-1], rel=1e-12)
    assert t.coefficient == 0


def test_parameters_keep_the_modules_names_and_values():
    loss = small_loss()
    assert loss.size == len(loss.names) == len(loss.start) == 26
    assert loss.names[:2] == ("0.weight[0, 0]", "0.weight[0, 1]")
    assert loss.names[12] == "0.bias[0]"
    module = loss.module(np.arange(26.0))
    assert module[0].bias.tolist() == [12, 13, 14, 15]


def test_derivatives_agree_with_differences_of_the_one_before():
    loss = small_loss()
    rng = np.random.default_rng(2)
    x, u, e = loss.start, rng.standard_normal(loss.size), 1e-5
    slope = (loss.value(x + e * u) - loss.value(x - e * u)) / (2 * e)
    assert loss.gradient(x) @ u == pytest.approx(slope, rel=1e-7)
    change = (loss.gradient(x + e * u) - loss.gradient(x - e * u)) / (2 * e)
    assert loss.hvp(x, u) == pytest.approx(change, rel=1e-6, abs=1e-8)
    by_products = contin.MatrixFreeLoss(loss.gradient, loss.hvp, loss.size)
    w, error = by_products.third(x, u)
    assert np.linalg.norm(loss.third(x, u)[0] - w) <= error < 1e-6 * np.linalg.norm(w)
    Q, error = by_products.fourth(x, u)
    assert abs(loss.fourth(x, u)[0] - Q) <= error < 1e-4 * abs(Q)


def test_the_module_is_left_as_it_was():
    module = network([3, 2]).to(torch.float32)
    before = module[0].weight.clone()
    loss = contin.torch_loss(module, torch.nn.MSELoss(), np.ones((2, 3)), np.zeros((2, 2)), l2=1.0)
    contin.minimum(loss, loss.start)
    assert module[0].weight.dtype == torch.float32
    assert torch.equal(module[0].weight, before)


def test_a_network_of_85000_parameters_needs_about_30_products():
    rng = np.random.default_rng(3)
    inputs = rng.standard_normal((64, 100))
    targets = (inputs[:, 0] > 0).astype(int) + 2 * (inputs[:, 1] > 0)
    loss = contin.torch_loss(network([100, 250, 220, 20, 4]), torch.nn.CrossEntropyLoss(), inputs, targets)
    assert 84_000 < loss.size < 86_000
    spent = 0

    class Counting:
        size, names, gradient, third, fourth = loss.size, loss.names, loss.gradient, loss.third, loss.fourth

        def hvp(self, x, v):
            nonlocal spent
            spent += 1
            return loss.hvp(x, v)

    t = contin.thresholds(Counting(), at=loss.start)
    assert t.products == spent <= 40
    operator = LinearOperator(
        (loss.size, loss.size), matvec=lambda v: loss.hvp(loss.start, np.ravel(v)), dtype=np.float64
    )
    (sharpness,) = eigsh(operator, 1, which="LA", tol=1e-10, ncv=30, return_eigenvectors=False)
    assert t.sharpness == pytest.approx(sharpness, rel=1e-8)
    assert abs(t.largest - 2 / sharpness) <= t.error <= 1e-8 * t.largest
    assert not t.stationary  # an untrained network: only its sharpness is told


def test_without_pytorch_the_way_to_it_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(contin.MissingExtra, match=r"pip install 'contin\[torch\]'"):
        contin.torch_loss(None, None, None, None)


def test_what_is_no_loss_is_said():
    with pytest.raises(contin.BadValue, match="`l2` must be zero or positive, not -1"):
        contin.torch_loss(network([1, 1]), torch.nn.MSELoss(), np.ones((1, 1)), np.ones((1, 1)), l2=-1)
    with pytest.raises(contin.ModelError, match="`criterion` must give one number"):
        contin.torch_loss(
            network([1, 1]), torch.nn.MSELoss(reduction="none"), np.ones((2, 1)), np.ones((2, 1))
        )
    with pytest.raises(contin.ModelError, match="no parameters"):
        contin.torch_loss(torch.nn.Tanh(), torch.nn.MSELoss(), np.ones((2, 1)), np.ones((2, 1)))
