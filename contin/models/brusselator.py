"""The Brusselator, a chemical oscillator.

    x' = A - (B + 1) x + x^2 y
    y' = B x - x^2 y

x and y are the concentrations of the two intermediates of A -> X, B + X -> Y + D, 2 X + Y -> 3 X, X -> E,
with all rate constants 1; A and B are held constant. Dimensionless. Source: I. Prigogine and R. Lefever,
Symmetry breaking instabilities in dissipative systems II, Journal of Chemical Physics 48, 1695-1700 (1968).

The equilibrium is (A, B/A) with trace B - 1 - A^2 and determinant A^2: a Hopf point at B = 1 + A^2 with
omega = A. It is supercritical for every A: l1 = -(2 + A^2) / (2 A (1 + 2 A^2)) with <q, q> = 1 and divided
by omega.
"""

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def brusselator(x, y, *, A=1.0, B=3.0):
    """Prigogine and Lefever (1968): intermediates x and y."""
    return A - (B + 1) * x + x**2 * y, B * x - x**2 * y


MODELS = {
    "brusselator": Example(
        brusselator,
        along="B",
        span=(0.5, 4.0),
        start={"x": 1.0, "y": 1.0},
        at={"B": 1.0},
        show="x",
        source="Prigogine and Lefever, J. Chem. Phys. 48, 1695 (1968)",
        facts=(
            Fact(
                "hopf",
                2.0,
                1e-12,
                {"x": 1.0, "y": 2.0},
                "supercritical",
                "exact: the trace is B - 1 - A^2, and l1 = -(2 + A^2) / (2 A (1 + 2 A^2)) < 0",
            ),
        ),
    ),
}
