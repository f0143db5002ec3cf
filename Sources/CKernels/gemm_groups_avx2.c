// Rows of bytes times weights whose scales belong to groups of terms, without an instruction for products of bytes.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

enum { TILE_ROWS = 4 };

#include "groups_256.h"

// Bytes 0 and 2 of each lane, and bytes 1 and 3, widened to s16 where they stand: exact for all operands.
INLINE void group_8(columns16 sum[TILE_ROWS], const int8_t *const a[TILE_ROWS], const uint8_t *w, size_t fours,
                    const int rows) {
  clear(sum, rows);
  for (size_t f = 0; f < fours; f++) {
    __m256i even[2], odd[2];
#pragma clang loop unroll(full)
    for (int v = 0; v < 2; v++) {
      const __m256i four = _mm256_loadu_si256((const __m256i *)(w + f * 64) + v);
      even[v] = _mm256_srai_epi16(_mm256_slli_epi16(four, 8), 8);
      odd[v] = _mm256_srai_epi16(four, 8);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const __m256i x = broadcast4(a[r] + f * 4);
      const __m256i x_even = _mm256_srai_epi16(_mm256_slli_epi16(x, 8), 8), x_odd = _mm256_srai_epi16(x, 8);
#pragma clang loop unroll(full)
      for (int v = 0; v < 2; v++) {
        sum[r].v[v] = _mm256_add_epi32(sum[r].v[v], _mm256_madd_epi16(x_even, even[v]));
        sum[r].v[v] = _mm256_add_epi32(sum[r].v[v], _mm256_madd_epi16(x_odd, odd[v]));
      }
    }
  }
}

// Weights of 0 ... 15 times bytes within -127 ... 127: pairs of products stay within 3,810, so that eight of them and no
// more are added in s16.
INLINE void group_4(columns16 sum[TILE_ROWS], const int8_t *const a[TILE_ROWS], const uint8_t *w, size_t fours,
                    const int rows) {
  const __m256i low = _mm256_set1_epi8(15), ones = _mm256_set1_epi16(1);
  clear(sum, rows);
  for (size_t begin = 0; begin < fours; begin += 8) {
    const size_t end = fours - begin < 8 ? fours : begin + 8;
    columns16 few[TILE_ROWS];
    clear(few, rows);
    for (size_t f = begin; f < end; f += 2) {
#pragma clang loop unroll(full)
      for (int v = 0; v < 2; v++) {
        const __m256i pair = _mm256_loadu_si256((const __m256i *)(w + f * 32) + v);
        const __m256i first = _mm256_and_si256(pair, low);
        const __m256i second = _mm256_and_si256(_mm256_srli_epi16(pair, 4), low);
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
          const __m256i one = _mm256_maddubs_epi16(first, broadcast4(a[r] + f * 4));
          const __m256i other = _mm256_maddubs_epi16(second, broadcast4(a[r] + f * 4 + 4));
          few[r].v[v] = _mm256_add_epi16(few[r].v[v], _mm256_add_epi16(one, other));
        }
      }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
      for (int v = 0; v < 2; v++) {
        sum[r].v[v] = _mm256_add_epi32(sum[r].v[v], _mm256_madd_epi16(few[r].v[v], ones));
      }
    }
  }
}

#include "gemm_groups.h"

void octavo_gemm_groups_8_avx2(const octavo_gemm_groups *g) { product(g, group_8, 8); }

void octavo_gemm_groups_4_avx2(const octavo_gemm_groups *g) { product(g, group_4, 4); }

#pragma clang attribute pop

#endif
