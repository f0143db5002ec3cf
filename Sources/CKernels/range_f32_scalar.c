// The range of values by its definition.
#include <math.h>

#include "variants.h"

#pragma STDC FP_CONTRACT OFF

void octavo_range_f32_scalar(size_t count, const float *x, float *low, float *high) {
  float least = INFINITY, greatest = -INFINITY;
  for (size_t i = 0; i < count; i++) {
    if (isnan(x[i])) {
      *low = *high = x[i];
      return;
    }
    least = x[i] < least ? x[i] : least;
    greatest = x[i] > greatest ? x[i] : greatest;
  }
  // Which zero came first shall not show: -0 + 0 is +0.
  *low = least + 0.0f;
  *high = greatest + 0.0f;
}
