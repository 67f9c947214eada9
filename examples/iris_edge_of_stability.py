"""The edge of stability of small networks on Fisher's irises, predicted and then seen in plain runs.

A network 4-3-3 with tanh, all 150 flowers in every step, inputs standardised, and an L2 term so that a true minimum exists.
Gradient descent with the learning rate eta is a map; its minimum is stable below 2/sharpness. There a multiplier passes -1
and a stable 2-cycle appears, whose half-distance grows as sqrt(h (eta - eta_flip)/c). With squared errors and a stronger
L2 term the stable 2-cycle lives only up to a fold, which contin solves for; beyond it plain runs leave.

Needs PyTorch and scikit-learn: pip install 'contin[torch]' scikit-learn
"""

import numpy as np
import torch
from sklearn.datasets import load_iris

import contin


def iris(errors="cross-entropy", hidden=3, l2=0.06):
    """The full-batch loss of a network 4-hidden-3."""
    inputs, species = load_iris(return_X_y=True)
    inputs = (inputs - inputs.mean(0)) / inputs.std(0)
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Linear(4, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, 3))
    if errors == "squared":
        return contin.torch_loss(network, torch.nn.MSELoss(), inputs, np.eye(3)[species], l2=l2)
    return contin.torch_loss(network, torch.nn.CrossEntropyLoss(), inputs, species, l2=l2)


def descend(loss, x, eta, steps):
    """Plain gradient descent."""
    for _ in range(steps):
        x = x - eta * loss.gradient(x)
    return x


def half_step(loss, x, eta):
    """Half the length of a step: on a 2-cycle its half-distance."""
    return float(np.linalg.norm(eta * loss.gradient(x)) / 2)


if __name__ == "__main__":
    loss = iris()
    minimum = contin.minimum(loss, loss.start)
    thresholds = contin.thresholds(loss, at=minimum.x)
    print(thresholds)
    eta = 1.001 * thresholds.largest
    predicted = thresholds.cycle(eta)
    seen = half_step(loss, descend(loss, minimum.x + 0.01 * thresholds.direction, eta, 10_000), eta)
    print(f"at 1.001 of it: half-distance {seen:.6f}, predicted {predicted.half_distance:.6f}\n")

    loss = iris("squared", l2=0.1)
    thresholds = contin.thresholds(loss, at=contin.minimum(loss, loss.start).x)
    branch = contin.two_cycles(loss, thresholds, span=(1.0, 2.4), settings=contin.Settings(largest_step=0.05))
    print(branch)
    fold = branch.special["fold"][0]
    for factor in (0.999, 1.001):
        eta = factor * fold["eta"]
        x = descend(loss, fold.state, eta, 4000)
        print(f"{factor} of the fold: a run from it moves by {np.linalg.norm(x - fold.state):.3f}")
