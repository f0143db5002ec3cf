// The float matrix product by its definition.
#include <math.h>

#include "variants.h"

#pragma STDC FP_CONTRACT OFF

void octavo_gemm_f32_scalar(const octavo_gemm_f32 *g) {
  for (size_t i = 0; i < g->m; i++) {
    const float *a = g->a + g->a_row[i];
    for (size_t j = 0; j < g->n; j++) {
      float *c = g->c + g->c_row[i] + j / OCTAVO_PANEL * g->c_panel + j % OCTAVO_PANEL;
      const float *b = g->b + j / OCTAVO_PANEL * g->b_panel + j % OCTAVO_PANEL;
      float sum = g->accumulate ? *c : g->bias ? g->bias[j] : 0.0f;
      for (size_t p = 0; p < g->k; p++) sum = fmaf(a[g->a_col[p]], b[g->b_row[p]], sum);
      *c = g->relu && sum < 0.0f ? 0.0f : sum;
    }
  }
}
