"""Flows dx/dt = f(x, p): the decorator for named states and parameters, and the array form for any size."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contin.systems.signature import read_signature
from contin.systems.system import System

if TYPE_CHECKING:
    from contin.systems.conservation import Law

MOST_KEPT = 64  # sets of parameters whose conservation laws are remembered


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Flow(System):
    """A model dx/dt = f(x, p) in array form, for any number of states.

    Parameters
    ----------
    function : callable
        `f(x, p, out)` in plain Python that Numba can compile (loops and branches allowed): reads the state `x` (n,) and
        the parameters `p` (k,), writes the derivatives to `out` (n,).
    states : int or sequence of str
        How many states, or their names.
    parameters : mapping of str to float
        Names and defaults, in the order of `p`.
    jacobian : callable, optional
        `jacobian(x, p, out)` writes df_i/dx_j to `out` (n, n). Without it derivatives are traced by SymPy where the
        function allows it, else computed by compiled forward differentiation (complex step) or central differences.
    conserved : mapping of str to str, optional
        Conservation laws: name and expression, a sum of multiples of states. Others are found.
    name : str, optional
        Default: the function's.

    Raises
    ------
    ModelError
        If names are missing, doubled, or no identifiers.
    """

    made_by: ClassVar[str] = "@contin.flow or contin.Flow(...)"
    result: ClassVar[str] = "d{}/dt"

    given_laws: Mapping[str, str] | None = field(default=None, repr=False)

    def __init__(
        self,
        function: Callable[..., Any],
        states: int | Sequence[str],
        parameters: Mapping[str, float],
        jacobian: Callable[..., Any] | None = None,
        conserved: Mapping[str, str] | None = None,
        name: str | None = None,
        named: bool = False,
    ) -> None:
        super().__init__(function, states, parameters, jacobian, name, named)
        object.__setattr__(self, "given_laws", dict(conserved) if conserved else None)

    @property
    def particulars(self) -> dict[str, Any]:
        """The given conservation laws."""
        return {"conserved": dict(self.given_laws)} if self.given_laws else {}

    def derivative(self, state: ArrayLike, parameters: ArrayLike) -> NDArray[np.float64]:
        """dx/dt (n,) at `state` (n,) and `parameters` (k,): `evaluate`."""
        return self.evaluate(state, parameters)

    @functools.cached_property
    def laws(self) -> dict[str, Law]:
        """The linear conservation laws by name, those given first.

        Raises
        ------
        ModelError
            If a given law does not hold.
        """
        from contin.systems.conservation import laws_of

        return laws_of(self)

    def laws_at(self, parameters: NDArray[np.float64], free: str | None = None) -> dict[str, Law]:
        """The linear conservation laws at these parameters (k,), whatever the value of the free one.

        Beside `laws`, which hold everywhere, those that are there because a rate is zero, for example.
        """
        from contin.systems.conservation import laws_at

        held = np.array(
            [0.0 if name == free else p for name, p in zip(self.parameters, parameters, strict=True)]
        )
        known = self.__dict__.setdefault("_laws_at", {})
        key = (free, held.tobytes())
        if key not in known:
            if len(known) >= MOST_KEPT:
                known.clear()
            known[key] = laws_at(self, np.asarray(parameters, dtype=np.float64), free)
        found: dict[str, Law] = known[key]
        return found

    @property
    def conserved(self) -> dict[str, str]:
        """The linear conservation laws, given or found: name and expression."""
        return {name: law.text for name, law in self.laws.items()}


@overload
def flow(function: Callable[..., Any], /) -> Flow: ...
@overload
def flow(
    *, conserved: Mapping[str, str] | None = None, name: str | None = None
) -> Callable[[Callable[..., Any]], Flow]: ...
def flow(
    function: Callable[..., Any] | None = None,
    /,
    *,
    conserved: Mapping[str, str] | None = None,
    name: str | None = None,
) -> Flow | Callable[[Callable[..., Any]], Flow]:
    """Make a `Flow` of a function with named states and parameters.

    Positional arguments are the states, keyword-only ones the parameters with their defaults; the function returns one
    derivative for each state. `math.` and `numpy` functions and plain Python functions may be called inside.

    >>> @flow
    ... def griffith(x, y, *, a=0.4, b=1.0):
    ...     return y - a * x, x**2 / (1 + x**2) - b * y

    Parameters
    ----------
    function : callable
    conserved : mapping of str to str, optional
        Conservation laws, for example `{"total": "x + y"}`.
    name : str, optional
        Default: the function's.

    Raises
    ------
    ModelError
        If the signature is not of this form.
    """

    def make(function: Callable[..., Any]) -> Flow:
        states, parameters = read_signature(function, "contin.Flow")
        return Flow(function, states, parameters, conserved=conserved, name=name, named=True)

    return make if function is None else make(function)


__all__ = ["Flow", "flow"]
