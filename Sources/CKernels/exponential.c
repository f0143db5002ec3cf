// The exponential in double, written out from Taylor's series and basic arithmetic alone, so that its bits do not depend
// on a C library.
#include <math.h>

#include "natural.h"
#include "variants.h"

#pragma STDC FP_CONTRACT OFF

// exp(x) for x <= 0, with +0 below -708, where a double would soon be subnormal; NaN gives NaN.
//
// x = n ln 2 + r with |r| <= ln 2 / 2, and exp(x) = 2^n exp(r). Taylor's series of exp(r) to r^13 leaves out less
// than 1.01 * r^14 / 14! < 5e-18; with rounding the relative error stays below 1e-15.
double octavo_exponential(double x) {
  const double log2_e = 0x1.71547652b82fep+0;
  if (isnan(x)) return x;
  if (x < -708.0) return 0.0;
  const int n = (int)(x * log2_e - 0.5);
  const double r = (x - n * LN2_HIGH) - n * LN2_LOW;
  double sum = 1.0;
  for (int i = 13; i >= 1; i--) sum = 1.0 + sum * (r / i);
  return sum * from_bits((uint64_t)(1023 + n) << 52);
}
