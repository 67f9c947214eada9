"""The Hodgkin-Huxley equations of the squid giant axon, space-clamped, at 6.3 degrees Celsius.

    c v' = iapp - gna m^3 h (v - ena) - gk n^4 (v - ek) - gl (v - el)
    m' = alpha_m(v) (1 - m) - beta_m(v) m, and likewise h and n

v is the membrane potential in mV; m, h, n are the activation and inactivation of the sodium and the
activation of the potassium current; time in ms, the applied current iapp in uA/cm^2, conductances in
mS/cm^2, c in uF/cm^2. Source: A. L. Hodgkin and A. F. Huxley, A quantitative description of membrane
current and its application to conduction and excitation in nerve, Journal of Physiology 117, 500-544
(1952), equations (12), (13), (20), (21), (23), (24), (26) and table 3, in the modern sign and with rest at
-65 mV: v = -65 - V where V is the paper's variable.

The printed leak potential, 10.613 mV from rest, is el = -54.387. Texts that round it to -54.4 shift the
whole diagram: with another el every special point lies at exactly iapp + gl (-54.387 - el), the state
unchanged, because el enters only in the sum iapp + gl el. With -54.387 there is one equilibrium for every
current, stable outside the two Hopf points iapp = 9.7754... (subcritical) and 154.5224... (supercritical);
the often quoted 9.78 and 154.53 belong to a leak potential for which the current at rest is exactly zero,
el = -54.4011.

The rates alpha_m and alpha_n are quotients that become 0/0 at v = -40 and v = -55. The form used here, x/2
+ (x/2)/tanh(x/2) for x/(1 - exp(-x)), is exact near these points, too, but still undefined exactly at them.
"""

import math

from contin.models.example import Example, Fact
from contin.systems import flow


def _linoid(x):
    """Return x / (1 - exp(-x)), written so that nothing cancels near x = 0; undefined at x = 0 itself."""
    return x / 2 + x / 2 / math.tanh(x / 2)


@flow
def hodgkin_huxley(
    v, m, h, n, *, iapp=0.0, gna=120.0, gk=36.0, gl=0.3, ena=50.0, ek=-77.0, el=-54.387, c=1.0
):
    """Hodgkin and Huxley (1952): potential v (mV), gates m, h, n."""
    alpha_m = _linoid((v + 40) / 10)
    beta_m = 4 * math.exp(-(v + 65) / 18)
    alpha_h = 0.07 * math.exp(-(v + 65) / 20)
    beta_h = 1 / (1 + math.exp(-(v + 35) / 10))
    alpha_n = 0.1 * _linoid((v + 55) / 10)
    beta_n = 0.125 * math.exp(-(v + 65) / 80)
    ionic = gna * m**3 * h * (v - ena) + gk * n**4 * (v - ek) + gl * (v - el)
    return (
        (iapp - ionic) / c,
        alpha_m * (1 - m) - beta_m * m,
        alpha_h * (1 - h) - beta_h * h,
        alpha_n * (1 - n) - beta_n * n,
    )


PROVED = (
    "C. Hendrick, Hopf bifurcations and bistability in the Hodgkin-Huxley equations at the 1952 parameters: "
    "computer-assisted proofs (2026), doi 10.5281/zenodo.23047046, abstract; state computed with mpmath"
)

MODELS = {
    "hodgkin_huxley": Example(
        hodgkin_huxley,
        along="iapp",
        span=(-5.0, 180.0),
        start={"v": -64.9963793312, "m": 0.052955086813, "h": 0.59599412474, "n": 0.317732399761},
        at={},
        show="v",
        source="Hodgkin and Huxley, J. Physiol. 117, 500 (1952), equation (26) and table 3",
        facts=(
            Fact(
                "hopf",
                9.7754379953931263325,
                1e-9,
                {
                    "v": -59.654143602995405464,
                    "m": 0.097257349910878527302,
                    "h": 0.4062275201841898977,
                    "n": 0.4017841280524271303,
                },
                "subcritical",
                PROVED,
            ),
            Fact(
                "hopf",
                154.52243366580800086,
                1e-9,
                {
                    "v": -43.058092012983826298,
                    "m": 0.4196774383372967584,
                    "h": 0.070355390839206423782,
                    "n": 0.64324945074182791675,
                },
                "supercritical",
                PROVED,
            ),
        ),
    ),
}
