"""An isola: equilibria on a closed curve, which no branch from outside reaches.

    x' = R^2 - p^2 - x^2

Dimensionless. Source: M. Golubitsky and D. G. Schaeffer, Singularities and Groups in Bifurcation Theory I
(1985): the unfolding of the isola centre.

The equilibria are the circle x^2 + p^2 = R^2: the half x > 0 is stable, x < 0 unstable, and they meet in two
folds at p = +-R, x = 0. It shrinks to a point at R = 0.
"""

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def isola(x, *, p=0.0, R=1.0):
    """The unfolding of an isola centre."""
    return R**2 - p**2 - x**2


EXACT = "exact: the circle x^2 + p^2 = R^2 turns at p = +-R"

MODELS = {
    "isola": Example(
        isola,
        along="p",
        span=(-2.0, 2.0),
        start={"x": 1.0},
        at={},
        show="x",
        source="Golubitsky and Schaeffer, Singularities and Groups in Bifurcation Theory I (1985)",
        facts=(
            Fact("fold", -1.0, 1e-12, {"x": 0.0}, None, EXACT),
            Fact("fold", 1.0, 1e-12, {"x": 0.0}, None, EXACT),
        ),
    ),
}
