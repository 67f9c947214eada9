"""A model as AUTO takes it: Fortran 90 with its analytic Jacobian, written by SymPy from the function contin follows."""

from __future__ import annotations

import sympy
from sympy.printing.fortran import fcode

from benchmarks.trouble.variant import Variant
from contin.systems.tracing import trace

FUNC = """\
SUBROUTINE FUNC(NDIM,U,ICP,PAR,IJAC,F,DFDU,DFDP)
  IMPLICIT NONE
  INTEGER, INTENT(IN) :: NDIM, IJAC, ICP(*)
  DOUBLE PRECISION, INTENT(IN) :: U(NDIM), PAR(*)
  DOUBLE PRECISION, INTENT(OUT) :: F(NDIM)
  DOUBLE PRECISION, INTENT(INOUT) :: DFDU(NDIM,NDIM), DFDP(NDIM,*)
  DOUBLE PRECISION Y(NDIM), W(NDIM)
  INTEGER i
{declared}
  Y = U
{into}
{read}
{function}
{reflect_function}
  IF (IJAC == 0) RETURN
  DFDU = 0d0
{jacobian}
{reflect_jacobian}
  IF (IJAC == 1) RETURN
{column}
{reflect_column}
END SUBROUTINE FUNC

! The numbers to start from are in start.txt: how many parameters, the state, the parameters.
SUBROUTINE STPNT(NDIM,U,PAR,T)
  IMPLICIT NONE
  INTEGER, INTENT(IN) :: NDIM
  DOUBLE PRECISION, INTENT(INOUT) :: U(NDIM), PAR(*)
  DOUBLE PRECISION, INTENT(IN) :: T
  INTEGER npar
  OPEN(UNIT=21, FILE='start.txt', STATUS='old')
  READ(21,*) npar
  READ(21,*) U(1:NDIM), PAR(1:npar)
  CLOSE(21)
END SUBROUTINE STPNT

SUBROUTINE BCND
END SUBROUTINE BCND

SUBROUTINE ICND
END SUBROUTINE ICND

SUBROUTINE FOPT
END SUBROUTINE FOPT

SUBROUTINE PVLS
END SUBROUTINE PVLS
"""

REFLECT = {
    "into": "  DO i = 1, NDIM\n    W(i) = 1d0 + 0.5d0*SIN(3d0*(i - 1) + 1d0)\n  END DO\n"
    "  Y = Y - W*(2d0*DOT_PRODUCT(W, Y)/DOT_PRODUCT(W, W))",
    "reflect_function": "  F = F - W*(2d0*DOT_PRODUCT(W, F)/DOT_PRODUCT(W, W))",
    "reflect_jacobian": "  DO i = 1, NDIM\n"
    "    DFDU(i,:) = DFDU(i,:) - W*(2d0*DOT_PRODUCT(W, DFDU(i,:))/DOT_PRODUCT(W, W))\n  END DO\n"
    "  DO i = 1, NDIM\n"
    "    DFDU(:,i) = DFDU(:,i) - W*(2d0*DOT_PRODUCT(W, DFDU(:,i))/DOT_PRODUCT(W, W))\n  END DO",
    "reflect_column": "  DFDP(:,{free}) = DFDP(:,{free})"
    " - W*(2d0*DOT_PRODUCT(W, DFDP(1:NDIM,{free}))/DOT_PRODUCT(W, W))",
}


def source(variant: Variant) -> str:
    """The text of the `.f90` file: FUNC and STPNT, the Jacobian in the states and the free parameter."""
    model = variant.model
    n, names = len(model.states), list(model.parameters)
    x = [sympy.Symbol(f"x{i}", real=True) for i in range(1, n + 1)]
    p = [sympy.Symbol(f"p{i}", real=True) for i in range(1, len(names) + 1)]
    formulas = trace(model, x, p)
    free = names.index(variant.along) + 1
    jacobian = {f"DFDU({i},{j})": d for i, f in enumerate(formulas, 1) for j, d in _row(f, x)}
    column = {f"DFDP({i},{free})": sympy.diff(f, p[free - 1]) for i, f in enumerate(formulas, 1)}
    reflect = REFLECT if variant.reflected else dict.fromkeys(REFLECT, "")
    return FUNC.format(
        declared="\n".join(f"  DOUBLE PRECISION {s}" for s in (*x, *p)),
        read="\n".join(
            [f"  x{i} = Y({i})" for i in range(1, n + 1)]
            + [f"  p{i} = PAR({i})" for i in range(1, len(p) + 1)]
        ),
        function=_assignments({f"F({i})": f for i, f in enumerate(formulas, 1)}),
        jacobian=_assignments(jacobian),
        column=_assignments(column),
        **{key: text.replace("{free}", str(free)) for key, text in reflect.items()},
    )


def _row(formula: sympy.Expr, x: list[sympy.Symbol]) -> list[tuple[int, sympy.Expr]]:
    """Column and derivative for each state in the formula."""
    present = formula.free_symbols
    return [(j, sympy.diff(formula, s)) for j, s in enumerate(x, 1) if s in present]


def _assignments(targets: dict[str, sympy.Expr]) -> str:
    lines = (fcode(_plain(e), assign_to=t, standard=95, source_format="free") for t, e in targets.items())
    return "\n".join(lines)


def _plain(expression: sympy.Expr) -> sympy.Expr:
    """Signs and steps as choices: `fcode` takes a sign for one of complex numbers."""
    real = sympy.sympify(expression)
    real = real.replace(sympy.sign, lambda a: sympy.Piecewise((1.0, a > 0), (-1.0, True)))
    return real.replace(sympy.Heaviside, lambda a, *_: sympy.Piecewise((1.0, a > 0), (0.0, True)))
