// The integer matrix product without an instruction for it: products of bytes in 16 bits, pairs of them in 32.
#include "variants.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#include "gemm_u8s8_256.h"

// Products of neighbours added in s16 (the caller proves that they fit), then pairs of those in s32.
INLINE void add_pairwise(__m256i sum[ROWS][2], const uint8_t *const a[ROWS], ptrdiff_t at, const int8_t *w,
                         const int rows, const int vectors) {
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i w_v[2];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) w_v[v] = _mm256_loadu_si256((const __m256i *)(w + 32 * v));
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const __m256i x = broadcast4(a[r] + at);
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      const __m256i pairs = _mm256_maddubs_epi16(x, w_v[v]);
      sum[r][v] = _mm256_add_epi32(sum[r][v], _mm256_madd_epi16(pairs, ones));
    }
  }
}

// Bytes 0 and 2 of each lane, and bytes 1 and 3, widened to s16 where they stand: both pairs of products are
// added in s32, exact for all operands.
INLINE void add_wide(__m256i sum[ROWS][2], const uint8_t *const a[ROWS], ptrdiff_t at, const int8_t *w,
                     const int rows, const int vectors) {
  const __m256i low = _mm256_set1_epi16(0xff);
  __m256i w_even[2], w_odd[2];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
    const __m256i w_v = _mm256_loadu_si256((const __m256i *)(w + 32 * v));
    w_even[v] = _mm256_srai_epi16(_mm256_slli_epi16(w_v, 8), 8);
    w_odd[v] = _mm256_srai_epi16(w_v, 8);
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const __m256i x = broadcast4(a[r] + at);
    const __m256i x_even = _mm256_and_si256(x, low), x_odd = _mm256_srli_epi16(x, 8);
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      sum[r][v] = _mm256_add_epi32(sum[r][v], _mm256_madd_epi16(x_even, w_even[v]));
      sum[r][v] = _mm256_add_epi32(sum[r][v], _mm256_madd_epi16(x_odd, w_odd[v]));
    }
  }
}

OCTAVO_TILES(pairwise);
OCTAVO_TILES(wide);

void octavo_gemm_u8s8_pairwise_avx2(const octavo_gemm_u8s8 *g) { product(g, pairwise_tiles); }

void octavo_gemm_u8s8_wide_avx2(const octavo_gemm_u8s8 *g) { product(g, wide_tiles); }

#pragma clang attribute pop

#endif
