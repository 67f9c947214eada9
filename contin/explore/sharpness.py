"""`sharpness`: the loss's largest curvature along a training run, beside the learning rate's threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue
from contin.explore.trajectory import Trajectory
from contin.systems import OptimizerMap

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sharpness:
    """The largest curvature at every point of a run, and what the optimiser can stand.

    Attributes
    ----------
    t : (points,) array
        Steps.
    values : (points,) array
        The largest eigenvalue of the Hessian, of P^-1 H for optimisers that divide the step by P = sqrt(v) + eps; P is that
        of the step that follows.
    threshold : (points,) array
        Above it the slowest-changing part of the optimiser, with P frozen, is unstable at a minimum: 2/eta for gradient
        descent, (2 + 2 b)/eta for heavy ball, (2 + 2 b1)/((1 - b1) eta), which is 38/eta by default, for Adam.
    name : str
    preconditioned : bool
    """

    t: Floats
    values: Floats
    threshold: Floats
    name: str
    preconditioned: bool

    @property
    def above(self) -> NDArray[np.bool_]:
        """Where the sharpness is above the threshold, (points,)."""
        return np.asarray(self.values > self.threshold)

    def plot(self, ax: Any = None, **options: Any) -> Any:
        """Draw both over the steps; see `contin.plotting.plot_sharpness`."""
        from contin.plotting import plot_sharpness

        return plot_sharpness(self, ax, **options)


def sharpness(run: Trajectory) -> Sharpness:
    """The sharpness along a training run, beside its threshold.

    Parameters
    ----------
    run : Trajectory
        Of `iterate` with an `OptimizerMap`.

    Returns
    -------
    Sharpness

    Raises
    ------
    BadValue
        If the run is none of an optimiser.

    Notes
    -----
    Of a running training only this comparison is claimed, not what the run will do: the threshold is that of the
    linear theory at a minimum, of the full batch, with a constant learning rate (J. Cohen et al., Gradient Descent on
    Neural Networks Typically Occurs at the Edge of Stability, ICLR 2021; for Adam: Adaptive Gradient Methods at the
    Edge of Stability, arXiv 2207.14484).
    """
    system = run.system
    if not isinstance(system, OptimizerMap):
        raise BadValue("the sharpness is that of a run of `contin.iterate` with a `contin.OptimizerMap`.")
    loss, rule, n = system.loss, system.rule, len(system.loss.names)
    own = {name: run[name] for name in system.parameters}
    fixed = {name: own[name] for name in loss.parameters}
    scaled = "v" in rule.slots
    values = np.empty(len(run))
    for i, state in enumerate(run.states):
        H = loss.hessian(state[:n], **fixed)
        if scaled:
            P = divisors_at(system, run.states[min(i + 1, len(run) - 1)], float(own["eps"]))
            H = H / np.sqrt(np.outer(P, P))
        values[i] = np.linalg.eigvalsh(H)[-1] if np.isfinite(H).all() else np.nan
    return Sharpness(run.t, values, _threshold(system, own, len(run)), run.name, scaled)


def divisors_at(system: OptimizerMap, state: Floats, eps: float) -> Floats:
    """What the optimiser has divided by, (n,), in the step to `state`."""
    from contin_kernels.root import root

    n = len(system.loss.names)
    at = n * (1 + system.rule.slots.index("v"))
    v = state[at : at + n]
    if "beta2" in system.rule.clocks:
        power = state[system.states.index("beta2_t")]
        v = v / (1.0 - power) if power < 1.0 else v
    if system.choices.get("eps_inside"):
        return np.sqrt(v + eps)
    return np.array([root(value, eps) + eps for value in v])


def _threshold(system: OptimizerMap, own: dict[str, Any], points: int) -> Floats:
    """The curvature whose flip is at the learning rate, (points,); with P put at 1."""
    hyper = {name: float(own[name]) for name in system.optimizer.hyperparameters}
    if "eps" in hyper:
        hyper["eps"] = 1.0
    eta = np.broadcast_to(np.asarray(own["eta"], dtype=np.float64), (points,))
    return np.asarray(system.rule.flip(1.0, **hyper) / eta)
