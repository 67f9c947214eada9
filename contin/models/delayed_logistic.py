"""The delayed logistic map: the crowd of the generation before limits growth.

    x -> r x (1 - y)
    y -> x

Dimensionless. Source: J. Maynard Smith, Mathematical Ideas in Biology, Cambridge University Press 1968, p. 23; D. G.
Aronson, M. A. Chory, G. R. Hall and R. P. McGehee, Bifurcations from an invariant circle for two-parameter families
of maps of the plane, Communications in Mathematical Physics 83 (1982) 303-354.

The fixed point x = y = 1 - 1/r has mu^2 - mu + r - 1 = 0: it is stable for 1 < r < 2 and at r = 2 has the multipliers
exp(+- i pi/3), a sixth of a turn: a Neimark-Sacker point, with d = -1.
"""

from contin.models.example import Example, Fact
from contin.systems import map


@map
def delayed_logistic(x, y, *, r=1.5):
    """Maynard Smith (1968): the logistic map with a generation's delay."""
    return r * x * (1 - y), x


MODELS = {
    "delayed_logistic": Example(
        delayed_logistic,
        along="r",
        span=(0.5, 2.5),
        start={"x": 1 / 3, "y": 1 / 3},
        at={},
        show="x",
        source="Maynard Smith, Mathematical Ideas in Biology (1968); Aronson et al., Comm. Math. Phys. 83 (1982) 303",
        facts=(
            Fact("branch point", 1.0, 1e-12, {"x": 0.0, "y": 0.0}, None, "exact: 0 and 1 - 1/r cross"),
            Fact(
                "neimark-sacker",
                2.0,
                1e-12,
                {"x": 0.5, "y": 0.5},
                "supercritical",
                "exact: mu^2 - mu + r - 1 has roots of modulus sqrt(r - 1)",
            ),
        ),
    ),
}
