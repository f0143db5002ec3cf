// From integer sums to real numbers by their definition.
#include <math.h>

#include "variants.h"

#pragma STDC FP_CONTRACT OFF

void octavo_dequantize_f32_scalar(const octavo_dequantize_f32 *g) {
  for (size_t i = 0; i < g->m; i++) {
    const size_t r = i * g->row_step;
    const uint32_t zero_point = (uint32_t)g->zero_point[r];
    for (size_t j = 0; j < g->n; j++) {
      const int32_t sum = (int32_t)((uint32_t)g->acc[i * g->ldc + j] - zero_point * (uint32_t)g->column_sum[j]);
      const float step = g->scale[r] * g->weight_scale[j];
      float y;
      if (g->fused && g->bias) {
        y = fmaf((float)sum, step, g->bias[j]);
      } else {
        y = (float)sum * step;
        if (g->bias) y += g->bias[j];
      }
      g->out[g->out_row[i] + j] = g->relu && y < 0.0f ? 0.0f : y;
    }
  }
}
