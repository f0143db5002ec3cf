// From integer sums to real numbers, 8 columns at a time, the rest under a mask.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

INLINE __m256i load_s32(const int32_t *x, const bool whole, __m256i mask) {
  return whole ? _mm256_loadu_si256((const __m256i *)x) : _mm256_maskload_epi32(x, mask);
}

INLINE __m256 load_f32(const float *x, const bool whole, __m256i mask) {
  return whole ? _mm256_loadu_ps(x) : _mm256_maskload_ps(x, mask);
}

// whole is a constant where this is called: a mask costs where it is not needed.
INLINE void eight(const octavo_dequantize_f32 *g, size_t i, size_t j, __m256 scale, __m256i zero_point,
                  const bool whole, __m256i mask) {
  const __m256i acc = load_s32(g->acc + i * g->ldc + j, whole, mask);
  const __m256i column_sum = load_s32(g->column_sum + j, whole, mask);
  const __m256 sum = _mm256_cvtepi32_ps(_mm256_sub_epi32(acc, _mm256_mullo_epi32(zero_point, column_sum)));
  const __m256 step = _mm256_mul_ps(scale, load_f32(g->weight_scale + j, whole, mask));
  __m256 y;
  if (!g->bias) {
    y = _mm256_mul_ps(sum, step);
  } else {
    const __m256 bias = load_f32(g->bias + j, whole, mask);
    y = g->fused ? _mm256_fmadd_ps(sum, step, bias) : _mm256_add_ps(_mm256_mul_ps(sum, step), bias);
  }
  // max returns its second operand for NaN and for two zeros: NaN and -0 stay.
  if (g->relu) y = _mm256_max_ps(_mm256_setzero_ps(), y);
  float *out = g->out + g->out_row[i] + j;
  if (whole) {
    _mm256_storeu_ps(out, y);
  } else {
    _mm256_maskstore_ps(out, mask, y);
  }
}

void octavo_dequantize_f32_avx2(const octavo_dequantize_f32 *g) {
  const size_t whole = g->n & ~(size_t)7, rest = g->n & 7;
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256i some = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)rest), lanes);
  for (size_t i = 0; i < g->m; i++) {
    const __m256 scale = _mm256_set1_ps(g->scale[i * g->row_step]);
    const __m256i zero_point = _mm256_set1_epi32(g->zero_point[i * g->row_step]);
    for (size_t j = 0; j < whole; j += 8) eight(g, i, j, scale, zero_point, true, some);
    if (rest) eight(g, i, whole, scale, zero_point, false, some);
  }
}

#pragma clang attribute pop

#endif
