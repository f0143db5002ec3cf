// Fake quantization and its gradient, 8 columns at a time, the rest under a mask.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

// The lanes of the columns j ..< n; every lane where 8 are left.
INLINE __m256i lanes_from(size_t j, size_t n) {
  const int rest = n - j < 8 ? (int)(n - j) : 8;
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(rest), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

// What the columns of a vector share. A lane without a column divides by 1.
typedef struct {
  __m256 bias, factor, slope;
  __m256i lanes;
} columns;

INLINE columns columns_from(const octavo_fake_quantize_f32 *g, const float *slope, size_t j) {
  columns c = {.lanes = lanes_from(j, g->n)};
  const __m256 one = _mm256_set1_ps(1.0f), mask = _mm256_castsi256_ps(c.lanes);
  c.bias = g->bias ? _mm256_maskload_ps(g->bias + j, c.lanes) : _mm256_setzero_ps();
  c.factor = g->step ? _mm256_blendv_ps(one, _mm256_maskload_ps(g->factor + j, c.lanes), mask)
                     : _mm256_set1_ps(g->factor[0]);
  c.slope = !slope ? one : g->step ? _mm256_maskload_ps(slope + j, c.lanes) : _mm256_set1_ps(slope[0]);
  return c;
}

INLINE __m256 scaled(const octavo_fake_quantize_f32 *g, const columns *c, size_t index) {
  __m256 x = _mm256_maskload_ps(g->x + index, c->lanes);
  if (g->bias) x = _mm256_add_ps(x, c->bias);
  return g->divide ? _mm256_div_ps(x, c->factor) : _mm256_fmadd_ps(x, c->factor, _mm256_set1_ps(g->zero_point));
}

INLINE __m256 rounded(const octavo_fake_quantize_f32 *g, __m256 v) {
  const __m256 q = _mm256_round_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  return _mm256_sub_ps(q, _mm256_set1_ps(g->zero_point));
}

void octavo_fake_quantize_f32_avx2(const octavo_fake_quantize_f32 *g) {
  const __m256 low = _mm256_set1_ps(g->low), high = _mm256_set1_ps(g->high);
  for (size_t j = 0; j < g->n; j += 8) {
    const columns c = columns_from(g, NULL, j);
    for (size_t i = 0; i < g->m; i++) {
      const size_t index = i * g->n + j;
      // Each returns its second operand for NaN, which stays.
      const __m256 y = _mm256_min_ps(high, _mm256_max_ps(low, rounded(g, scaled(g, &c, index))));
      _mm256_maskstore_ps(g->out + index, c.lanes, _mm256_add_ps(y, _mm256_setzero_ps()));
    }
  }
}

void octavo_fake_quantize_backward_f32_avx2(const octavo_fake_quantize_f32 *g, const float *slope, const float *dy) {
  const __m256 low = _mm256_set1_ps(g->low), high = _mm256_set1_ps(g->high);
  for (size_t j = 0; j < g->n; j += 8) {
    const columns c = columns_from(g, slope, j);
    for (size_t i = 0; i < g->m; i++) {
      const size_t index = i * g->n + j;
      const __m256 v = scaled(g, &c, index), r = rounded(g, v);
      __m256 passes = _mm256_and_ps(_mm256_cmp_ps(r, low, _CMP_GE_OQ), _mm256_cmp_ps(r, high, _CMP_LE_OQ));
      if (g->relu) passes = _mm256_and_ps(passes, _mm256_cmp_ps(v, _mm256_setzero_ps(), _CMP_GT_OQ));
      const __m256 d = _mm256_mul_ps(_mm256_maskload_ps(dy + index, c.lanes), c.slope);
      _mm256_maskstore_ps(g->out + index, c.lanes, _mm256_and_ps(passes, d));
    }
  }
}

void octavo_column_range_f32_avx2(size_t m, size_t n, const float *x, float *low, float *high) {
  for (size_t j = 0; j < n; j += 8) {
    const __m256i lanes = lanes_from(j, n);
    __m256 least = _mm256_maskload_ps(low + j, lanes), greatest = _mm256_maskload_ps(high + j, lanes);
    __m256 unordered = _mm256_cmp_ps(least, greatest, _CMP_UNORD_Q);
    for (size_t i = 0; i < m; i++) {
      const __m256 y = _mm256_maskload_ps(x + i * n + j, lanes);
      unordered = _mm256_or_ps(unordered, _mm256_cmp_ps(y, y, _CMP_UNORD_Q));
      least = _mm256_min_ps(y, least);
      greatest = _mm256_max_ps(y, greatest);
    }
    const __m256 zero = _mm256_setzero_ps(), nan = _mm256_set1_ps(__builtin_nanf(""));
    _mm256_maskstore_ps(low + j, lanes, _mm256_blendv_ps(_mm256_add_ps(least, zero), nan, unordered));
    _mm256_maskstore_ps(high + j, lanes, _mm256_blendv_ps(_mm256_add_ps(greatest, zero), nan, unordered));
  }
}

#pragma clang attribute pop

#endif
