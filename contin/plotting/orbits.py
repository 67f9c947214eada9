"""Orbit diagrams: where the orbits of a map spend their time, over a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue
from contin.explore.orbit_diagram import OrbitDiagram
from contin.plotting.axes import dress, new_axes, sizes_of
from contin.plotting.palette import BLUE, ORANGE, PURPLE, SLATE, TEAL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

FINE = 1.2  # rows in a point of the Axes' height: a row is as wide as a thin line
FAINTEST, DARKEST = 0.35, 1.0  # opacity of what is met once, and most often
COLOURS = (SLATE, BLUE, ORANGE, TEAL, PURPLE)


def plot_orbits(
    orbits: OrbitDiagram,
    y: str | None = None,
    ax: Axes | None = None,
    *,
    by_start: bool = False,
    color: str = COLOURS[0],
    rows: int | None = None,
) -> Axes:
    """Draw the kept values of a state over the parameter, the darker the more often they are met.

    Parameters
    ----------
    orbits : OrbitDiagram
    y : str, optional
        The state; default the first that was kept.
    ax : matplotlib Axes, optional
        Drawn into, beneath what is there already; limits that are set stay as they are. Without it, pyplot makes a
        figure.
    by_start : bool
        Whether the orbits of each start have a colour of their own, for attractors that exist side by side.
    color : str
        Of all orbits, if they have one colour.
    rows : int, optional
        How many rows of pixels the picture has, default so many that a row is a thin line; a column is one value of
        the parameter.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    UnknownName
        If that state was not kept.
    BadValue
        If all orbits escaped.

    Notes
    -----
    The picture is a raster, so that files stay small however many points there are. It lies under all curves.
    """
    y = y or orbits.kept_names[0]
    values = orbits[y]
    known = values[np.isfinite(values)]
    if not known.size:
        raise BadValue(f"There is nothing to draw: all orbits of '{orbits.name}' escaped.")
    ax = ax if ax is not None else new_axes()
    low, high = _range(ax, known)
    rows = rows or max(int(FINE * ax.bbox.height * 72 / ax.figure.dpi), 50)
    for i in range(values.shape[1]) if by_start else [slice(None)]:
        counts = count(values[:, i].reshape(len(orbits), -1), low, high, rows)
        _draw(
            ax,
            counts,
            COLOURS[1 + i % (len(COLOURS) - 1)] if isinstance(i, int) else color,
            orbits.parameter,
            low,
            high,
        )
    dress(ax, sizes_of(ax), orbits.along, y)
    return ax


def _range(ax: Axes, known: Floats) -> tuple[float, float]:
    """What is drawn of the ordinate: all of it, with half a row more on both sides, within limits that are set."""
    low, high = float(known.min()), float(known.max())
    if low == high:
        low, high = low - 0.5, high + 0.5
    if not ax.get_autoscaley_on():
        set_low, set_high = sorted(ax.get_ylim())
        low, high = max(low, set_low), min(high, set_high)
    return low, high


def count(values: Floats, low: float, high: float, rows: int) -> NDArray[np.int64]:
    """How often each row between `low` and `high` is met in each row of `values` (N, k): (rows, N)."""
    with np.errstate(invalid="ignore"):
        row = np.floor((values - low) * (rows / (high - low)))
        row[values == high] = rows - 1
        column, place = np.nonzero((row >= 0) & (row < rows))
    counts = np.zeros((rows, len(values)), dtype=np.int64)
    np.add.at(counts, (row[column, place].astype(np.int64), column), 1)
    return counts


def _draw(
    ax: Axes, counts: NDArray[np.int64], color: str, parameter: Floats, low: float, high: float
) -> None:
    from matplotlib.colors import to_rgb

    share = np.log1p(counts) / np.log1p(max(int(counts.max()), 1))
    image = np.empty((*counts.shape, 4))
    image[..., :3] = to_rgb(color)
    image[..., 3] = np.where(counts > 0, FAINTEST + (DARKEST - FAINTEST) * share, 0.0)
    half = 0.5 * (parameter[1] - parameter[0])
    limits: list[Any] = [ax.get_autoscalex_on(), ax.get_autoscaley_on(), ax.get_xlim(), ax.get_ylim()]
    drawn = ax.imshow(
        image, origin="lower", aspect="auto", extent=(parameter[0] - half, parameter[-1] + half, low, high),
        interpolation="antialiased", zorder=0.8,
    )  # fmt: skip
    drawn.sticky_edges.x[:], drawn.sticky_edges.y[:] = [], []
    ax.margins(x=0.02, y=0.06)
    ax.set_autoscalex_on(limits[0])
    ax.set_autoscaley_on(limits[1])
    if limits[0]:
        ax.autoscale_view(scaley=False)
    else:
        ax.set_xlim(limits[2])
    if limits[1]:
        ax.autoscale_view(scalex=False)
    else:
        ax.set_ylim(limits[3])
