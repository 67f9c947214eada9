! Griffith (1971): protein x = U(1), mRNA y = U(2); a = PAR(1), b = PAR(2).
! The fold for b = 1 is at a = 1/2, (x, y) = (1, 1/2).
SUBROUTINE FUNC(NDIM,U,ICP,PAR,IJAC,F,DFDU,DFDP)
  IMPLICIT NONE
  INTEGER, INTENT(IN) :: NDIM, IJAC, ICP(*)
  DOUBLE PRECISION, INTENT(IN) :: U(NDIM), PAR(*)
  DOUBLE PRECISION, INTENT(OUT) :: F(NDIM)
  DOUBLE PRECISION, INTENT(INOUT) :: DFDU(NDIM,NDIM), DFDP(NDIM,*)
  DOUBLE PRECISION x, y, a, b, s

  x = U(1)
  y = U(2)
  a = PAR(1)
  b = PAR(2)
  s = 1d0 + x*x

  F(1) = y - a*x
  F(2) = x*x/s - b*y
  IF (IJAC == 0) RETURN

  DFDU(1,1) = -a
  DFDU(1,2) = 1d0
  DFDU(2,1) = 2d0*x/(s*s)
  DFDU(2,2) = -b
  IF (IJAC == 1) RETURN

  DFDP(1,1) = -x
  DFDP(2,1) = 0d0
  DFDP(1,2) = 0d0
  DFDP(2,2) = -y
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
