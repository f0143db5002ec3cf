// Requantization, 16 columns at a time, the last of them under a mask.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

// has_bias is a constant where this is called.
INLINE void run(const octavo_requantize_u8 *g, const int has_bias) {
  const __m512 low = _mm512_set1_ps((float)(g->low - g->zero_point));
  const __m512 high = _mm512_set1_ps((float)(g->high - g->zero_point));
  const __m512i zero_point = _mm512_set1_epi32(g->zero_point);
  const size_t n = g->n;
  for (size_t i = 0; i < g->m; i++) {
    const int32_t *acc = g->acc + i * g->ldc;
    uint8_t *out = g->out + g->out_row[i];
    for (size_t j = 0; j < n; j += 16) {
      const __mmask16 mask = (__mmask16)(n - j < 16 ? (1u << (n - j)) - 1 : 0xffff);
      __m512 x = _mm512_cvtepi32_ps(_mm512_maskz_loadu_epi32(mask, acc + j));
      if (has_bias) x = _mm512_add_ps(x, _mm512_maskz_loadu_ps(mask, g->bias + j));
      x = _mm512_mul_ps(x, _mm512_maskz_loadu_ps(mask, g->multiplier + j));
      // Each returns its second operand for NaN: the first turns NaN into low. Rounding cannot overflow after this.
      x = _mm512_min_ps(_mm512_max_ps(x, low), high);
      const __m512i q = _mm512_add_epi32(_mm512_cvtps_epi32(x), zero_point);
      _mm512_mask_cvtepi32_storeu_epi8(out + j, mask, q);
    }
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
