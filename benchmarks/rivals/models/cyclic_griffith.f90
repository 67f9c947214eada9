! Griffith's switch with a basal rate and a cyclic decay rate: an endless branch in the phase.
!   x' = y - (mean + amplitude sin(phase)) x,   y' = basal + x^2/(1 + x^2) - b y
! PAR: 1 phase, 2 mean, 3 amplitude, 4 basal, 5 b.  Four folds in each 2 pi of the phase.
SUBROUTINE FUNC(NDIM,U,ICP,PAR,IJAC,F,DFDU,DFDP)
  IMPLICIT NONE
  INTEGER, INTENT(IN) :: NDIM, IJAC, ICP(*)
  DOUBLE PRECISION, INTENT(IN) :: U(NDIM), PAR(*)
  DOUBLE PRECISION, INTENT(OUT) :: F(NDIM)
  DOUBLE PRECISION, INTENT(INOUT) :: DFDU(NDIM,NDIM), DFDP(NDIM,*)
  DOUBLE PRECISION x, y, a, b, s

  x = U(1)
  y = U(2)
  a = PAR(2) + PAR(3)*SIN(PAR(1))
  b = PAR(5)
  s = 1d0 + x*x

  F(1) = y - a*x
  F(2) = PAR(4) + x*x/s - b*y
  IF (IJAC == 0) RETURN

  DFDU(1,1) = -a
  DFDU(1,2) = 1d0
  DFDU(2,1) = 2d0*x/(s*s)
  DFDU(2,2) = -b
  IF (IJAC == 1) RETURN

  DFDP(1,1) = -PAR(3)*COS(PAR(1))*x
  DFDP(2,1) = 0d0
  DFDP(1,2) = -x
  DFDP(2,2) = 0d0
  DFDP(1,3) = -SIN(PAR(1))*x
  DFDP(2,3) = 0d0
  DFDP(1,4) = 0d0
  DFDP(2,4) = 1d0
  DFDP(1,5) = 0d0
  DFDP(2,5) = -y
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
