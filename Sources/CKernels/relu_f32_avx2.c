// The rectifier and its gradient, 8 elements at a time, the rest one by one. Masks clear whole lanes, so that
// what stays keeps its bits.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

void octavo_relu_f32_avx2(size_t count, float *x) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m256 value = _mm256_loadu_ps(x + i);
    const __m256 negative = _mm256_cmp_ps(value, _mm256_setzero_ps(), _CMP_LT_OQ);
    _mm256_storeu_ps(x + i, _mm256_andnot_ps(negative, value));
  }
  for (; i < count; i++) x[i] = x[i] < 0.0f ? 0.0f : x[i];
}

void octavo_relu_backward_f32_avx2(size_t count, const float *y, float *dy) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m256 off = _mm256_cmp_ps(_mm256_loadu_ps(y + i), _mm256_setzero_ps(), _CMP_LE_OQ);
    _mm256_storeu_ps(dy + i, _mm256_andnot_ps(off, _mm256_loadu_ps(dy + i)));
  }
  for (; i < count; i++) dy[i] = y[i] <= 0.0f ? 0.0f : dy[i];
}

#pragma clang attribute pop

#endif
