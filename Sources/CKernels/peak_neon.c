// The ceilings of NEON with the dot product: sdot adds four products of signed bytes to each of four sums. What it costs
// to make unsigned bytes signed is shared by the tile and left out.
#include "peaks.h"

#if defined(__aarch64__)

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

#include "peak_neon.h"

static void u8s8(size_t rounds) {
  int8x16_t x = vdupq_n_s8(3);
  const int8x16_t w = vdupq_n_s8(-2);
  OCTAVO_CHAINS(int32x4_t, vdupq_n_s32(0), rounds, x, vdotq_s32(sum[i], x, w));
}

#pragma clang attribute pop

const octavo_peaks octavo_peaks_neon = {
    .f32 = {.operations = 2 * 4 * CHAINS, .run = f32},
    .u8s8_pairwise = {.operations = 2 * 16 * CHAINS, .run = u8s8},
    .u8s8_wide = {.operations = 2 * 16 * CHAINS, .run = u8s8},
    .copy = copy,
    .read = read_all,
};

#endif
