"""A flow seen in a plane of two states, the others held; in units of the box that is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue, unknown
from contin.explore.classify import Classification, classify_matrix
from contin.explore.place import check_system
from contin.systems import Flow
from contin.systems.rates import Rates

Floats = NDArray[np.float64]

EPS = float(np.finfo(np.float64).eps)
MOST_FIXED_POINTS = 60  # more are a line of them, or noise


@dataclass(frozen=True, eq=False)
class PlanePoint:
    """A fixed point in the plane.

    Attributes
    ----------
    at : (2,) array
        The two states.
    jacobian : (2, 2) array
        Of the two rates in the two states.
    kind : Classification
    """

    at: Floats
    jacobian: Floats
    kind: Classification


class Plane:
    """The two components of a flow in two states.

    Points are (2,) arrays in units of the box: (0, 0) is its lower left corner, (1, 1) the upper right one. Where the
    model has other states, these are held, and fixed points are those of the two rates.

    Parameters
    ----------
    system : Flow
    names : pair of str
        The states at the abscissa and at the ordinate.
    span : dict of str to pair
        The box.
    at : dict, optional
        Parameters that differ from the defaults.
    hold : dict, optional
        The values of all other states.

    Raises
    ------
    UnknownName, BadValue
    """

    def __init__(
        self,
        system: Flow,
        names: tuple[str, str],
        span: Mapping[str, tuple[float, float]],
        at: Mapping[str, float] | None = None,
        hold: Mapping[str, float] | None = None,
    ) -> None:
        check_system(system)
        for name in (*names, *span, *(hold or {})):
            if name not in system.states:
                raise unknown("state", name, system.states)
        if names[0] == names[1]:
            raise BadValue(f"a plane has two states, not '{names[0]}' twice.")
        box = np.array([_interval(span, name) for name in names])
        self.names, self.low, self.size = names, box[:, 0], box[:, 1] - box[:, 0]
        self.rates = Rates(system, system.parameter_vector(at))
        self._which = [system.states.index(name) for name in names]
        self._base = np.zeros(len(system.states))
        missing = [name for name in system.states if name not in names and name not in (hold or {})]
        if missing:
            raise BadValue(
                f"'{system.name}' has {len(system.states)} states: give the others by hold={{'{missing[0]}': 0.0}}."
            )
        for name, value in (hold or {}).items():
            self._base[system.states.index(name)] = value

    def states(self, points: Floats) -> Floats:
        """All states (m, n) at `points` (m, 2)."""
        states = np.tile(self._base, (len(points), 1))
        states[:, self._which] = self.low + points * self.size
        return states

    def field(self, points: Floats) -> Floats:
        """The two rates at `points` (m, 2), in boxes a time: (m, 2)."""
        rates: Floats = self.rates.many(self.states(points))[:, self._which] / self.size
        return rates

    def at(self, point: Floats) -> Floats:
        """The two rates at one `point` (2,): (2,)."""
        x = self._base.copy()
        x[self._which] = self.low + point * self.size
        rates: Floats = self.rates(x)[self._which] / self.size
        return rates

    def jacobian(self, point: Floats) -> Floats:
        """Derivatives of the two rates at one `point` (2,): (2, 2)."""
        x = self._base.copy()
        x[self._which] = self.low + point * self.size
        J: Floats = self.rates.jacobian(x)[np.ix_(self._which, self._which)] * self.size / self.size[:, None]
        return J

    def grid(self, count: int) -> tuple[Floats, Floats]:
        """Points (count^2, 2) of a grid over the box, and the rates there (count, count, 2), rows along the ordinate."""
        line = np.linspace(0.0, 1.0, count)
        x, y = np.meshgrid(line, line)
        points = np.column_stack([x.ravel(), y.ravel()])
        return points, self.field(points).reshape(count, count, 2)

    def fixed_points(self, rates: Floats) -> list[PlanePoint]:
        """Fixed points inside the box, by Newton's method from a coarse grid and where both rates change sign.

        Parameters
        ----------
        rates : (count, count, 2) array
            On a fine grid.
        """
        coarse = np.linspace(0.05, 0.95, 9)
        starts = [*_sign_changes(rates), *np.stack(np.meshgrid(coarse, coarse), axis=-1).reshape(-1, 2)]
        found: list[Floats] = []
        for start in starts:
            point = self._newton(start)
            if point is None or (np.abs(point - 0.5) > 0.5 + 1e-9).any():
                continue
            if all(np.abs(point - other).max() > 1e-6 for other in found):
                found.append(point)
            if len(found) > MOST_FIXED_POINTS:
                return []
        found.sort(key=lambda point: (float(point[0]), float(point[1])))
        jacobians = [self.jacobian(point) for point in found]
        return [
            PlanePoint(point, J, classify_matrix(J))
            for point, J in zip(found, jacobians, strict=True)
            if np.isfinite(J).all()
        ]

    def _newton(self, point: Floats) -> Floats | None:
        begin = point
        for _ in range(40):
            f, J = self.at(point), self.jacobian(point)
            if not (np.isfinite(f).all() and np.isfinite(J).all()):
                return None
            if not f.any():
                return point
            step = np.linalg.lstsq(J, f, rcond=None)[0]
            length = float(np.abs(step).max())
            if length > 0.5:
                step = step * 0.5 / length
            point = point - step
            if np.abs(point - begin).max() > 3.0:
                return None
            if length <= 1e-12:
                terms = np.abs(J) @ (np.abs(point) + 1e-3)
                return point if (np.abs(self.at(point)) <= 1e-9 * terms).all() else None
        return point if length <= 1e-8 else None


def _sign_changes(rates: Floats) -> Floats:
    """Centres (m, 2) of the cells in which both rates change sign, at most 200."""
    signs = np.sign(rates)
    corners = np.stack([signs[:-1, :-1], signs[1:, :-1], signs[:-1, 1:], signs[1:, 1:]])
    both = ((corners.min(axis=0) <= 0) & (corners.max(axis=0) >= 0)).all(axis=-1)
    cells = np.argwhere(both)[:, ::-1]
    return np.asarray((cells[:: max(len(cells) // 200, 1)] + 0.5) / (len(rates) - 1))


def _interval(span: Mapping[str, tuple[float, float]], name: str) -> tuple[float, float]:
    if name not in span:
        raise BadValue(f"`span` lacks the state {name}: span={{'{name}': (low, high), ...}}.")
    try:
        low, high = (float(value) for value in span[name])
    except (TypeError, ValueError):
        raise BadValue(f"the span of {name} must be a pair (low, high), not {span[name]!r}.") from None
    if not (np.isfinite([low, high]).all() and low < high):
        raise BadValue(f"the span of {name} must be finite and ascend, not ({low:g}, {high:g}).")
    return low, high
