"""What kind of fixed point it is, by its eigenvalues or multipliers; where these do not decide, that is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contin.errors import BadValue

if TYPE_CHECKING:
    from contin.branch import SpecialPoint
    from contin.problems import Start
    from contin.systems import System

Floats = NDArray[np.float64]

EPS = float(np.finfo(np.float64).eps)
ROUNDINGS = 64.0  # of an eigenvalue, in units of EPS times the largest one


@dataclass(frozen=True, eq=False)
class Classification:
    """The kind of a fixed point.

    Attributes
    ----------
    kind : str
        Flows: "stable" or "unstable" with "node", "spiral", "star" or "degenerate node"; "saddle", "saddle-focus" (a
        saddle with a complex pair), "center-like" (purely imaginary pairs only), "non-hyperbolic". With three states or
        more, a "spiral" is what has a complex pair.
        Maps: "stable" or "unstable" with "node", "alternating node" (real multipliers, one of them negative: the
        iterates jump from side to side), "spiral" (a complex pair); "saddle", "flip saddle" (a multiplier below -1),
        "saddle-focus", "non-hyperbolic".
    stability : "stable", "unstable" or "undecided"
    stable, unstable, critical : int
        How many eigenvalues have a negative, a positive and a zero real part (multipliers: lie inside, outside and on
        the unit circle), to rounding.
    eigenvalues : (n,) complex array
        Eigenvalues or multipliers, the most unstable first.
    delicate : bool
        Whether the linearisation leaves the kind or the stability open.
    text : str
        A sentence that says why; "" where nothing is open.
    dimension : int
        Of the manifold of fixed points or cycles that a map's stands on, 0 if it stands alone. So many of the multipliers
        are 1 and not counted: kind and stability are those across the manifold.
    """

    kind: str
    stability: str
    stable: int
    unstable: int
    critical: int
    eigenvalues: NDArray[np.complex128] = field(repr=False)
    delicate: bool = False
    text: str = ""
    dimension: int = 0

    def __str__(self) -> str:
        return f"{self.kind} ({self.text})" if self.text else self.kind


def classify(
    system: System,
    state: Mapping[str, float] | ArrayLike | Start | SpecialPoint,
    at: Mapping[str, float] | None = None,
    period: int | None = None,
) -> Classification:
    """The kind of an equilibrium of a flow, by the eigenvalues of its Jacobian; of a fixed point or cycle of a map.

    Parameters
    ----------
    system : Flow or Map
    state : dict, (n,) array, Start or SpecialPoint
        An equilibrium to a few digits, or a fixed point or a phase of a cycle; Newton's method finds the others.
    at : dict, optional
        Parameters that differ from the defaults (or from those of the start).
    period : int, optional
        Of a map's cycle; default that of the start, else 1.

    Returns
    -------
    Classification

    Raises
    ------
    UnknownName, BadValue
        For wrong names and values, and if `state` is no equilibrium.
    NotFinite
        If the model is not finite there.

    Notes
    -----
    Names as in S. H. Strogatz, Nonlinear Dynamics and Chaos, sections 5.2 and 6.3. What counts as zero or as equal is
    what rounding can make of an eigenvalue, by its condition number (Golub and Van Loan, Matrix Computations, 7.2.2).

    >>> classify_eigenvalues([-0.2, -1.2]).kind
    'stable node'
    """
    from contin.explore.equilibrium import nearest_equilibrium
    from contin.explore.multipliers import classify_cycle
    from contin.explore.place import check_system, place_of
    from contin.systems import Map
    from contin.systems.rates import Rates

    if isinstance(system, Map):
        x, p = place_of(system, state, at)
        given = getattr(state, "phases", None)
        phases = x[None] if given is None else given
        return classify_cycle(system, phases, p, period or len(phases))
    flow = check_system(system)
    x, p = place_of(flow, state, at)
    rates = Rates(flow, p)
    found = nearest_equilibrium(rates, x)
    moved = np.abs(found - x).max() if found is not None else np.inf
    if found is None or moved > 1e-3 * max(float(np.abs(x).max()), 1e-3):
        f = ", ".join(
            f"d{name}/dt = {value:.3g}" for name, value in zip(system.states, rates(x), strict=True)
        )
        raise BadValue(
            f"{system.describe(x, p)} is no equilibrium of '{system.name}': {f}; contin.settle finds one."
        )
    return classify_matrix(rates.jacobian(found))


def classify_matrix(jacobian: Floats) -> Classification:
    """The kind of an equilibrium with this Jacobian (n, n)."""
    size = float(np.linalg.norm(jacobian, 2))
    values, errors = eigenvalues_and_errors(jacobian, size)
    found = classify_eigenvalues(values, errors)
    if found.kind.endswith("star or degenerate node"):
        rest = jacobian - float(values.real.mean()) * np.eye(len(values))
        which = "star" if np.abs(rest).max() <= np.sqrt(ROUNDINGS * EPS) * size else "degenerate node"
        return _equal(found, f"{found.stability} {which}")
    return found


def eigenvalues_and_errors(matrix: Floats, size: float) -> tuple[NDArray[np.complex128], Floats]:
    """Eigenvalues (n,) of a matrix (n, n), and what rounding of numbers of this size makes of each."""
    from scipy.linalg import eig

    values, left, right = eig(matrix, left=True)
    cosines = np.abs(np.sum(left.conj() * right, axis=0))  # vectors have length 1
    with np.errstate(divide="ignore"):
        errors = ROUNDINGS * EPS * size / cosines
    return values, np.minimum(errors, np.sqrt(ROUNDINGS * EPS) * size)  # a double one, the worst usual case


def classify_eigenvalues(values: ArrayLike, errors: ArrayLike | None = None) -> Classification:
    """The kind of an equilibrium of a flow with these eigenvalues.

    Parameters
    ----------
    values : (n,) complex array
    errors : (n,) array, optional
        What each may be off; default 64 roundings of the largest.

    Returns
    -------
    Classification
        Two equal eigenvalues alone do not tell a star from a degenerate node: "stable star or degenerate node".

    Raises
    ------
    BadValue
        If there are no values, or one is not finite.

    >>> classify_eigenvalues([1j, -1j]).kind
    'center-like'
    >>> str(classify_eigenvalues([0.0, 2.0]).stability)
    'unstable'
    """
    z, error = _sorted(values, errors)
    zero = np.abs(z.real) <= error
    spiral = np.abs(z.imag) > error
    unstable, critical = int(np.sum((z.real > 0) & ~zero)), int(zero.sum())
    stable = len(z) - unstable - critical
    stability = "unstable" if unstable else "undecided" if critical else "stable"
    if critical:
        kind = "center-like" if critical == len(z) and spiral.all() else "non-hyperbolic"
        text = _open_question(z[zero], bool((zero & spiral).any()), unstable)
        return Classification(kind, stability, stable, unstable, critical, z, True, text)
    if stable and unstable:
        kind = "saddle-focus" if spiral.any() else "saddle"
    else:
        kind = f"{stability} {'spiral' if spiral.any() else 'node'}"
    found = Classification(kind, stability, stable, unstable, critical, z)
    if len(z) == 2 and not (stable and unstable) and abs(z[0] - z[1]) <= np.sqrt(ROUNDINGS * EPS) * abs(z[0]):
        return _equal(found, f"{stability} star or degenerate node")
    return found


def classify_multipliers(values: ArrayLike, errors: ArrayLike | None = None) -> Classification:
    """The kind of a fixed point of a map, or of a cycle without its trivial multiplier, with these multipliers.

    Parameters
    ----------
    values : (n,) complex array
    errors : (n,) array, optional
        What each may be off; default 64 roundings of the largest, or of 1.

    Returns
    -------
    Classification
        Multipliers on the unit circle are delicate: +1 as at a fold or branch point, -1 as at a period doubling, a
        complex pair as at a Neimark-Sacker point.

    Raises
    ------
    BadValue
        If there are no values, or one is not finite.

    >>> classify_multipliers([0.5, -0.5]).kind, classify_multipliers([-1.0]).text[:17]
    ('stable alternating node', 'a multiplier is -')
    """
    z, error = _sorted(values, errors, least=1.0, by=np.abs)
    on = np.abs(np.abs(z) - 1.0) <= error
    unstable, critical = int(np.sum((np.abs(z) > 1) & ~on)), int(on.sum())
    stable = len(z) - unstable - critical
    stability = "unstable" if unstable else "undecided" if critical else "stable"
    if critical:
        named = {
            "+1, as at a fold or branch point": on & (np.abs(z - 1) <= error),
            "-1, as at a period doubling": on & (np.abs(z + 1) <= error),
        }
        rest = on & ~np.logical_or.reduce(list(named.values()))
        named["one of a complex pair on the unit circle, as at a Neimark-Sacker point"] = rest
        words = " and ".join(f"a multiplier is {word}" for word, which in named.items() if which.any())
        text = words + ("" if unstable else "; nonlinear terms decide the stability")
        return Classification("non-hyperbolic", stability, stable, unstable, critical, z, True, text)
    spiral = bool(np.any(np.abs(z.imag) > error))
    if stable and unstable:
        flips = bool(np.any((z.real < -1.0) & (np.abs(z.imag) <= error)))
        kind = "saddle-focus" if spiral else "flip saddle" if flips else "saddle"
    else:
        alternating = bool(np.any(z.real < -error))
        kind = f"{stability} {'spiral' if spiral else 'alternating node' if alternating else 'node'}"
    return Classification(kind, stability, stable, unstable, critical, z)


def classify_across(values: ArrayLike, errors: ArrayLike, dimension: int) -> Classification:
    """The kind across a manifold of this dimension, less than n: as `classify_multipliers` of the other multipliers.

    The manifold's multipliers are the ones nearest to 1.
    """
    z, error = _sorted(values, errors, least=1.0, by=np.abs)
    order = np.argsort(np.abs(z - 1.0), kind="stable")
    others = np.sort(order[dimension:])
    found = classify_multipliers(z[others], error[others])
    words = f"it stands on a manifold of such, of dimension {dimension}"
    text = f"{found.text}; {words}" if found.text else words
    return replace(found, eigenvalues=z, text=text, dimension=dimension)


def _sorted(
    values: ArrayLike, errors: ArrayLike | None, least: float = 0.0, by: object = np.real
) -> tuple[NDArray[np.complex128], Floats]:
    """Values, the most unstable first, and what each may be off."""
    z = np.atleast_1d(np.asarray(values, dtype=np.complex128))
    if z.ndim != 1 or not z.size:
        raise BadValue(f"eigenvalues must be a list of numbers, not of shape {z.shape}.")
    if not np.isfinite(z).all():
        raise BadValue(f"eigenvalues must be finite, not {z.tolist()}.")
    default = ROUNDINGS * EPS * max(float(np.abs(z).max()), least)
    error = np.broadcast_to(default if errors is None else np.asarray(errors, dtype=np.float64), z.shape)
    order = np.lexsort((-z.imag, -by(z)))  # type: ignore[operator]
    return z[order], error[order]


def _open_question(critical: NDArray[np.complex128], pair: bool, unstable: int) -> str:
    if pair:
        omega = float(np.abs(critical.imag).max())
        what = (
            f"a pair of eigenvalues is imaginary to rounding, +-{omega:.6g}i, as at a Hopf point or a centre"
        )
    else:
        what = (
            "an eigenvalue is zero to rounding, as at a fold, a branch point, or where something is conserved"
        )
    return what if unstable else f"{what}; nonlinear terms decide the stability"


def _equal(found: Classification, kind: str) -> Classification:
    text = "the two eigenvalues are equal to rounding: the smallest change makes it a node or a spiral"
    return Classification(
        kind, found.stability, found.stable, found.unstable, 0, found.eigenvalues, True, text
    )
