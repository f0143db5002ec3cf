// Cosine and sine in double, written out from Taylor's series and basic arithmetic alone, so that their bits do not depend
// on a C library.
#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

// angle = n pi / 2 + r with |r| <= pi / 4. pi / 2 comes in three parts, of 28, 28 and 53 bits: the products of the first
// two with n < 2^25 are exact. The series to r^17 and r^18 leave out less than 1e-18.
void octavo_rotation(double angle, double *cosine, double *sine) {
  const double two_by_pi = 0x1.45f306dc9c883p-1;
  const int64_t n = (int64_t)(angle * two_by_pi + 0.5);
  const double turns = (double)n;
  const double r = ((angle - turns * 0x1.921fb54p+0) - turns * 0x1.10b461p-30) - turns * 0x1.a62633145c06ep-58;
  const double square = r * r;
  double s = 1.0, c = 1.0;
  for (int i = 16; i >= 2; i -= 2) s = 1.0 - s * square / (double)(i * (i + 1));
  for (int i = 18; i >= 2; i -= 2) c = 1.0 - c * square / (double)(i * (i - 1));
  s *= r;
  switch (n & 3) {
    case 0: *cosine = c, *sine = s; break;
    case 1: *cosine = -s, *sine = c; break;
    case 2: *cosine = -c, *sine = -s; break;
    default: *cosine = s, *sine = -c; break;
  }
}
