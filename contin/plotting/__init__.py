"""Bifurcation diagrams as matplotlib Axes.

matplotlib is loaded when something is drawn, not when this package is imported.
"""

from contin.plotting.diagram import plot_diagram

__all__ = ["plot_diagram"]
