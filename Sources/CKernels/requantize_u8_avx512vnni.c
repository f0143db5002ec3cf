// Requantization, 16 columns at a time, the last of them under a mask.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

typedef struct {
  const float *bias, *multiplier;
  __m512 bias_factor, low, high;
  __m512i zero_point;
} scaling;

// 16 columns from column j on; has_bias is a constant where this is called.
INLINE __m128i sixteen(const scaling *s, const int32_t *acc, size_t j, __mmask16 mask, const int has_bias) {
  __m512 x = _mm512_cvtepi32_ps(_mm512_maskz_loadu_epi32(mask, acc + j));
  if (has_bias) x = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, s->bias + j), s->bias_factor, x);
  x = _mm512_mul_ps(x, _mm512_maskz_loadu_ps(mask, s->multiplier + j));
  // Each returns its second operand for NaN: the first turns NaN into low. Rounding cannot overflow after this.
  x = _mm512_min_ps(_mm512_max_ps(x, s->low), s->high);
  return _mm512_cvtepi32_epi8(_mm512_add_epi32(_mm512_cvtps_epi32(x), s->zero_point));
}

INLINE void run(const octavo_requantize_u8 *g, const int has_bias) {
  const scaling s = {.bias = g->bias,
                     .bias_factor = _mm512_set1_ps(g->bias_factor),
                     .multiplier = g->multiplier,
                     .low = _mm512_set1_ps((float)(g->low - g->zero_point)),
                     .high = _mm512_set1_ps((float)(g->high - g->zero_point)),
                     .zero_point = _mm512_set1_epi32(g->zero_point)};
  const size_t whole = g->n & ~(size_t)15, rest = g->n & 15;
  const __mmask16 mask = (__mmask16)((1u << rest) - 1);
  for (size_t i = 0; i < g->m; i++) {
    const int32_t *acc = g->acc + i * g->ldc;
    uint8_t *out = g->out + g->out_row[i];
    for (size_t j = 0; j < whole; j += 16) {
      _mm_storeu_si128((__m128i *)(out + j), sixteen(&s, acc, j, 0xffff, has_bias));
    }
    if (rest) _mm_mask_storeu_epi8(out + whole, mask, sixteen(&s, acc, whole, mask, has_bias));
  }
}

void octavo_requantize_u8_avx512vnni(const octavo_requantize_u8 *g) {
  if (g->bias) {
    run(g, 1);
  } else {
    run(g, 0);
  }
}

#pragma clang attribute pop

#endif
