// The exponential and the logarithm in double, written out from Taylor's series and basic arithmetic alone, so that their
// bits do not depend on a C library.
#include <math.h>
#include <string.h>

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

// log(x) for finite x >= 1; NaN gives NaN.
//
// x = 2^n z with z in (sqrt(1/2), sqrt(2)], log x = n ln 2 + 2 artanh(f), f = (z - 1) / (z + 1), |f| < 0.1716.
// The series 2 (f + f^3 / 3 + ... + f^21 / 21) leaves out less than f^22 / 22 < 1e-18 of itself; with rounding
// the relative error stays below 1e-15. (z - 1 is exact, so this holds next to x = 1 too.)
double octavo_logarithm(double x) {
  if (isnan(x)) return x;
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  int n = (int)(bits >> 52) - 1023;
  double z = from_bits((bits & 0xfffffffffffffu) | (uint64_t)1023 << 52);
  if (z > 0x1.6a09e667f3bcdp+0) {
    z *= 0.5;
    n += 1;
  }
  const double f = (z - 1.0) / (z + 1.0), square = f * f;
  double sum = 0.0;
  for (int i = 21; i >= 3; i -= 2) sum = (sum + 1.0 / i) * square;
  return n * LN2_HIGH + (n * LN2_LOW + 2.0 * (f + f * sum));
}
