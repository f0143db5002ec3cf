// Quantization, 8 elements at a time, the rest under a mask.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

typedef struct {
  // What is added before rounding, and after it: the zero point is one of them, the other is 0.
  __m256 scale, reciprocal, before, low, high;
  __m256i after;
} scaling;

// 32-bit lanes in 0 ..= 255. rule is a constant where this is called.
INLINE __m256i quantize(const scaling *s, __m256 x, const octavo_quantize_rule rule) {
  x = rule == OCTAVO_QUANTIZE_DIVIDE ? _mm256_div_ps(x, s->scale) : _mm256_fmadd_ps(x, s->reciprocal, s->before);
  // Each returns its second operand for NaN: the first turns NaN into low.
  x = _mm256_min_ps(_mm256_max_ps(x, s->low), s->high);
  return _mm256_add_epi32(_mm256_cvtps_epi32(x), s->after);
}

INLINE void run(const octavo_quantize_u8 *g, const octavo_quantize_rule rule) {
  const int32_t before = rule == OCTAVO_QUANTIZE_FUSED ? g->zero_point : 0, after = g->zero_point - before;
  const scaling s = {.scale = _mm256_set1_ps(g->scale),
                     .reciprocal = _mm256_set1_ps(1.0f / g->scale),
                     .before = _mm256_set1_ps((float)before),
                     .low = _mm256_set1_ps((float)(g->low - after)),
                     .high = _mm256_set1_ps((float)(g->high - after)),
                     .after = _mm256_set1_epi32(after)};
  size_t i = 0;
  for (; i + 32 <= g->count; i += 32) {
    const float *x = g->x + i;
    const __m256i x01 = _mm256_packs_epi32(quantize(&s, _mm256_loadu_ps(x), rule),
                                           quantize(&s, _mm256_loadu_ps(x + 8), rule));
    const __m256i x23 = _mm256_packs_epi32(quantize(&s, _mm256_loadu_ps(x + 16), rule),
                                           quantize(&s, _mm256_loadu_ps(x + 24), rule));
    // Packing interleaves the 128-bit halves: put the groups of four bytes back in order.
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    const __m256i bytes = _mm256_permutevar8x32_epi32(_mm256_packus_epi16(x01, x23), order);
    _mm256_storeu_si256((__m256i *)(g->q + i), bytes);
  }
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  for (; i < g->count; i += 8) {
    const size_t rest = g->count - i < 8 ? g->count - i : 8;
    const __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)rest), lanes);
    int32_t last[8];
    _mm256_storeu_si256((__m256i *)last, quantize(&s, _mm256_maskload_ps(g->x + i, mask), rule));
    for (size_t r = 0; r < rest; r++) g->q[i + r] = (uint8_t)last[r];
  }
}

void octavo_quantize_u8_avx2(const octavo_quantize_u8 *g) {
  switch (g->rule) {
    case OCTAVO_QUANTIZE_DIVIDE: run(g, OCTAVO_QUANTIZE_DIVIDE); return;
    case OCTAVO_QUANTIZE_FUSED: run(g, OCTAVO_QUANTIZE_FUSED); return;
  }
}

#pragma clang attribute pop

#endif
