// The ceilings of AVX2 with FMA. Without an instruction for u8 * s8 -> s32 its products take three, or four for 32 of
// them: in pairs that fit in s16, or widened first.
#include "peaks.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#include "peak_256.h"

static void u8s8_pairwise(size_t rounds) {
  __m256i x = _mm256_set1_epi8(3);
  const __m256i w = _mm256_set1_epi8(-2), ones = _mm256_set1_epi16(1);
  OCTAVO_CHAINS(__m256i, _mm256_setzero_si256(), rounds, x,
                _mm256_add_epi32(sum[i], _mm256_madd_epi16(_mm256_maddubs_epi16(x, w), ones)));
}

// The operands are 16 of each in 16 bits: what widening costs is shared by the tile and left out.
static void u8s8_wide(size_t rounds) {
  __m256i x = _mm256_set1_epi16(3);
  const __m256i w = _mm256_set1_epi16(-2);
  OCTAVO_CHAINS(__m256i, _mm256_setzero_si256(), rounds, x, _mm256_add_epi32(sum[i], _mm256_madd_epi16(x, w)));
}

#pragma clang attribute pop

const octavo_peaks octavo_peaks_avx2 = {
    .f32 = {.operations = 2 * 8 * CHAINS, .run = f32},
    .u8s8_pairwise = {.operations = 2 * 32 * CHAINS, .run = u8s8_pairwise},
    .u8s8_wide = {.operations = 2 * 16 * CHAINS, .run = u8s8_wide},
    .copy = copy,
    .read = read_all,
};

#endif
