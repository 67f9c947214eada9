/* Leaves the unlabelled lines out of AUTO-07p's output.
 *
 * AUTO formats, writes and flushes one line of text to fort.7 for every point. Linked with
 * `-Wl,--wrap=__io_MOD_wrline`, its unchanged objects call the function below in place of that
 * writer: ordinary points are only counted, special and end points are written as ever. The number
 * of points goes to stderr when the program ends.
 */
#include <stdio.h>
#include <stdlib.h>

static long points = 0;

static void report(void) { fprintf(stderr, "points %ld\n", points); }

void __real___io_MOD_wrline(void *ap, void *par, int *icu, int *ibr, int *ntot, int *lab, double *vaxis, double *u);

void __wrap___io_MOD_wrline(void *ap, void *par, int *icu, int *ibr, int *ntot, int *lab, double *vaxis, double *u) {
    if (points++ == 0) atexit(report);
    if (*lab != 0) __real___io_MOD_wrline(ap, par, icu, ibr, ntot, lab, vaxis, u);
}
