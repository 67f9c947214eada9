"""What an adaptive optimiser remembers, step by step: parameter, mean gradient, mean square, effective step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue, unknown
from contin.explore.sharpness import divisors_at
from contin.explore.trajectory import Trajectory
from contin.plotting.axes import dress, sizes_of
from contin.plotting.palette import BLUE, INK, PURPLE, TEAL
from contin.systems import OptimizerMap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]


def plot_traces(run: Trajectory, parameter: str | None = None, figure: Figure | None = None) -> list[Axes]:
    """Draw one trained parameter, the optimiser's memory of it, and the effective step.

    Parameters
    ----------
    run : Trajectory
        Of `iterate` with an `OptimizerMap`.
    parameter : str, optional
        Default the first.
    figure : matplotlib Figure, optional
        An empty one to draw into. Without it, pyplot makes a figure.

    Returns
    -------
    list of matplotlib Axes
        One below the other: the parameter, each slot, and with a slot v the effective step eta/(sqrt(v) + eps), by which
        the mean gradient was multiplied in the step to this point, on a logarithmic scale.

    Raises
    ------
    BadValue
        If the run is none of an optimiser.
    UnknownName
        If there is no parameter of that name.
    """
    system = run.system
    if not isinstance(system, OptimizerMap):
        raise BadValue("traces are those of a run of `contin.iterate` with a `contin.OptimizerMap`.")
    name = parameter or system.loss.names[0]
    if name not in system.loss.names:
        raise unknown("trained parameter", name, system.loss.names)
    rows = [(name, run[name], False)]
    rows += [(f"{slot}_{name}", run[f"{slot}_{name}"], slot == "v") for slot in system.rule.slots]
    if "v" in system.rule.slots:
        rows.append(("effective step", effective_step(run, name), True))
    from matplotlib.ticker import NullFormatter

    if figure is None:
        import matplotlib.pyplot as plt

        figure = plt.figure(layout="constrained")
    axes: list[Axes] = list(figure.subplots(len(rows), 1, sharex=True, squeeze=False)[:, 0])
    for ax, (word, values, logarithmic), colour in zip(axes, rows, (INK, BLUE, TEAL, PURPLE), strict=False):
        sizes = sizes_of(ax)
        ax.plot(run.t, values, color=colour, linewidth=0.8 * sizes.line)
        if logarithmic and (values > 0).any():
            ax.set_yscale("log", nonpositive="mask")
            ax.yaxis.set_minor_formatter(NullFormatter())
        dress(ax, sizes, "step" if ax is axes[-1] else "", word)
    axes[0].set_xlim(run.t[0], run.t[-1])
    figure.align_ylabels(axes)
    return axes


def effective_step(run: Trajectory, name: str) -> Floats:
    """What the mean gradient was multiplied with in the step to each point, (points,); NaN at the first."""
    steps = np.full(len(run), np.nan)
    rates = np.broadcast_to(run["eta"], len(run))[:-1]
    n = run.system.loss.names.index(name)
    divisors = [divisors_at(run.system, state, run["eps"])[n] for state in run.states[1:]]
    steps[1:] = rates / np.array(divisors)
    return steps
