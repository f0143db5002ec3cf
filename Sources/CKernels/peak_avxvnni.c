// The ceilings of AVX-VNNI: vpdpbusd adds four products of bytes to each of eight sums.
#include "peaks.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)

#include "peak_256.h"

static void u8s8(size_t rounds) {
  __m256i x = _mm256_set1_epi8(3);
  const __m256i w = _mm256_set1_epi8(-2);
  OCTAVO_CHAINS(__m256i, _mm256_setzero_si256(), rounds, x, _mm256_dpbusd_avx_epi32(sum[i], x, w));
}

#pragma clang attribute pop

const octavo_peaks octavo_peaks_avxvnni = {
    .f32 = {.operations = 2 * 8 * CHAINS, .run = f32},
    .u8s8_pairwise = {.operations = 2 * 32 * CHAINS, .run = u8s8},
    .u8s8_wide = {.operations = 2 * 32 * CHAINS, .run = u8s8},
    .copy = copy,
    .read = read_all,
};

#endif
