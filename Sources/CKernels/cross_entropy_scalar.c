// Softmax and cross-entropy in double. The exponential and the logarithm are written out here, from Taylor's
// series and basic arithmetic alone, so that their bits do not depend on a C library.
#include <math.h>
#include <string.h>

#include "variants.h"

#pragma STDC FP_CONTRACT OFF

// ln 2 = LN2_HIGH + LN2_LOW; the high part is a multiple of 2^-32, so its products with |n| < 2^20 are exact.
static const double LN2_HIGH = 0x1.62e42feep-1, LN2_LOW = 0x1.a39ef35793c76p-33;
static const double LOG2_E = 0x1.71547652b82fep+0;

static double from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// exp(x) for x <= 0, with +0 below -708, where a double would soon be subnormal; NaN gives NaN.
//
// x = n ln 2 + r with |r| <= ln 2 / 2, and exp(x) = 2^n exp(r). Taylor's series of exp(r) to r^13 leaves out less
// than 1.01 * r^14 / 14! < 5e-18; with rounding the relative error stays below 1e-15.
static double exp_of(double x) {
  if (isnan(x)) return x;
  if (x < -708.0) return 0.0;
  const int n = (int)(x * LOG2_E - 0.5);
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
static double log_of(double x) {
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

// The largest of n values, NaN when one of them is.
static float largest(const float *x, size_t n) {
  float best = x[0];
  for (size_t j = 1; j < n; j++) {
    if (x[j] > best || isnan(x[j])) best = x[j];
  }
  return best;
}

double octavo_cross_entropy_scalar(const octavo_cross_entropy *s) {
  double total = 0.0;
  for (size_t i = 0; i < s->m; i++) {
    const float *x = s->x + i * s->n;
    float *grad = s->grad + i * s->n;
    // Differences to the largest logit are exact enough (one rounding) and keep every exponential within 0 ... 1.
    const double top = largest(x, s->n);
    double sum = 0.0;
    for (size_t j = 0; j < s->n; j++) sum += exp_of(x[j] - top);
    for (size_t j = 0; j < s->n; j++) {
      const double target = j == s->label[i] ? 1.0 : 0.0;
      grad[j] = (float)((exp_of(x[j] - top) / sum - target) * s->gradient_scale);
    }
    total += log_of(sum) - (x[s->label[i]] - top);
  }
  return total;
}
