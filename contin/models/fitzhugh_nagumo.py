"""The FitzHugh-Nagumo model of an excitable membrane.

    v' = v - v^3/3 - w + iapp
    w' = (v + a - b w) / tau

v is the membrane potential, w the recovery variable, iapp the applied current, tau the ratio of the time
scales; all dimensionless. a = 0.7, b = 0.8, tau = 12.5 (w' = 0.08 (v + 0.7 - 0.8 w)). Source: R. FitzHugh,
Impulses and physiological states in theoretical models of nerve membrane, Biophysical Journal 1, 445-466
(1961); in this form with these values E. M. Izhikevich and R. FitzHugh, FitzHugh-Nagumo model, Scholarpedia
1(9):1349 (2006).

On the equilibria w = (v + a)/b the trace 1 - v^2 - b/tau vanishes at v = -+sqrt(1 - b/tau): two Hopf points
at iapp = (v + a)/b - v + v^3/3 with omega^2 = 1/tau - (b/tau)^2. With k = b/tau their first Lyapunov
coefficient, for <q, q> = 1 and divided by omega, is

    l1 = tau / (2 omega (1 + tau)) (2 k (1 - k) / omega^2 - 1),

the same for both and positive here: both are subcritical. Since b < 1 there is one equilibrium for every
current, no fold.
"""

from math import sqrt

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def fitzhugh_nagumo(v, w, *, iapp=0.0, a=0.7, b=0.8, tau=12.5):
    """FitzHugh (1961): potential v, recovery w."""
    return v - v**3 / 3 - w + iapp, (v + a - b * w) / tau


def _hopf(v):
    """Return the Hopf point at the potential `v`, a root of 1 - v^2 - b/tau = 0, for the defaults."""
    w = (v + 0.7) / 0.8
    source = "exact: trace 0 at v^2 = 1 - b/tau, iapp = (v + a)/b - v + v^3/3; l1 > 0 in closed form"
    return Fact("hopf", w - v + v**3 / 3, 1e-12, {"v": v, "w": w}, "subcritical", source)


MODELS = {
    "fitzhugh_nagumo": Example(
        fitzhugh_nagumo,
        along="iapp",
        span=(-0.5, 2.5),
        start={"v": -1.19940803524, "w": -0.624260044055},
        at={},
        show="v",
        source="FitzHugh, Biophys. J. 1, 445 (1961); Izhikevich and FitzHugh, Scholarpedia 1(9):1349 (2006)",
        facts=(_hopf(-sqrt(1 - 0.8 / 12.5)), _hopf(sqrt(1 - 0.8 / 12.5))),
    ),
}
