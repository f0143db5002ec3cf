// Bytes through one table of 256, 32 at a time: sixteen tables of 16 that lie in registers, each asked for the bytes that
// it has. What is left of a row, and tables for each column, go to the scalar reference.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

// A shuffle gives 0 where its index is 128 or more: of x - 16 h + 112, saturated, that is so unless x lies in table h.
INLINE __m256i look_up(const uint8_t *table, __m256i x) {
  const __m256i limit = _mm256_set1_epi8(0x70), step = _mm256_set1_epi8(16);
  __m256i found = _mm256_setzero_si256();
  for (int h = 0; h < 16; h++) {
    const __m256i part = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(table + 16 * h)));
    found = _mm256_or_si256(found, _mm256_shuffle_epi8(part, _mm256_adds_epu8(x, limit)));
    x = _mm256_sub_epi8(x, step);
  }
  return found;
}

void octavo_lookup_u8_avx2(const octavo_lookup_u8 *g) {
  if (g->table_step != 0) {
    octavo_lookup_u8_scalar(g);
    return;
  }
  for (size_t i = 0; i < g->m; i++) {
    const uint8_t *x = g->x + i * g->x_row;
    uint8_t *y = g->y + i * g->y_row;
    size_t j = 0;
    for (; j + 32 <= g->n; j += 32) {
      _mm256_storeu_si256((__m256i *)(y + j), look_up(g->table, _mm256_loadu_si256((const __m256i *)(x + j))));
    }
    for (; j < g->n; j++) y[j] = g->table[x[j]];
  }
}

#pragma clang attribute pop

#endif
