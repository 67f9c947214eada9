"""The Rosenzweig-MacArthur equations: predators that eat at a limited rate, and the paradox of enrichment.

    x' = r x (1 - x / K) - a x y / (1 + a h x)
    y' = e a x y / (1 + a h x) - m y

x and y are the densities of prey and predators, r the growth rate of the prey and K their carrying
capacity, a the rate at which a predator finds prey, h the time it spends on each, e the predators born per
prey, m their death rate. With all of r, a, h, e equal to 1 as here: dimensionless. Source: M. L. Rosenzweig
and R. H. MacArthur, Graphical representation and stability conditions of predator-prey interactions,
American Naturalist 97, 209-223 (1963); with this response, C. S. Holling (1959).

The predators live on x = m / (a (e - m h)), 1 for m = 1/2: from K = 1 on, where y = (1 + x)(1 - x/K) grows
from zero in a transcritical point. At the coexistence state the trace is proportional to the slope of that
curve, 1 - 1/K - 2 x/K, which vanishes at K = 3, (1, 4/3), with determinant x/(1 + x) y/(1 + x)^2 = 1/6: a
supercritical Hopf point with omega = 1/sqrt(6). A richer supply, K > 3, makes the populations oscillate.
"""

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def rosenzweig_macarthur(x, y, *, K=4.0, r=1.0, a=1.0, h=1.0, e=1.0, m=0.5):
    """Rosenzweig and MacArthur (1963): prey x, predators y."""
    eaten = a * x * y / (1 + a * h * x)
    return r * x * (1 - x / K) - eaten, e * eaten - m * y


MODELS = {
    "rosenzweig_macarthur": Example(
        rosenzweig_macarthur,
        along="K",
        span=(0.25, 5.0),
        start={"x": 0.5, "y": 0.0},
        at={"K": 0.5},
        show="y",
        source="Rosenzweig and MacArthur, American Naturalist 97, 209 (1963)",
        facts=(
            Fact(
                "branch point",
                1.0,
                1e-12,
                {"x": 1.0, "y": 0.0},
                None,
                "exact: at (K, 0) the eigenvalue K / (1 + K) - 1/2 passes through zero at K = 1",
            ),
            Fact(
                "hopf",
                3.0,
                1e-12,
                {"x": 1.0, "y": 4 / 3},
                "supercritical",
                "exact: the predators' state is at the top of (1 + x)(1 - x/K), x = (K - 1)/2; "
                "l1 < 0 computed with mpmath, 60 digits",
            ),
        ),
    ),
}
