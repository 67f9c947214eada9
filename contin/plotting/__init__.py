"""Bifurcation diagrams, phase portraits and trajectories as matplotlib Axes.

matplotlib is loaded when something is drawn, not when this package is imported.
"""

from contin.plotting.diagram import plot_diagram
from contin.plotting.orbits import plot_orbits
from contin.plotting.portrait import phase_portrait
from contin.plotting.trajectory import plot_trajectory

__all__ = ["phase_portrait", "plot_diagram", "plot_orbits", "plot_trajectory"]
