// Requantization, 32 columns at a time, then 8, then the rest under a mask.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

typedef struct {
  const float *bias, *multiplier;
  __m256 bias_factor, low, high;
  __m256i zero_point;
} scaling;

INLINE __m256i requantize(const scaling *s, __m256i acc, __m256 bias, __m256 multiplier) {
  __m256 x = _mm256_cvtepi32_ps(acc);
  if (s->bias) x = _mm256_fmadd_ps(bias, s->bias_factor, x);
  x = _mm256_mul_ps(x, multiplier);
  // Each returns its second operand for NaN: the first turns NaN into low. Rounding cannot overflow after this.
  x = _mm256_min_ps(_mm256_max_ps(x, s->low), s->high);
  return _mm256_add_epi32(_mm256_cvtps_epi32(x), s->zero_point);
}

INLINE __m256i eight(const scaling *s, const int32_t *acc, size_t j) {
  const __m256 bias = s->bias ? _mm256_loadu_ps(s->bias + j) : _mm256_setzero_ps();
  return requantize(s, _mm256_loadu_si256((const __m256i *)(acc + j)), bias,
                    _mm256_loadu_ps(s->multiplier + j));
}

INLINE __m256i fewer(const scaling *s, const int32_t *acc, size_t j, __m256i mask) {
  const __m256 bias = s->bias ? _mm256_maskload_ps(s->bias + j, mask) : _mm256_setzero_ps();
  return requantize(s, _mm256_maskload_epi32(acc + j, mask), bias,
                    _mm256_maskload_ps(s->multiplier + j, mask));
}

// Four vectors of 32-bit lanes in 0 ..= 255, narrowed in order: packing interleaves the 128-bit halves, and the
// permutation of 32-bit groups puts them back.
INLINE __m256i narrow(__m256i x0, __m256i x1, __m256i x2, __m256i x3) {
  const __m256i bytes = _mm256_packus_epi16(_mm256_packs_epi32(x0, x1), _mm256_packs_epi32(x2, x3));
  return _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

INLINE void row(const scaling *s, const int32_t *acc, uint8_t *out, size_t n) {
  size_t j = 0;
  for (; j + 32 <= n; j += 32) {
    const __m256i bytes =
        narrow(eight(s, acc, j), eight(s, acc, j + 8), eight(s, acc, j + 16), eight(s, acc, j + 24));
    _mm256_storeu_si256((__m256i *)(out + j), bytes);
  }
  for (; j + 8 <= n; j += 8) {
    const __m256i x = eight(s, acc, j);
    _mm_storel_epi64((__m128i *)(out + j), _mm256_castsi256_si128(narrow(x, x, x, x)));
  }
}

void octavo_requantize_u8_avx2(const octavo_requantize_u8 *g) {
  const scaling s = {.bias = g->bias,
                     .bias_factor = _mm256_set1_ps(g->bias_factor),
                     .multiplier = g->multiplier,
                     .low = _mm256_set1_ps((float)(g->low - g->zero_point)),
                     .high = _mm256_set1_ps((float)(g->high - g->zero_point)),
                     .zero_point = _mm256_set1_epi32(g->zero_point)};
  const size_t whole = g->n & ~(size_t)7, rest = g->n & 7;
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)rest), lanes);
  for (size_t i = 0; i < g->m; i++) {
    const int32_t *acc = g->acc + i * g->ldc;
    uint8_t *out = g->out + g->out_row[i];
    row(&s, acc, out, whole);
    if (rest == 0) continue;
    int32_t last[8];
    _mm256_storeu_si256((__m256i *)last, fewer(&s, acc, whole, mask));
    for (size_t r = 0; r < rest; r++) out[whole + r] = (uint8_t)last[r];
  }
}

#pragma clang attribute pop

#endif
