// Requantization by its definition.
#include <math.h>

#include "variants.h"

#pragma STDC FP_CONTRACT OFF

void octavo_requantize_u8_scalar(const octavo_requantize_u8 *g) {
  // Clamping before rounding gives the same result, since the limits are integers, and keeps the conversion
  // inside s32. A NaN fails the first comparison and becomes low.
  const float low = (float)(g->low - g->zero_point), high = (float)(g->high - g->zero_point);
  for (size_t i = 0; i < g->m; i++) {
    const int32_t *acc = g->acc + i * g->ldc;
    uint8_t *out = g->out + g->out_row[i];
    for (size_t j = 0; j < g->n; j++) {
      float x = (float)acc[j];
      if (g->bias) x = fmaf(g->bias[j], g->bias_factor, x);
      x *= g->multiplier[j];
      x = x > low ? x : low;
      x = x < high ? x : high;
      out[j] = (uint8_t)((int32_t)rintf(x) + g->zero_point);
    }
  }
}
