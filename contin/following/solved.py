"""The special points of a branch, each made when it is first asked for: a branch may have thousands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from contin.branch import SpecialPoint
from contin.following.drifting import judged
from contin.following.spectra import Spectra
from contin.kinds import kind_named
from contin.points import Points
from contin.points.finder import Facts
from contin.problems.fixed_points_on_manifold import FixedPointsOnManifold
from contin.problems.problem import ContinuationProblem

Floats = NDArray[np.float64]

LINEAR = ("omega", "theta")  # what the linear part alone tells


def rough(facts: Facts) -> Facts:
    """What remains of a point's facts where the model has no third derivatives: no normal form."""
    known = {name: value for name, value in facts.coefficients.items() if name in LINEAR}
    return Facts(known, form="non-smooth")


class SolvedPoints(Sequence[SpecialPoint]):
    """The points found on a path, at their `places` (K,) among the branch's rows."""

    def __init__(
        self,
        problem: ContinuationProblem,
        points: Points,
        places: NDArray[np.int64],
        states: Floats,
        parameters: Floats,
        spectra: Spectra,
        tangents: Floats,
        phases: Floats | None,
    ) -> None:
        self._problem = problem
        self._points = points
        self._places = places
        self._table = (states, parameters, spectra, tangents, phases)
        self._labels: list[str] = []
        self._made: dict[int, SpecialPoint] = {}

    def __len__(self) -> int:
        return len(self._points)

    @overload
    def __getitem__(self, index: int) -> SpecialPoint: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[SpecialPoint]: ...
    def __getitem__(self, index: int | slice) -> SpecialPoint | Sequence[SpecialPoint]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        if not -len(self) <= index < len(self):
            raise IndexError(f"there are {len(self)} special points, no number {index}")
        index %= len(self)
        if index not in self._made:
            self._made[index] = self._make(index)
        return self._made[index]

    def __iter__(self) -> Iterator[SpecialPoint]:
        return (self[i] for i in range(len(self)))

    def _make(self, i: int) -> SpecialPoint:
        states, parameters, spectra, tangents, phases = self._table
        place = int(self._places[i])
        system, found = self._problem.system, self._points.found
        facts = self._points.facts(i)
        whole = states[place][None] if phases is None else phases[place]
        smooth = all(system.is_smooth_at(state, parameters[place]) for state in whole)
        if not smooth:
            facts = rough(facts)
        if isinstance(self._problem, FixedPointsOnManifold):
            kind, x, p = self._points.kind(i), states[place], parameters[place]
            facts = judged(self._problem, kind, facts, x, p, smooth)
        return SpecialPoint(
            self._points.kind(i),
            self._label(i),
            place,
            system.states,
            self._problem.parameter_names,
            self._problem.along,
            states[place].copy(),
            parameters[place].copy(),
            spectra.at(place),
            dict(facts.coefficients),
            facts.criticality,
            facts.form,
            float(found.rows.residual[i]),
            float(found.error[i]),
            tangents[place].copy(),
            system,
            None if phases is None else phases[place].copy(),
        )

    def _label(self, i: int) -> str:
        """Letters of the kind and the number among those of the same letters, in the order of the branch."""
        if not self._labels:
            count: dict[str, int] = {}
            for k in range(len(self)):
                letters = kind_named(self._points.kind(k)).label
                count[letters] = count.get(letters, 0) + 1
                self._labels.append(f"{letters}{count[letters]}")
        return self._labels[i]
