// Depthwise convolution of integers, 16 channels at a time: two taps' bytes side by side, widened, meet two weights in one
// multiply-add of 16-bit lanes, which cannot saturate. Channels past the last panel go
// one by one.
#include "depthwise_u8s8.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

typedef struct {
  __m256i low, high;
} sums;

INLINE sums add(sums s, __m128i even, __m128i odd, const int16_t *b) {
  const __m256i first = _mm256_cvtepu8_epi16(_mm_unpacklo_epi8(even, odd));
  const __m256i second = _mm256_cvtepu8_epi16(_mm_unpackhi_epi8(even, odd));
  s.low = _mm256_add_epi32(s.low, _mm256_madd_epi16(first, _mm256_loadu_si256((const __m256i *)b)));
  s.high = _mm256_add_epi32(s.high, _mm256_madd_epi16(second, _mm256_loadu_si256((const __m256i *)(b + 16))));
  return s;
}

INLINE __m128i bytes(const uint8_t *a) { return _mm_loadu_si128((const __m128i *)a); }

INLINE void panel(const octavo_depthwise_u8s8 *g, size_t j) {
  const size_t pairs = (g->taps + 1) / 2;
  const int16_t *b = g->b + j / 16 * pairs * 32;
  const __m256i *start = (const __m256i *)(g->start + j);
  for (size_t i = 0; i < g->m; i++) {
    const uint8_t *a = g->a + g->a_row[i] + j;
    sums s = {_mm256_loadu_si256(start), _mm256_loadu_si256(start + 1)};
    size_t t = 0;
    for (; t + 2 <= g->taps; t += 2) s = add(s, bytes(a + g->a_tap[t]), bytes(a + g->a_tap[t + 1]), b + t / 2 * 32);
    if (t < g->taps) s = add(s, bytes(a + g->a_tap[t]), _mm_setzero_si128(), b + t / 2 * 32);
    __m256i *c = (__m256i *)(g->c + i * g->n + j);
    _mm256_storeu_si256(c, s.low);
    _mm256_storeu_si256(c + 1, s.high);
  }
}

void octavo_depthwise_u8s8_avx2(const octavo_depthwise_u8s8 *g) {
  size_t j = 0;
  for (; j + 16 <= g->n; j += 16) panel(g, j);
  depthwise_channels(g, j);
}

#pragma clang attribute pop

#endif
