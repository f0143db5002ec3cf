// Quantization by its definition.
#include <math.h>

#include "variants.h"

#pragma STDC FP_CONTRACT OFF

static void fused(const octavo_quantize_u8 *g) {
  const float low = (float)g->low, high = (float)g->high, zero_point = (float)g->zero_point;
  const float reciprocal = 1.0f / g->scale;
  for (size_t i = 0; i < g->count; i++) {
    float x = fmaf(g->x[i], reciprocal, zero_point);
    x = x > low ? x : low;
    x = x < high ? x : high;
    g->q[i] = (uint8_t)(int32_t)rintf(x);
  }
}

void octavo_quantize_u8_scalar(const octavo_quantize_u8 *g) {
  if (g->rule == OCTAVO_QUANTIZE_FUSED) {
    fused(g);
    return;
  }
  // As in requantization: clamped first, so that the conversion cannot overflow and NaN becomes low.
  const float low = (float)(g->low - g->zero_point), high = (float)(g->high - g->zero_point);
  for (size_t i = 0; i < g->count; i++) {
    float x = g->x[i] / g->scale;
    x = x > low ? x : low;
    x = x < high ? x : high;
    g->q[i] = (uint8_t)((int32_t)rintf(x) + g->zero_point);
  }
}
