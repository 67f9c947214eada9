"""The Lotka-Volterra equations of prey and predator, and the same with a limit to the prey.

    x' = alpha x - beta x y,                 y' = delta x y - gamma y    lotka_volterra
    x' = alpha x (1 - x / K) - beta x y,     y' = delta x y - gamma y    lotka_volterra_logistic

x and y are the numbers of prey and predators in any unit, alpha the growth rate of the prey and gamma the
death rate of the predators (1/time), beta and delta the rates at which prey are eaten and predators are
born of them (1/(time number)), K the number of prey that the land carries. Source: A. J. Lotka, Elements
of Physical Biology (1925), chapter VIII; V. Volterra, Fluctuations in the abundance of a species considered
mathematically, Nature 118, 558-560 (1926).

`lotka_volterra` has a centre at (gamma/delta, alpha/beta) for all positive parameters: the eigenvalues are
+-i sqrt(alpha gamma), and V = delta x - gamma ln x + beta y - alpha ln y is constant along every solution.
Nothing changes with the parameters, so there is no special point, in particular no Hopf point.

In `lotka_volterra_logistic` the prey alone, (K, 0), feed the predators from K = gamma/delta on, where the
branch x = gamma/delta, y = alpha/beta (1 - gamma/(delta K)) crosses: a transcritical point. The trace
there is -alpha gamma/(delta K) < 0, so coexistence is stable and never oscillates for ever.
"""

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def lotka_volterra(x, y, *, alpha=2 / 3, beta=4 / 3, delta=1.0, gamma=1.0):
    """Lotka (1925), Volterra (1926): prey x, predators y."""
    return alpha * x - beta * x * y, delta * x * y - gamma * y


@flow
def lotka_volterra_logistic(x, y, *, K=2.0, alpha=2 / 3, beta=4 / 3, delta=1.0, gamma=1.0):
    """Prey x that grow to the number K by themselves, predators y."""
    return alpha * x * (1 - x / K) - beta * x * y, delta * x * y - gamma * y


SOURCE = "Lotka, Elements of Physical Biology (1925), chapter VIII; Volterra, Nature 118, 558 (1926)"

MODELS = {
    "lotka_volterra": Example(
        lotka_volterra,
        along="alpha",
        span=(0.1, 2.0),
        start={"x": 1.0, "y": 0.5},
        at={},
        show="y",
        source=SOURCE,
        facts=(),
    ),
    "lotka_volterra_logistic": Example(
        lotka_volterra_logistic,
        along="K",
        span=(0.2, 4.0),
        start={"x": 0.5, "y": 0.0},
        at={"K": 0.5},
        show="y",
        source=SOURCE,
        facts=(
            Fact(
                "branch point",
                1.0,
                1e-12,
                {"x": 1.0, "y": 0.0},
                None,
                "exact: at (K, 0) the eigenvalue delta K - gamma passes through zero at K = gamma/delta",
            ),
        ),
    ),
}
