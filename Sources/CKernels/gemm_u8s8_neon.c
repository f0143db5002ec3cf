// The integer matrix product by sdot, which adds four products of signed bytes to each 32-bit lane without saturating.
//
// There is no instruction for u8 * s8 here, so activations are met less 128, which is the flip of their highest bit:
//     sum a w = sum (a - 128) w + 128 sum w
// Every term is exact and sums wrap, so the result is exact for all operands. The second term belongs to a column and
// costs one more sdot per register of weights, once for all rows; the flip costs one instruction for the four sdot of a
// row. Widening to 16 bits would cost four multiply-adds, and sums of neighbours, where this has one sdot; flipping the
// weights instead (udot) would need the sum of activations of every row, in the inner loop.
#include "variants.h"

#if defined(__aarch64__)

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

#include "gemm_u8s8_neon.h"

INLINE void add_shifted(int32x4_t sum[ROWS][VECTORS], const uint8_t *const a[ROWS], ptrdiff_t at, const int8_t *w,
                        const int rows, const int vectors) {
  const uint8x16_t top_bit = vdupq_n_u8(128);
  int8x16_t w_v[VECTORS];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) w_v[v] = vld1q_s8(w + 16 * v);
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const int8x16_t x = vreinterpretq_s8_u8(veorq_u8(broadcast4(a[r] + at), top_bit));
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[r][v] = vdotq_s32(sum[r][v], w_v[v], x);
  }
}

OCTAVO_TILES(shifted);

// 128 sum w of each column. +128 is no signed byte: sdot sums -128 w, which is then taken from zero.
INLINE void find_shifts(tile *t) {
  const int8x16_t minus_128 = vdupq_n_s8(-128);
  int32x4_t sum[VECTORS];
  for (int v = 0; v < VECTORS; v++) sum[v] = vdupq_n_s32(0);
  const int8_t *w = t->w;
  for (size_t p = t->p0; p < t->p1; p++, w += 64) {
#pragma clang loop unroll(full)
    for (int v = 0; v < VECTORS; v++) sum[v] = vdotq_s32(sum[v], vld1q_s8(w + 16 * v), minus_128);
  }
  for (int v = 0; v < VECTORS; v++) t->offset[v] = vsubq_s32(vdupq_n_s32(0), sum[v]);
}

void octavo_gemm_u8s8_neon(const octavo_gemm_u8s8 *g) { product(g, shifted_tiles, find_shifts); }

#pragma clang attribute pop

#endif
