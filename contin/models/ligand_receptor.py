"""A ligand that pairs up and binds its receptor as a pair; ligand and receptor are conserved.

    Lf' = -2 k1 Lf^2 + 2 km1 LD                        free ligand
    LD' = k1 Lf^2 - km1 LD - k2 LD Rf + km2 Rb         pairs (dimers)
    Rb' = k2 LD Rf - km2 Rb                            bound receptor
    Rf' = -k2 LD Rf + km2 Rb                           free receptor

Concentrations in any unit, k1 and k2 in 1/(concentration time), km1 and km2 in 1/time. Source: mass action; after
a university lecture on models in biology, which prints the equation of the pairs without their decay and that of
the ligand without the factor 2, so that mass is not conserved there.

Conserved are the ligand, Lf + 2 LD + 2 Rb, and the receptor, Rb + Rf. At the equilibria LD = (k1/km1) Lf^2 and Rb =
(k2/km2) LD Rf: for positive totals there is one with positive concentrations, and it is stable. With k1/km1 = 2,
k2/km2 = 4, receptor 3 and ligand 11/2 it is (1/2, 1/2, 2, 1). There is no special point: the two zero eigenvalues
are those of the conserved totals.
"""

from contin.models.example import Example
from contin.systems import flow


@flow(conserved={"ligand": "Lf + 2*LD + 2*Rb", "receptor": "Rb + Rf"})
def ligand_receptor(Lf, LD, Rb, Rf, *, k1=2.0, km1=1.0, k2=4.0, km2=1.0):
    """Free ligand Lf, its pairs LD, receptor with a pair Rb and without Rf."""
    pairing = k1 * Lf**2 - km1 * LD
    binding = k2 * LD * Rf - km2 * Rb
    return -2 * pairing, pairing - binding, binding, -binding


MODELS = {
    "ligand_receptor": Example(
        ligand_receptor,
        along="k1",
        span=(0.1, 10.0),
        start={"Lf": 0.5, "LD": 0.5, "Rb": 2.0, "Rf": 1.0},
        at={},
        show="Rb",
        source="mass action, after a university lecture",
        facts=(),
    ),
}
