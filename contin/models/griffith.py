"""Griffith's genetic control network: a protein that switches on its own gene.

    x' = y - a x                      protein
    y' = s + x^2 / (1 + x^2) - b y    messenger RNA

x and y are concentrations in units that make the transcription rate saturate at 1 and be half of that at x
= 1; a and b are the degradation rates of protein and mRNA relative to the rate of translation; s, zero in `griffith`, is
the rate at which the gene is read without the protein. All are dimensionless.

Source: J. S. Griffith, Mathematical Neurobiology, Academic Press 1971, pp. 118-122; in this form S. H.
Strogatz, Nonlinear Dynamics and Chaos, example 8.1.1.

Besides the origin the equilibria are x = (1 +- sqrt(1 - 4 a^2 b^2)) / (2 a b), y = a x: a stable node and a
saddle that meet in a fold at 2 a b = 1, x = 1. At a = 2/5, b = 1 the switch is bistable: (0, 0) and (2,
4/5) are stable, the latter with eigenvalues -1/5 and -6/5, and the saddle (1/2, 1/5) lies between them.

With a basal rate s, `griffith_basal`, the fold curve is a b = 2 x/(1 + x^2)^2, s = x^2 (1 - x^2)/(1 + x^2)^2. It has a
cusp at x = 1/sqrt(3), a b = 3 sqrt(3)/8, s = 1/8: there is a switch for s < 1/8 only. At s = 2/25, b = 1 the folds are
a = 27/50, x = 1/3, and a = 18/25 sqrt(2/3), x = sqrt(2/3).
"""

from math import sqrt

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def griffith(x, y, *, a=0.4, b=1.0):
    """Griffith (1971): protein x, mRNA y."""
    return y - a * x, x**2 / (1 + x**2) - b * y


@flow
def griffith_basal(x, y, *, a=0.56, b=1.0, s=0.08):
    """Griffith's switch with a basal rate s: protein x, mRNA y."""
    return y - a * x, s + x**2 / (1 + x**2) - b * y


EXACT = "exact: a b = 2 x/(1 + x^2)^2 and s = x^2 (1 - x^2)/(1 + x^2)^2 with s = 2/25"
HIGH = 18 / 25 * sqrt(2 / 3)

MODELS = {
    "griffith": Example(
        griffith,
        along="a",
        span=(0.05, 1.0),
        start={"x": 2.0, "y": 0.8},
        at={},
        show="x",
        source="Griffith, Mathematical Neurobiology (1971), pp. 118-122; Strogatz, example 8.1.1",
        facts=(
            Fact(
                "fold",
                0.5,
                1e-12,
                {"x": 1.0, "y": 0.5},
                None,
                "exact: the roots of a b (1 + x^2) = x meet at 2 a b = 1, x = 1",
            ),
        ),
    ),
    "griffith_basal": Example(
        griffith_basal,
        along="a",
        span=(0.3, 1.0),
        start={"x": 0.096635, "y": 0.0892587},
        at={"a": 0.92367},
        show="x",
        source="Griffith, Mathematical Neurobiology (1971), with a basal rate",
        facts=(
            Fact("fold", 0.54, 1e-12, {"x": 1 / 3, "y": 0.18}, None, EXACT),
            Fact("fold", HIGH, 1e-12, {"x": sqrt(2 / 3), "y": HIGH * sqrt(2 / 3)}, None, EXACT),
        ),
    ),
}
