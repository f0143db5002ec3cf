// Softmax and cross-entropy in double. The logarithm is written out here, as the exponential is in its file.
#include <math.h>
#include <string.h>

#include "natural.h"
#include "variants.h"

#pragma STDC FP_CONTRACT OFF

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
    for (size_t j = 0; j < s->n; j++) sum += octavo_exponential(x[j] - top);
    for (size_t j = 0; j < s->n; j++) {
      const double target = j == s->label[i] ? 1.0 : 0.0;
      grad[j] = (float)((octavo_exponential(x[j] - top) / sum - target) * s->gradient_scale);
    }
    total += log_of(sum) - (x[s->label[i]] - top);
  }
  return total;
}
