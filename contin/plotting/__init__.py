"""Bifurcation diagrams, phase portraits, trajectories, orbits and training runs as matplotlib Axes.

matplotlib is loaded when something is drawn, not when this package is imported.
"""

from contin.plotting.diagram import plot_diagram
from contin.plotting.multipliers import plot_multipliers
from contin.plotting.orbits import plot_orbits
from contin.plotting.path import plot_path
from contin.plotting.portrait import phase_portrait
from contin.plotting.sharpness import plot_sharpness
from contin.plotting.traces import plot_traces
from contin.plotting.trajectory import plot_trajectory

__all__ = [
    "phase_portrait",
    "plot_diagram",
    "plot_multipliers",
    "plot_orbits",
    "plot_path",
    "plot_sharpness",
    "plot_traces",
    "plot_trajectory",
]
