"""A branch that snakes: it turns in dozens of folds, and each place of them is known exactly.

    x' = p - slope x - sin x

Dimensionless. Source: made for contin, in the manner of slanted snaking; J. H. P. Dawes, Localized pattern
formation with a large-scale mode: slanted snaking, SIAM Journal on Applied Dynamical Systems 7
(2008), shows how it arises.

The equilibria are the one curve p = slope x + sin x, which turns where cos x = -slope: at x = +-arccos(-slope)
+ 2 pi k, p = slope x +- sqrt(1 - slope^2). With slope = 1/10 the branch through the origin has 28 folds in
-5 < p < 5; stable and unstable pieces alternate, and up to 4 stable states coexist. Beyond its ends the curve
comes back into that span with other pieces, which a search without a start finds, too.
"""

import math
from math import acos, pi, sqrt

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def snaking(x, *, p=0.0, slope=0.1):
    """A slanted snake of equilibria."""
    return p - slope * x - math.sin(x)


TURN = acos(-0.1)


def _fold(side, turn):
    """Return the fold at x = side TURN + 2 pi turn."""
    x = side * TURN + 2 * pi * turn
    return Fact(
        "fold",
        x / 10 + side * sqrt(0.99),
        1e-12,
        {"x": x},
        None,
        "exact: p = x/10 + sin x turns at cos x = -1/10",
    )


MODELS = {
    "snaking": Example(
        snaking,
        along="p",
        span=(-5.0, 5.0),
        start={"x": 0.0},
        at={},
        show="x",
        source="made for contin; slanted snaking: Dawes, SIAM J. Appl. Dyn. Syst. 7 (2008)",
        facts=(
            *(_fold(1, turn) for turn in range(-7, 7)),
            *(_fold(-1, turn) for turn in range(-6, 8)),
        ),
    ),
}
