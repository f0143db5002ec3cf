// Rows of bytes times weights whose scales belong to groups of terms, by vpdpbusd of 512 bits, exact for all operands.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

enum {
  TILE_ROWS = 8,
  // Bytes of weights between what is asked for and what is read.
  AHEAD = 4096,
};

typedef __m512i columns16;
typedef __m512 reals16;

INLINE __m512i broadcast4(const int8_t *a) {
  int32_t word;
  memcpy(&word, a, sizeof word);
  return _mm512_set1_epi32(word);
}

INLINE void clear(columns16 sum[TILE_ROWS], const int rows) {
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) sum[r] = _mm512_setzero_si512();
}

INLINE reals16 zeros(void) { return _mm512_setzero_ps(); }

INLINE reals16 widened(const uint16_t *scale) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)scale)); }

INLINE reals16 merge(reals16 y, columns16 sum, int32_t extra, float factor, reals16 scales) {
  const __m512 real = _mm512_cvtepi32_ps(_mm512_sub_epi32(sum, _mm512_set1_epi32(extra)));
  return _mm512_fmadd_ps(real, _mm512_mul_ps(_mm512_set1_ps(factor), scales), y);
}

INLINE void stored(reals16 y, float *out) { _mm512_storeu_ps(out, y); }

// The instruction takes one operand without a sign: bytes of rows plus 128, whose 128 times the weights are summed beside.
INLINE void group_8(columns16 sum[TILE_ROWS], const int8_t *const a[TILE_ROWS], const uint8_t *w, size_t fours,
                    const int rows) {
  const __m512i offset = _mm512_set1_epi8(-128);
  columns16 owed = _mm512_setzero_si512();
  clear(sum, rows);
  for (size_t f = 0; f < fours; f++) {
    const __m512i four = _mm512_loadu_si512(w + f * 64);
    owed = _mm512_dpbusd_epi32(owed, offset, four);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      sum[r] = _mm512_dpbusd_epi32(sum[r], _mm512_xor_si512(broadcast4(a[r] + f * 4), offset), four);
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) sum[r] = _mm512_sub_epi32(sum[r], owed);
}

INLINE void group_4(columns16 sum[TILE_ROWS], const int8_t *const a[TILE_ROWS], const uint8_t *w, size_t fours,
                    const int rows) {
  const __m512i low = _mm512_set1_epi8(15);
  clear(sum, rows);
  for (size_t f = 0; f < fours; f += 2) {
    const __m512i pair = _mm512_loadu_si512(w + f * 32);
    const __m512i first = _mm512_and_si512(pair, low), second = _mm512_and_si512(_mm512_srli_epi16(pair, 4), low);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      sum[r] = _mm512_dpbusd_epi32(sum[r], first, broadcast4(a[r] + f * 4));
      sum[r] = _mm512_dpbusd_epi32(sum[r], second, broadcast4(a[r] + f * 4 + 4));
    }
  }
}

#include "gemm_groups.h"

void octavo_gemm_groups_8_avx512vnni(const octavo_gemm_groups *g) { product(g, group_8, 8); }

void octavo_gemm_groups_4_avx512vnni(const octavo_gemm_groups *g) { product(g, group_4, 4); }

#pragma clang attribute pop

#endif
