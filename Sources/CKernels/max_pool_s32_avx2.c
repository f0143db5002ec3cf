// Max-pooling of sums, 8 channels at a time, the last of them under a mask.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

static inline __attribute__((always_inline)) __m256i load(const int32_t *x, const int cut, __m256i mask) {
  return cut ? _mm256_maskload_epi32(x, mask) : _mm256_loadu_si256((const __m256i *)x);
}

// Eight channels of one window; cut is a constant where this is called.
static inline __attribute__((always_inline)) void window(const octavo_pool *g, const int32_t *x, int32_t *y,
                                                         const int cut, __m256i mask) {
  __m256i best = load(x, cut, mask);
  for (size_t dy = 0; dy < g->kernel; dy++) {
    for (size_t dx = 0; dx < g->kernel; dx++) {
      best = _mm256_max_epi32(best, load(x + dy * g->x_row + dx * g->channels, cut, mask));
    }
  }
  if (cut) {
    _mm256_maskstore_epi32(y, mask, best);
  } else {
    _mm256_storeu_si256((__m256i *)y, best);
  }
}

void octavo_max_pool_s32_avx2(const octavo_pool *g, const int32_t *x, int32_t *y) {
  const size_t whole = g->channels & ~(size_t)7, rest = g->channels & 7;
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)rest), lanes);
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++) {
      const int32_t *from = x + row * g->stride * g->x_row + column * g->stride * g->channels;
      int32_t *out = y + row * g->y_row + column * g->channels;
      for (size_t c = 0; c < whole; c += 8) window(g, from + c, out + c, 0, mask);
      if (rest) window(g, from + whole, out + whole, 1, mask);
    }
  }
}

#pragma clang attribute pop

#endif
