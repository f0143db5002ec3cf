// The sum of what integers stand for, 8 elements at a time, the rest by the scalar reference.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

INLINE __m256 real(const uint8_t *x, __m256i zero_point, __m256 scale) {
  const __m256i integers = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)x));
  return _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_sub_epi32(integers, zero_point)), scale);
}

void octavo_add_u8_avx2(const octavo_add_u8 *g) {
  const __m256i a_zero_point = _mm256_set1_epi32(g->a_zero_point), b_zero_point = _mm256_set1_epi32(g->b_zero_point);
  const __m256 a_scale = _mm256_set1_ps(g->a_scale), b_scale = _mm256_set1_ps(g->b_scale);
  size_t i = 0;
  for (; i + 8 <= g->count; i += 8) {
    _mm256_storeu_ps(g->y + i,
                     _mm256_add_ps(real(g->a + i, a_zero_point, a_scale), real(g->b + i, b_zero_point, b_scale)));
  }
  octavo_add_u8 rest = *g;
  rest.count -= i;
  rest.a += i;
  rest.b += i;
  rest.y += i;
  octavo_add_u8_scalar(&rest);
}

#pragma clang attribute pop

#endif
