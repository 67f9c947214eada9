"""The Morris-Lecar model of a barnacle muscle fibre, with three ways for oscillations to begin.

    c v' = iapp - gca m_inf(v) (v - vca) - gk w (v - vk) - gl (v - vl)
    w'   = phi (w_inf(v) - w) cosh((v - v3) / (2 v4))
    m_inf = (1 + tanh((v - v1)/v2)) / 2,   w_inf = (1 + tanh((v - v3)/v4)) / 2

v is the membrane potential in mV, w the fraction of open potassium channels; time in ms, the applied
current iapp in uA/cm^2, conductances in mS/cm^2, c in uF/cm^2, phi in 1/ms. Source: C. Morris and H. Lecar,
Voltage oscillations in the barnacle giant muscle fiber, Biophysical Journal 35, 193-213 (1981). The three
sets of parameters are those of J. Rinzel and G. B. Ermentrout, Analysis of neural excitability and
oscillations, in Koch and Segev (eds), Methods in Neuronal Modeling (1989; 2nd edition 1998, chapter 7,
appendix A), with the values printed in G. B. Ermentrout and D. H. Terman, Mathematical Foundations of
Neuroscience (2010), table 3.1:

    morris_lecar             phi = 0.04,  gca = 4.4, v3 = 2,  v4 = 30      Hopf
    morris_lecar_snlc        phi = 0.067, gca = 4,   v3 = 12, v4 = 17.4    saddle-node on a limit cycle
    morris_lecar_homoclinic  phi = 0.23,  gca = 4,   v3 = 12, v4 = 17.4    homoclinic orbit

`morris_lecar` has one equilibrium for every current and two Hopf points, near 93.86 and 212.02, both
subcritical. The other two sets differ in phi only, which does not act on the equilibria, so they share
their S-shaped curve and its folds at 39.96, where in `morris_lecar_snlc` the cycle is born with infinite
period, and at -9.95. The upper branch gains stability in a subcritical Hopf point, near 97.65 and near
36.32; in `morris_lecar_homoclinic` that lies below the fold at 39.96. On the middle branch, of saddles, the
trace passes through zero once: a neutral saddle, no Hopf point.
"""

import math

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def morris_lecar(
    v,
    w,
    *,
    iapp=0.0,
    phi=0.04,
    gca=4.4,
    gk=8.0,
    gl=2.0,
    vca=120.0,
    vk=-84.0,
    vl=-60.0,
    v1=-1.2,
    v2=18.0,
    v3=2.0,
    v4=30.0,
    c=20.0,
):
    """Morris and Lecar (1981): potential v (mV), open potassium channels w."""
    m_inf = (1 + math.tanh((v - v1) / v2)) / 2
    w_inf = (1 + math.tanh((v - v3) / v4)) / 2
    ionic = gca * m_inf * (v - vca) + gk * w * (v - vk) + gl * (v - vl)
    return (iapp - ionic) / c, phi * (w_inf - w) * math.cosh((v - v3) / (2 * v4))


SOURCE = (
    "Morris and Lecar, Biophys. J. 35, 193 (1981); parameters: Rinzel and Ermentrout (1998), appendix A; "
    "Ermentrout and Terman (2010), table 3.1"
)
COMPUTED = "computed: mpmath, 60 digits"


def _fact(kind, iapp, v, w, criticality=None):
    """Return a point computed by an independent calculation with 60 digits, rounded to double precision."""
    return Fact(kind, iapp, 1e-9, {"v": v, "w": w}, criticality, COMPUTED)


FOLDS = (
    _fact("fold", 39.963153092745352892, -29.389777405484393599, 0.0085143991378203344698),
    _fact("fold", -9.9490393226230647579, -4.0485177879423003601, 0.13650142219342399121),
)

MODELS = {
    "morris_lecar": Example(
        morris_lecar,
        along="iapp",
        span=(-20.0, 300.0),
        start={"v": -60.8553822323, "w": 0.014915024954},
        at={},
        show="v",
        source=SOURCE,
        facts=(
            _fact(
                "hopf", 93.857618373725453244, -25.270104879582681855, 0.13967319001320848377, "subcritical"
            ),
            _fact("hopf", 212.01881610037436819, 7.8006638669712015057, 0.5954906712149935286, "subcritical"),
        ),
    ),
    "morris_lecar_snlc": Example(
        morris_lecar.with_parameters("morris_lecar_snlc", phi=0.067, gca=4.0, v3=12.0, v4=17.4),
        along="iapp",
        span=(-30.0, 150.0),
        start={"v": -59.4739978668, "w": 0.000270382624913},
        at={},
        show="v",
        source=SOURCE,
        facts=(
            *FOLDS,
            _fact(
                "hopf", 97.646163921525908145, 8.3341227147070451793, 0.39619011471649293098, "subcritical"
            ),
        ),
    ),
    "morris_lecar_homoclinic": Example(
        morris_lecar.with_parameters("morris_lecar_homoclinic", phi=0.23, gca=4.0, v3=12.0, v4=17.4),
        along="iapp",
        span=(-30.0, 150.0),
        start={"v": -59.4739978668, "w": 0.000270382624913},
        at={},
        show="v",
        source=SOURCE,
        facts=(
            *FOLDS,
            _fact("hopf", 36.3162174962034481, 4.4107557168791453491, 0.29477034724778778894, "subcritical"),
        ),
    ),
}
