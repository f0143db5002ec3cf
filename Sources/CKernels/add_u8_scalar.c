// The sum of what integers stand for, by its definition.
#include "variants.h"

#pragma STDC FP_CONTRACT OFF

void octavo_add_u8_scalar(const octavo_add_u8 *g) {
  for (size_t i = 0; i < g->count; i++) {
    const float a = (float)(g->a[i] - g->a_zero_point) * g->a_scale;
    const float b = (float)(g->b[i] - g->b_zero_point) * g->b_scale;
    g->y[i] = a + b;
  }
}
