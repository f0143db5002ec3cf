// Softmax and cross-entropy in double.
#include <math.h>
#include <string.h>

#include "natural.h"
#include "variants.h"

#pragma STDC FP_CONTRACT OFF

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
    total += octavo_logarithm(sum) - (x[s->label[i]] - top);
  }
  return total;
}
