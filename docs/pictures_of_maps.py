"""Make the pictures of maps and optimisers again, in this folder: `python docs/pictures_of_maps.py [NAME ...]`."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib import pyplot
from PIL import Image

import contin
from contin.models import delayed_logistic
from contin.models.losses import double_well, quadratic
from contin.plotting import plot_multipliers, plot_path, plot_sharpness, plot_traces
from contin.plotting.palette import BLUE, DASHED, INK, ORANGE, PURPLE, RED

FINE = contin.Settings(largest_step=0.01, first_step=0.005)


def save(axes, name):
    """Write the figure with a palette of 160 colours."""
    held = io.BytesIO()
    axes.figure.savefig(held, dpi=110)
    picture = Image.open(held).convert("RGB").quantize(160, dither=Image.Dither.NONE)
    picture.save(Path(__file__).parent / f"map_{name}.png", optimize=True)


def orbits():
    """Gradient descent on the double well: orbits beneath the branches, both wells."""
    descent = contin.OptimizerMap(double_well, "gradient descent")
    span = (0.6, 2.0)
    below = contin.orbit_diagram(descent, "eta", span, starts=[0.3, -0.3])
    diagram = contin.diagram(descent, "eta", span, box={"theta": (-1.5, 1.5)}, period_doublings=2)
    return diagram.plot("theta", orbits=below, labels=("PD1", "PD2", "PD4", "PD5"))


def multipliers():
    """Left: heavy ball at a minimum, from a node through spirals to the flip. Right: a Neimark-Sacker point."""
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(8.0, 4.8), layout="constrained")
    ball = contin.OptimizerMap(double_well, "heavy ball", {"momentum": 0.6})
    branch = contin.follow(
        ball, "eta", start={"theta": 1.0}, at={"eta": 0.01}, span=(0.001, 2.0), settings=FINE
    )
    plot_multipliers(branch, left)
    left.text(-1.5, 1.38, "heavy ball,\neta = 0.001 to 2", fontsize=9, va="center")
    low, high = 1.1, 2.6
    start = {name: 1 - 1 / 1.5 for name in delayed_logistic.states}
    branch = contin.follow(delayed_logistic, "r", start=start, at={"r": 1.5}, span=(low, high), settings=FINE)
    plot_multipliers(branch, right)
    right.text(-1.5, 1.38, f"delayed logistic map,\nr = {low} to {high}", fontsize=9, va="center")
    return left


def minimal(x, y):
    """The two-parameter loss of X. Zhu et al., ICLR 2023: its sharpness rises to the edge of stability."""
    return (1 - x**2 * y**2) ** 2 / 4


def sharpness():
    """Sharpness along training beside 2/eta, and preconditioned beside 38/eta."""
    figure, (left, right) = pyplot.subplots(2, 1, layout="constrained")
    descent = contin.OptimizerMap(minimal, "gradient descent")
    run = contin.iterate(descent, {"x": 2.26, "y": 0.05}, 150, at={"eta": 0.19})
    left.set_title("gradient descent, eta = 0.19", fontsize=9)
    plot_sharpness(contin.sharpness(run), left, threshold_label="2/eta")
    adam = contin.OptimizerMap(minimal, "adam", bias_correction=True)
    start = {"x": 2.26, "y": 0.05, "beta1_t": 1.0, "beta2_t": 1.0}
    run = contin.iterate(adam, start, 3000, at={"eta": 0.02, "beta2": 0.99})
    right.set_title("Adam, eta = 0.02, beta2 = 0.99", fontsize=9)
    plot_sharpness(contin.sharpness(run), right, threshold_label="38/eta")
    return left


def regimes():
    """Gradient descent on (100 x^2 + y^2)/2 in its three regimes."""
    figure, axes = pyplot.subplots(1, 3, figsize=(9.0, 3.4), layout="constrained", sharey=True)
    descent = contin.OptimizerMap(quadratic, "gradient descent")
    for ax, (eta, words) in zip(
        axes,
        ((0.006, "s = 0.6: monotone"), (0.0185, "s = 1.85: alternating"), (0.0203, "s = 2.03: diverging")),
        strict=True,
    ):
        ax.set_xlim(-1.6, 1.6)
        ax.set_ylim(-0.15, 1.25)
        run = contin.iterate(descent, {"x": 0.9, "y": 1.0}, 40, at={"eta": eta})
        plot_path(run, "x", "y", ax, loss=lambda x, y: (100 * x**2 + y**2) / 2)
        ax.set_title(f"eta = {eta:g}, {words}", fontsize=9)
    return axes[0]


def adam_traces():
    """Adam on the quadratic h th^2/2, past its flip: bursts of the size eta/38."""
    figure = pyplot.figure(figsize=(5.44, 6.0), layout="constrained")
    adam = contin.OptimizerMap(bowl, "adam")
    run = contin.iterate(adam, {"th": 0.05}, 12_000, at={"eta": 0.01})
    axes = plot_traces(run, figure=figure)
    axes[-1].axhline(38.0, color=RED, linestyle=DASHED, linewidth=1.1)
    axes[-1].annotate("38", (300, 38), (0, -3), textcoords="offset points", color=RED, va="top")
    return axes[0]


def bowl(th):
    """A parabola."""
    return th**2 / 2


def beta_plane():
    """Where Adam's 2-cycle on a quadratic loses its stability: eta/eta_flip in the plane of its two betas."""
    ax = pyplot.subplots(layout="constrained")[1]
    b1, b2 = np.meshgrid(np.linspace(0.001, 0.999, 500), np.linspace(0.0, 1.0, 501))
    rho = (1 - b1) * (1 - b1 * b2) / (2 * b1 * (1 + b2))
    ratio = np.where(rho < 1, 1 / np.where(rho < 1, 1 - rho, 1.0), np.inf)
    levels = [1.01, 1.03, 1.1, 1.3, 2.0, 4.0]
    lines = ax.contour(b1, b2, np.minimum(ratio, 50.0), levels=levels, colors=INK, linewidths=1.1)
    ax.contourf(b1, b2, rho, levels=[1.0, 1e9], colors=["#e4e9ee"])
    ax.contour(b1, b2, rho, levels=[1.0], colors=PURPLE, linewidths=1.3, linestyles=[DASHED])
    middle = [b1[250, np.argmin(np.abs(ratio[250] - level))] for level in levels]
    ax.clabel(lines, fmt=lambda level: f"{level:g}", fontsize=8, manual=[(x, 0.5) for x in middle])
    ax.plot([0.9], [0.999], "o", color=RED, ms=6, clip_on=False, zorder=4)
    words = {"textcoords": "offset points", "fontsize": 9, "ha": "left", "va": "top"}
    ax.annotate("usual", (0.9, 0.999), (5, -5), color=RED, **words)
    ax.text(0.015, 0.5, "2-cycle stable\nat every eta", fontsize=8, va="center", rotation=90)
    ax.set_xlabel("beta1")
    ax.set_ylabel("beta2")
    return ax


def schedules():
    """Linear warm-up and cosine decay as paths over the diagram of gradient descent on the double well."""
    descent = contin.OptimizerMap(double_well, "gradient descent")
    span = (0.02, 1.55)
    below = contin.orbit_diagram(descent, "eta", span, starts=[0.3])
    ax = contin.follow(descent, "eta", start={"theta": 1.0}, at={"eta": 0.1}, span=span).plot(
        "theta", orbits=below, legend=False, labels=False
    )
    warm_up = np.linspace(0.05, 1.4, 12)
    decay = 0.05 + 1.35 * 0.5 * (1 + np.cos(np.linspace(0, np.pi, 400)))
    up = contin.iterate(descent, {"theta": 0.1}, len(warm_up), schedule={"eta": warm_up})
    down = contin.iterate(descent, up.final, len(decay), schedule={"eta": decay})
    plot_path(up, "eta", "theta", ax, color=BLUE, label="warm-up", dots=True)
    plot_path(down, "eta", "theta", ax, color=ORANGE, label="cosine decay", dots=True)
    ax.legend(handles=ax.lines[-6::3], frameon=False, fontsize=9, loc="upper left")
    return ax


PICTURES = (orbits, multipliers, sharpness, regimes, adam_traces, beta_plane, schedules)


if __name__ == "__main__":
    matplotlib.use("Agg")
    matplotlib.rcParams["figure.figsize"] = (5.44, 4.0)
    for picture in PICTURES:
        if picture.__name__ in (sys.argv[1:] or [p.__name__ for p in PICTURES]):
            save(picture(), picture.__name__)
