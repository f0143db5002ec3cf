// Fake quantization and its gradient, 8 columns at a time, the rest under a mask.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

#include "lanes_256.h"

// What the columns of a vector share. A lane without a column divides by 1.
typedef struct {
  __m256 bias, factor, slope;
  lanes lanes;
} columns;

INLINE columns columns_from(const octavo_fake_quantize_f32 *g, const float *slope, size_t j, lanes l) {
  const __m256 one = _mm256_set1_ps(1.0f);
  columns c = {.lanes = l, .bias = g->bias ? load(g->bias + j, l) : _mm256_setzero_ps()};
  c.factor = g->step ? load(g->factor + j, l) : _mm256_set1_ps(g->factor[0]);
  if (!l.whole) c.factor = _mm256_blendv_ps(one, c.factor, _mm256_castsi256_ps(l.mask));
  c.slope = !slope ? one : g->step ? load(slope + j, l) : _mm256_set1_ps(slope[0]);
  return c;
}

INLINE __m256 scaled(const octavo_fake_quantize_f32 *g, const columns *c, size_t index) {
  __m256 x = load(g->x + index, c->lanes);
  if (g->bias) x = _mm256_add_ps(x, c->bias);
  return g->divide ? _mm256_div_ps(x, c->factor) : _mm256_fmadd_ps(x, c->factor, _mm256_set1_ps(g->zero_point));
}

INLINE __m256 rounded(const octavo_fake_quantize_f32 *g, __m256 v) {
  const __m256 q = _mm256_round_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  return _mm256_sub_ps(q, _mm256_set1_ps(g->zero_point));
}

INLINE void round_columns(const octavo_fake_quantize_f32 *g, size_t j, lanes l) {
  const __m256 low = _mm256_set1_ps(g->low), high = _mm256_set1_ps(g->high);
  const columns c = columns_from(g, NULL, j, l);
  for (size_t i = 0; i < g->m; i++) {
    const size_t index = i * g->n + j;
    // Each returns its second operand for NaN, which stays.
    const __m256 y = _mm256_min_ps(high, _mm256_max_ps(low, rounded(g, scaled(g, &c, index))));
    store(g->out + index, _mm256_add_ps(y, _mm256_setzero_ps()), l);
  }
}

void octavo_fake_quantize_f32_avx2(const octavo_fake_quantize_f32 *g) {
  size_t j = 0;
  for (; j + 8 <= g->n; j += 8) round_columns(g, j, first_lanes(8));
  if (j < g->n) round_columns(g, j, first_lanes(g->n - j));
}

INLINE void pass_columns(const octavo_fake_quantize_f32 *g, const float *slope, const float *dy, size_t j, lanes l) {
  const __m256 low = _mm256_set1_ps(g->low), high = _mm256_set1_ps(g->high);
  const columns c = columns_from(g, slope, j, l);
  for (size_t i = 0; i < g->m; i++) {
    const size_t index = i * g->n + j;
    const __m256 v = scaled(g, &c, index), r = rounded(g, v);
    __m256 passes = _mm256_and_ps(_mm256_cmp_ps(r, low, _CMP_GE_OQ), _mm256_cmp_ps(r, high, _CMP_LE_OQ));
    if (g->relu) passes = _mm256_and_ps(passes, _mm256_cmp_ps(v, _mm256_setzero_ps(), _CMP_GT_OQ));
    store(g->out + index, _mm256_and_ps(passes, _mm256_mul_ps(load(dy + index, l), c.slope)), l);
  }
}

void octavo_fake_quantize_backward_f32_avx2(const octavo_fake_quantize_f32 *g, const float *slope, const float *dy) {
  size_t j = 0;
  for (; j + 8 <= g->n; j += 8) pass_columns(g, slope, dy, j, first_lanes(8));
  if (j < g->n) pass_columns(g, slope, dy, j, first_lanes(g->n - j));
}

INLINE void range_columns(size_t m, size_t n, const float *x, float *low, float *high, size_t j, lanes l) {
  __m256 least = load(low + j, l), greatest = load(high + j, l);
  __m256 unordered = _mm256_cmp_ps(least, greatest, _CMP_UNORD_Q);
  for (size_t i = 0; i < m; i++) {
    const __m256 y = load(x + i * n + j, l);
    unordered = _mm256_or_ps(unordered, _mm256_cmp_ps(y, y, _CMP_UNORD_Q));
    least = _mm256_min_ps(y, least);
    greatest = _mm256_max_ps(y, greatest);
  }
  const __m256 zero = _mm256_setzero_ps(), nan = _mm256_set1_ps(__builtin_nanf(""));
  store(low + j, _mm256_blendv_ps(_mm256_add_ps(least, zero), nan, unordered), l);
  store(high + j, _mm256_blendv_ps(_mm256_add_ps(greatest, zero), nan, unordered), l);
}

void octavo_column_range_f32_avx2(size_t m, size_t n, const float *x, float *low, float *high) {
  size_t j = 0;
  for (; j + 8 <= n; j += 8) range_columns(m, n, x, low, high, j, first_lanes(8));
  if (j < n) range_columns(m, n, x, low, high, j, first_lanes(n - j));
}

#pragma clang attribute pop

#endif
