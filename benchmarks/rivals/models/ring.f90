! A ring of m = n/2 FitzHugh-Nagumo cells, unlike each other, under a current that is a sine of the phase:
! an endless branch in the phase. Cell i has u = U(2i - 1), v = U(2i).
!   u_i' = u_i - u_i^3/3 - v_i + current + amplitude sin(phase) + spread h_i
!          + D ((1 + drift) (u_{i-1} - u_i) + (1 - drift) (u_{i+1} - u_i)),   D = diffusion (m/(2 pi))^2
!   v_i' = epsilon (u_i + a - b v_i)
! h_i = 2 mod(7 k^2 + 3 k, m)/m - 1 with k = i - 1 stands for differences between the cells.
! PAR: 1 phase, 2 epsilon, 3 a, 4 b, 5 current, 6 amplitude, 7 diffusion, 8 drift, 9 spread.
SUBROUTINE FUNC(NDIM,U,ICP,PAR,IJAC,F,DFDU,DFDP)
  IMPLICIT NONE
  INTEGER, INTENT(IN) :: NDIM, IJAC, ICP(*)
  DOUBLE PRECISION, INTENT(IN) :: U(NDIM), PAR(*)
  DOUBLE PRECISION, INTENT(OUT) :: F(NDIM)
  DOUBLE PRECISION, INTENT(INOUT) :: DFDU(NDIM,NDIM), DFDP(NDIM,*)
  DOUBLE PRECISION, PARAMETER :: TWOPI = 6.283185307179586477d0
  DOUBLE PRECISION drive, left, right, h
  INTEGER i, k, m, il, ir, iu, iv

  m = NDIM/2
  drive = PAR(5) + PAR(6)*SIN(PAR(1))
  left = PAR(7)*(m/TWOPI)**2*(1d0 + PAR(8))
  right = PAR(7)*(m/TWOPI)**2*(1d0 - PAR(8))

  DO i = 1, m
     iu = 2*i - 1
     iv = 2*i
     il = iu - 2
     IF (i == 1) il = NDIM - 1
     ir = iu + 2
     IF (i == m) ir = 1
     k = i - 1
     h = (2d0*MOD(7*k*k + 3*k, m))/m - 1d0
     F(iu) = U(iu) - U(iu)**3/3d0 - U(iv) + drive + PAR(9)*h + left*(U(il) - U(iu)) + right*(U(ir) - U(iu))
     F(iv) = PAR(2)*(U(iu) + PAR(3) - PAR(4)*U(iv))
  END DO
  IF (IJAC == 0) RETURN

  ! AUTO hands in a matrix of zeros.
  DO i = 1, m
     iu = 2*i - 1
     iv = 2*i
     il = iu - 2
     IF (i == 1) il = NDIM - 1
     ir = iu + 2
     IF (i == m) ir = 1
     DFDU(iu,iu) = 1d0 - U(iu)**2 - left - right
     DFDU(iu,iv) = -1d0
     DFDU(iu,il) = left
     DFDU(iu,ir) = right
     DFDU(iv,iu) = PAR(2)
     DFDU(iv,iv) = -PAR(2)*PAR(4)
  END DO
  IF (IJAC == 1) RETURN

  ! Only the phase is ever free; AUTO uses no other column.
  DO i = 1, m
     DFDP(2*i-1,1) = PAR(6)*COS(PAR(1))
     DFDP(2*i,1) = 0d0
  END DO
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
