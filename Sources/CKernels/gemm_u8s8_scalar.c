// The integer matrix product by its definition. Sums wrap, so that a start near the end of s32 may be brought
// back by later products: only the result has to fit.
#include "variants.h"

#pragma STDC FP_CONTRACT OFF

static int32_t dot4(const uint8_t *a, const int8_t *w) {
  int32_t sum = 0;
  for (int t = 0; t < 4; t++) sum += a[t] * w[t];
  return sum;
}

void octavo_gemm_u8s8_wide_scalar(const octavo_gemm_u8s8 *g) {
  for (size_t i = 0; i < g->m; i++) {
    const uint8_t *a = g->a + g->a_row[i];
    for (size_t j = 0; j < g->n; j++) {
      const int8_t *w = g->b + j / OCTAVO_PANEL * g->groups * 64 + j % OCTAVO_PANEL * 4;
      uint32_t sum = g->start ? (uint32_t)g->start[j] : 0;
      for (size_t p = 0; p < g->groups; p++) sum += (uint32_t)dot4(a + g->a_group[p], w + p * 64);
      g->c[i * g->ldc + j] = (int32_t)sum;
    }
  }
}

void octavo_gemm_u8s8_pairwise_scalar(const octavo_gemm_u8s8 *g) { octavo_gemm_u8s8_wide_scalar(g); }
