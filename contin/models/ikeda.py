"""Ikeda's map: light going round in a ring that holds a nonlinear medium.

    x -> 1 + u (x cos t - y sin t)
    y -> u (x sin t + y cos t),      t = 2/5 - 6/(1 + x^2 + y^2)

x + i y is the amplitude of the electric field at one place, from one turn to the next, u the part of it that the
mirrors keep. Areas shrink by u^2 at each step. Dimensionless.

Source: K. Ikeda, Multiple-valued stationary state and its instability of the transmitted light by a ring cavity
system, Optics Communications 30 (1979) 257-261; in this form S. M. Hammel, C. K. R. T. Jones and J. V. Moloney,
Global dynamical behavior of the optical field in a ring cavity, Journal of the Optical Society of America B 2 (1985)
552-564.
"""

from math import cos, sin

from contin.models.example import Example, Fact
from contin.systems import map

FLIP = 0.40270063009196946


@map
def ikeda(x, y, *, u=0.3):
    """Ikeda (1979): the field in a ring of mirrors."""
    t = 0.4 - 6 / (1 + x**2 + y**2)
    return 1 + u * (x * cos(t) - y * sin(t)), u * (x * sin(t) + y * cos(t))


MODELS = {
    "ikeda": Example(
        ikeda,
        along="u",
        span=(0.0, 0.95),
        start={"x": 1.0, "y": 0.0},
        at={"u": 0.0},
        show="x",
        source="Ikeda, Optics Communications 30 (1979) 257; Hammel, Jones and Moloney, J. Opt. Soc. Am. B 2 (1985) 552",
        facts=(
            Fact(
                "flip",
                FLIP,
                1e-12,
                {"x": 0.71979296419830434, "y": 0.081047476604571005},
                "supercritical",
                "computed: the fixed point with 1 + trace + u^2 = 0, by Newton's method with 40 digits",
            ),
        ),
    ),
}
