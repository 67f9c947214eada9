"""The pitchforks: a symmetric pair of equilibria branches off the trivial one.

    x' = r x + cubic x^3 + quintic x^5

Dimensionless. Source: S. H. Strogatz, Nonlinear Dynamics and Chaos, section 3.4.

`pitchfork` has cubic = -1, quintic = 0: supercritical, x = +-sqrt(r) stable for r > 0.
`pitchfork_subcritical` has cubic = 1, quintic = -1: the pair starts unstable towards r < 0, turns in two
folds at r = -1/4, x = +-1/sqrt(2), and is stable from there on; for -1/4 < r < 0 three stable equilibria
coexist.

The folds are reached from the branch point by switching to the other branch; the trivial branch itself has
the branch point only.
"""

from math import sqrt

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def pitchfork(x, *, r=-0.5, cubic=-1.0, quintic=0.0):
    """Normal form of the pitchfork, with a fifth-order term that turns the subcritical one back."""
    return r * x + cubic * x**3 + quintic * x**5


EXACT = "exact: r + cubic x^2 + quintic x^4 = 0 reaches x = 0 at r = 0"
FOLD = "exact: r = x^4 - x^2 is least at x^2 = 1/2"

MODELS = {
    "pitchfork": Example(
        pitchfork,
        along="r",
        span=(-1.0, 1.0),
        start={"x": 0.0},
        at={},
        show="x",
        source="Strogatz, section 3.4",
        facts=(Fact("branch point", 0.0, 1e-12, {"x": 0.0}, "supercritical", EXACT),),
    ),
    "pitchfork_subcritical": Example(
        pitchfork.with_parameters("pitchfork_subcritical", cubic=1.0, quintic=-1.0),
        along="r",
        span=(-1.0, 1.0),
        start={"x": 0.0},
        at={},
        show="x",
        source="Strogatz, section 3.4",
        facts=(
            Fact("branch point", 0.0, 1e-12, {"x": 0.0}, "subcritical", EXACT),
            Fact("fold", -0.25, 1e-12, {"x": sqrt(0.5)}, None, FOLD),
            Fact("fold", -0.25, 1e-12, {"x": -sqrt(0.5)}, None, FOLD),
        ),
    ),
}
