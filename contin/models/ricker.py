"""Ricker's map: fish whose young are eaten by the grown-up ones.

    x -> x exp(r (1 - x))

x is the stock, in units of the one that replaces itself, r the logarithm of the growth a generation when there are few.

Source: W. E. Ricker, Stock and recruitment, Journal of the Fisheries Research Board of Canada 11 (1954) 559-623; R.
M. May, Biological populations with nonoverlapping generations, Science 186 (1974) 645-647.

The fixed point 1 has the multiplier 1 - r: it flips at r = 2, with b = 2/3. The 2-cycle 1 +- s has r = 2 artanh(s)/s
and the multiplier (1 - r)^2 - r^2 s^2; its flip, at r = 2.526..., and the end of the cascade, at 2.692..., are in
May's table.
"""

from math import atanh, exp

from contin.models.example import Example, Fact
from contin.systems import map


@map
def ricker(x, *, r=1.5):
    """Ricker (1954): stock and recruitment."""
    return x * exp(r * (1 - x))


S = 0.7222958594606660419628839054879644149

MODELS = {
    "ricker": Example(
        ricker,
        along="r",
        span=(0.5, 3.0),
        start={"x": 1.0},
        at={},
        show="x",
        source="Ricker, J. Fish. Res. Bd. Can. 11 (1954) 559; May, Science 186 (1974) 645",
        facts=(
            Fact("flip", 2.0, 1e-12, {"x": 1.0}, "supercritical", "exact: at x = 1 the multiplier is 1 - r"),
            Fact(
                "flip",
                2 * atanh(S) / S,
                1e-12,
                {"x": 1 + S},
                "supercritical",
                "exact: (1 - r)^2 - r^2 s^2 = -1 with r s = 2 artanh(s), s = 0.72229585946...",
                period=2,
            ),
        ),
    ),
}
