"""Make the pictures of README.md and of these pages again, in this folder: `python docs/pictures.py`."""

from __future__ import annotations

import io
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib import pyplot
from PIL import Image

import contin
from contin.models import (
    brusselator,
    example,
    goldbeter_per,
    griffith,
    ligand_receptor,
    lorenz,
    morris_lecar_snlc,
    novak_tyson,
    pendulum,
)
from contin.models.losses import log_cosh

HERE = Path(__file__).parent


def save(axes, name):
    """Write the figure with 64 colours, which is a fifth of the size."""
    held = io.BytesIO()
    axes.figure.savefig(held, dpi=110)
    Image.open(held).convert("RGB").quantize(64).save(HERE / f"{name}.png", optimize=True)


def diagrams():
    """Bifurcation diagrams."""
    usual = example("griffith")
    save(contin.diagram(griffith, "a", span=(0.05, 1.0), start=usual.start).plot("x"), "griffith")
    save(contin.diagram(novak_tyson, "m", span=(0.02, 1.0)).plot("CycB"), "novak_tyson")
    save(contin.diagram(morris_lecar_snlc, "iapp", span=(-30.0, 150.0)).plot("v"), "morris_lecar")
    save(contin.diagram(lorenz, "rho", span=(0.0, 30.0)).plot("x"), "lorenz")
    start = {"Lf": 0.5, "LD": 0.5, "Rb": 2.0, "Rf": 1.0}
    total = contin.follow(ligand_receptor, "ligand", start=start, span=(0.5, 20.0))
    save(total.plot("Rb"), "ligand_receptor")


def portraits():
    """Phase portraits."""
    box = {"x": (0, 3), "y": (0, 1.2)}
    save(contin.phase_portrait(griffith, span=box, at={"a": 0.4}, basins=True), "portrait_griffith")
    box = {"theta": (-2 * np.pi, 2 * np.pi), "w": (-7.0, 7.0)}
    swing = contin.simulate(pendulum, [np.pi - 0.1, 0.0], np.linspace(0, 10, 101))
    save(contin.phase_portrait(pendulum, span=box, trajectories=[swing]), "portrait_pendulum")
    box = {"CycB": (0, 1.1), "Cdh1": (0, 1.02)}
    save(contin.phase_portrait(novak_tyson, span=box, at={"m": 0.3}, basins=True), "portrait_novak_tyson")


def in_time():
    """Simulations, an orbit, totals, and a fit."""
    swing = contin.simulate(pendulum, [np.pi - 0.1, 0.0], np.linspace(0, 10, 101))
    save(swing.plot(), "pendulum")
    clock = contin.settle(goldbeter_per, [0.1, 0.25, 0.25, 0.25, 0.25])
    save(contin.simulate(goldbeter_per, clock, 3 * clock.period).plot(["M", "P0", "PN"]), "clock")
    save(balance_plot(), "mass_balance")
    save(fit_plot(), "fit")


def learning_rates():
    """Gradient descent with a supercritical and a subcritical flip; Adam's 2-cycle and its Neimark-Sacker point."""
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(8.0, 3.6), layout="constrained")
    over_eta(log_cosh, "gradient descent", (1.2, 3.0), left)
    over_eta(cushioned, "gradient descent", (1.2, 2.4), right)
    save(left, "learning_rate")
    some = {"beta1": 0.5, "beta2": 0.9, "eps": 0.1}
    save(
        over_eta(parabola, "adam", (0.1, 1.2), pyplot.subplots(layout="constrained")[1], **some),
        "learning_rate_adam",
    )


def over_eta(loss, optimizer, span, ax, **hyperparameters):
    """The minimum at zero and the 2-cycles that leave it, over the learning rate."""
    system = contin.OptimizerMap(loss, optimizer, hyperparameters)
    start = {"theta": 0.0}
    diagram = contin.diagram(system, "eta", span, start=start, at={"eta": span[0]}, period_doublings=1)
    return diagram.plot("theta", ax)


def cushioned(theta):
    """A loss with a subcritical flip, and large jumps beside it."""
    return theta**2 / 2 + theta**4 / 4 - theta**6 / 6


def parabola(theta):
    """A parabola."""
    return theta**2 / 2


def balance_plot():
    """Ligand and receptor on their way to equilibrium, and the two totals."""
    run = contin.simulate(ligand_receptor, {"Lf": 5.5, "LD": 0.0, "Rb": 0.0, "Rf": 3.0}, (0.0, 2.0))
    ax = pyplot.subplots(layout="constrained")[1]
    for words, total in (
        ("ligand, Lf + 2 LD + 2 Rb", run["Lf"] + 2 * run["LD"] + 2 * run["Rb"]),
        ("receptor, Rb + Rf", run["Rb"] + run["Rf"]),
    ):
        ax.plot(run.t, total, ":", color="0.3", lw=1.5)
        ax.annotate(words, (0.35, total[0]), (0, -3), textcoords="offset points", va="top")
    run.plot(ax=ax)
    return ax


def fit_plot():
    """Noisy data of an oscillation, and the model that was fitted under the condition that it oscillates."""
    t = np.linspace(0, 20, 61)
    noise = np.random.default_rng(2).normal(0, 0.15, t.shape)
    data = {"x": (t, contin.simulate(brusselator, [1.0, 1.0], t, at={"B": 2.6})["x"] + noise)}
    fitted = contin.fit(
        brusselator, data, parameters=("A", "B"), start=[1.0, 1.0], at={"B": 1.8}, oscillating=True
    )
    fine = contin.simulate(brusselator, [1.0, 1.0], np.linspace(0, 20, 401), at=fitted.values)
    ax = fine.plot("x")
    ax.plot(t, data["x"][1], "o", color="0.5", ms=4, mfc="white", zorder=0)
    return ax


if __name__ == "__main__":
    matplotlib.use("Agg")
    matplotlib.rcParams["figure.figsize"] = (5.44, 4.0)
    diagrams()
    portraits()
    in_time()
    learning_rates()
