// Rows of bytes times weights whose scales belong to groups of terms, by vpdpbusd of 256 bits, exact for all operands.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,avxvnni"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

enum { TILE_ROWS = 4 };

#include "groups_256.h"

// The instruction takes one operand without a sign: bytes of rows plus 128, whose 128 times the weights are summed beside.
INLINE void group_8(columns16 sum[TILE_ROWS], const int8_t *const a[TILE_ROWS], const uint8_t *w, size_t fours,
                    const int rows) {
  const __m256i offset = _mm256_set1_epi8(-128);
  columns16 owed;
  clear(&owed, 1);
  clear(sum, rows);
  for (size_t f = 0; f < fours; f++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < 2; v++) {
      const __m256i four = _mm256_loadu_si256((const __m256i *)(w + f * 64) + v);
      owed.v[v] = _mm256_dpbusd_avx_epi32(owed.v[v], offset, four);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        const __m256i x = _mm256_xor_si256(broadcast4(a[r] + f * 4), offset);
        sum[r].v[v] = _mm256_dpbusd_avx_epi32(sum[r].v[v], x, four);
      }
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < 2; v++) sum[r].v[v] = _mm256_sub_epi32(sum[r].v[v], owed.v[v]);
  }
}

INLINE void group_4(columns16 sum[TILE_ROWS], const int8_t *const a[TILE_ROWS], const uint8_t *w, size_t fours,
                    const int rows) {
  const __m256i low = _mm256_set1_epi8(15);
  clear(sum, rows);
  for (size_t f = 0; f < fours; f += 2) {
#pragma clang loop unroll(full)
    for (int v = 0; v < 2; v++) {
      const __m256i pair = _mm256_loadu_si256((const __m256i *)(w + f * 32) + v);
      const __m256i first = _mm256_and_si256(pair, low);
      const __m256i second = _mm256_and_si256(_mm256_srli_epi16(pair, 4), low);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        sum[r].v[v] = _mm256_dpbusd_avx_epi32(sum[r].v[v], first, broadcast4(a[r] + f * 4));
        sum[r].v[v] = _mm256_dpbusd_avx_epi32(sum[r].v[v], second, broadcast4(a[r] + f * 4 + 4));
      }
    }
  }
}

#include "gemm_groups.h"

void octavo_gemm_groups_8_avxvnni(const octavo_gemm_groups *g) { product(g, group_8, 8); }

void octavo_gemm_groups_4_avxvnni(const octavo_gemm_groups *g) { product(g, group_4, 4); }

#pragma clang attribute pop

#endif
