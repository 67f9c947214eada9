"""Maps x -> f(x, p): the decorator for named states and parameters, and the array form for any size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, overload

from contin.systems.signature import read_signature
from contin.systems.system import System


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Map(System):
    """A map x -> f(x, p) in array form, for any number of states.

    Parameters
    ----------
    function : callable
        `f(x, p, out)` in plain Python that Numba can compile (loops and branches allowed): reads the state `x` (n,) and
        the parameters `p` (k,), writes the next state to `out` (n,).
    states : int or sequence of str
        How many states, or their names.
    parameters : mapping of str to float
        Names and defaults, in the order of `p`.
    jacobian : callable, optional
        `jacobian(x, p, out)` writes df_i/dx_j to `out` (n, n); without it as in `contin.Flow`.
    name : str, optional
        Default: the function's.

    Raises
    ------
    ModelError
        If names are missing, doubled, or no identifiers.
    """

    made_by: ClassVar[str] = "@contin.map or contin.Map(...)"
    result: ClassVar[str] = "the next {}"


@overload
def map(function: Callable[..., Any], /) -> Map: ...
@overload
def map(*, name: str | None = None) -> Callable[[Callable[..., Any]], Map]: ...
def map(
    function: Callable[..., Any] | None = None, /, *, name: str | None = None
) -> Map | Callable[[Callable[..., Any]], Map]:
    """Make a `Map` of a function with named states and parameters.

    As `contin.flow`, but the function returns the next value of each state.

    >>> @map
    ... def logistic(x, *, r=2.5):
    ...     return r * x * (1 - x)

    Parameters
    ----------
    function : callable
    name : str, optional
        Default: the function's.

    Raises
    ------
    ModelError
        If the signature is not of this form.
    """

    def make(function: Callable[..., Any]) -> Map:
        states, parameters = read_signature(function, "contin.Map")
        return Map(function, states, parameters, name=name, named=True)

    return make if function is None else make(function)


__all__ = ["Map", "map"]
