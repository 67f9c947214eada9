! Stirred tank with one exothermic reaction (Uppal, Ray and Poore 1976), time in units of the residence
! time tau: conversion x = U(1), temperature y = U(2). The ignited states are an isola in tau.
!   x' = -x + r,   y' = -y + heat r - loss tau y,   r = rate tau (1 - x) exp(y)
! PAR: 1 tau, 2 rate, 3 heat, 4 loss.
SUBROUTINE FUNC(NDIM,U,ICP,PAR,IJAC,F,DFDU,DFDP)
  IMPLICIT NONE
  INTEGER, INTENT(IN) :: NDIM, IJAC, ICP(*)
  DOUBLE PRECISION, INTENT(IN) :: U(NDIM), PAR(*)
  DOUBLE PRECISION, INTENT(OUT) :: F(NDIM)
  DOUBLE PRECISION, INTENT(INOUT) :: DFDU(NDIM,NDIM), DFDP(NDIM,*)
  DOUBLE PRECISION x, y, tau, e, r

  x = U(1)
  y = U(2)
  tau = PAR(1)
  e = EXP(y)
  r = PAR(2)*tau*(1d0 - x)*e

  F(1) = -x + r
  F(2) = -y + PAR(3)*r - PAR(4)*tau*y
  IF (IJAC == 0) RETURN

  DFDU(1,1) = -1d0 - PAR(2)*tau*e
  DFDU(1,2) = r
  DFDU(2,1) = -PAR(3)*PAR(2)*tau*e
  DFDU(2,2) = -1d0 + PAR(3)*r - PAR(4)*tau
  IF (IJAC == 1) RETURN

  DFDP(1,1) = PAR(2)*(1d0 - x)*e
  DFDP(2,1) = PAR(3)*PAR(2)*(1d0 - x)*e - PAR(4)*y
  DFDP(1,2) = tau*(1d0 - x)*e
  DFDP(2,2) = PAR(3)*tau*(1d0 - x)*e
  DFDP(1,3) = 0d0
  DFDP(2,3) = r
  DFDP(1,4) = 0d0
  DFDP(2,4) = -tau*y
END SUBROUTINE FUNC

! The numbers to start from are in start.txt: how many parameters, the state, the parameters.
SUBROUTINE STPNT(NDIM,U,PAR,T)
  IMPLICIT NONE
  INTEGER, INTENT(IN) :: NDIM
  DOUBLE PRECISION, INTENT(INOUT) :: U(NDIM), PAR(*)
  DOUBLE PRECISION, INTENT(IN) :: T
  DOUBLE PRECISION, ALLOCATABLE, SAVE :: start(:)
  INTEGER npar

  ! Read once only, so that many runs in one process do not pay for it each time.
  IF (.NOT. ALLOCATED(start)) THEN
     OPEN(UNIT=21, FILE='start.txt', STATUS='old')
     READ(21,*) npar
     ALLOCATE(start(NDIM + npar))
     READ(21,*) start
     CLOSE(21)
  END IF
  U(1:NDIM) = start(1:NDIM)
  PAR(1:SIZE(start) - NDIM) = start(NDIM+1:)
END SUBROUTINE STPNT

SUBROUTINE BCND
END SUBROUTINE BCND

SUBROUTINE ICND
END SUBROUTINE ICND

SUBROUTINE FOPT
END SUBROUTINE FOPT

SUBROUTINE PVLS
END SUBROUTINE PVLS
