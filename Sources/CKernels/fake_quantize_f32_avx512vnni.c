// Fake quantization, its gradient and the range of columns, 16 columns at a time, the rest under a mask.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

// The lanes of the columns j ..< n; every lane where 16 are left.
INLINE __mmask16 lanes_from(size_t j, size_t n) { return (__mmask16)(n - j < 16 ? (1u << (n - j)) - 1 : 0xffff); }

// What the columns of a vector share. A lane without a column divides by 1.
typedef struct {
  __m512 bias, factor, slope;
  __mmask16 lanes;
} columns;

INLINE columns columns_from(const octavo_fake_quantize_f32 *g, const float *slope, size_t j) {
  const __mmask16 lanes = lanes_from(j, g->n);
  const __m512 one = _mm512_set1_ps(1.0f);
  return (columns){
      .bias = g->bias ? _mm512_maskz_loadu_ps(lanes, g->bias + j) : _mm512_setzero_ps(),
      .factor = g->step ? _mm512_mask_loadu_ps(one, lanes, g->factor + j) : _mm512_set1_ps(g->factor[0]),
      .slope = !slope ? one : g->step ? _mm512_maskz_loadu_ps(lanes, slope + j) : _mm512_set1_ps(slope[0]),
      .lanes = lanes,
  };
}

INLINE __m512 scaled(const octavo_fake_quantize_f32 *g, const columns *c, size_t index) {
  __m512 x = _mm512_maskz_loadu_ps(c->lanes, g->x + index);
  if (g->bias) x = _mm512_add_ps(x, c->bias);
  return g->divide ? _mm512_div_ps(x, c->factor) : _mm512_fmadd_ps(x, c->factor, _mm512_set1_ps(g->zero_point));
}

INLINE __m512 rounded(const octavo_fake_quantize_f32 *g, __m512 v) {
  const __m512 q = _mm512_roundscale_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  return _mm512_sub_ps(q, _mm512_set1_ps(g->zero_point));
}

void octavo_fake_quantize_f32_avx512vnni(const octavo_fake_quantize_f32 *g) {
  const __m512 low = _mm512_set1_ps(g->low), high = _mm512_set1_ps(g->high);
  for (size_t j = 0; j < g->n; j += 16) {
    const columns c = columns_from(g, NULL, j);
    for (size_t i = 0; i < g->m; i++) {
      const size_t index = i * g->n + j;
      // Each returns its second operand for NaN, which stays.
      const __m512 y = _mm512_min_ps(high, _mm512_max_ps(low, rounded(g, scaled(g, &c, index))));
      _mm512_mask_storeu_ps(g->out + index, c.lanes, _mm512_add_ps(y, _mm512_setzero_ps()));
    }
  }
}

void octavo_fake_quantize_backward_f32_avx512vnni(const octavo_fake_quantize_f32 *g, const float *slope,
                                                  const float *dy) {
  const __m512 low = _mm512_set1_ps(g->low), high = _mm512_set1_ps(g->high);
  for (size_t j = 0; j < g->n; j += 16) {
    const columns c = columns_from(g, slope, j);
    for (size_t i = 0; i < g->m; i++) {
      const size_t index = i * g->n + j;
      const __m512 v = scaled(g, &c, index), r = rounded(g, v);
      __mmask16 passes = _mm512_cmp_ps_mask(r, low, _CMP_GE_OQ) & _mm512_cmp_ps_mask(r, high, _CMP_LE_OQ);
      if (g->relu) passes &= _mm512_cmp_ps_mask(v, _mm512_setzero_ps(), _CMP_GT_OQ);
      const __m512 d = _mm512_maskz_mul_ps(passes, _mm512_maskz_loadu_ps(c.lanes, dy + index), c.slope);
      _mm512_mask_storeu_ps(g->out + index, c.lanes, d);
    }
  }
}

void octavo_column_range_f32_avx512vnni(size_t m, size_t n, const float *x, float *low, float *high) {
  for (size_t j = 0; j < n; j += 16) {
    const __mmask16 lanes = lanes_from(j, n);
    __m512 least = _mm512_maskz_loadu_ps(lanes, low + j), greatest = _mm512_maskz_loadu_ps(lanes, high + j);
    __mmask16 unordered = _mm512_cmp_ps_mask(least, greatest, _CMP_UNORD_Q);
    for (size_t i = 0; i < m; i++) {
      const __m512 y = _mm512_maskz_loadu_ps(lanes, x + i * n + j);
      unordered |= _mm512_cmp_ps_mask(y, y, _CMP_UNORD_Q);
      least = _mm512_min_ps(y, least);
      greatest = _mm512_max_ps(y, greatest);
    }
    const __m512 zero = _mm512_setzero_ps(), nan = _mm512_set1_ps(__builtin_nanf(""));
    _mm512_mask_storeu_ps(low + j, lanes, _mm512_mask_mov_ps(_mm512_add_ps(least, zero), unordered, nan));
    _mm512_mask_storeu_ps(high + j, lanes, _mm512_mask_mov_ps(_mm512_add_ps(greatest, zero), unordered, nan));
  }
}

#pragma clang attribute pop

#endif
