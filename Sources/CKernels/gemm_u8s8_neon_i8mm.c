// The integer matrix product by usdot, which adds four products of unsigned and signed bytes to each 32-bit lane, exact
// for all operands. usmmla does twice the products in one instruction, but wants eight neighbours of each row and each
// column where the packing has four: putting them together would cost most of the instructions that it saves.
#include "variants.h"

#if defined(__aarch64__)

#pragma clang attribute push(__attribute__((target("dotprod,i8mm"))), apply_to = function)

#include "gemm_u8s8_neon.h"

INLINE void add_mixed(int32x4_t sum[ROWS][VECTORS], const uint8_t *const a[ROWS], ptrdiff_t at, const int8_t *w,
                      const int rows, const int vectors) {
  int8x16_t w_v[VECTORS];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) w_v[v] = vld1q_s8(w + 16 * v);
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const uint8x16_t x = broadcast4(a[r] + at);
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[r][v] = vusdotq_s32(sum[r][v], x, w_v[v]);
  }
}

OCTAVO_TILES(mixed);

INLINE void no_offsets(tile *t) {
  for (int v = 0; v < VECTORS; v++) t->offset[v] = vdupq_n_s32(0);
}

void octavo_gemm_u8s8_neon_i8mm(const octavo_gemm_u8s8 *g) { product(g, mixed_tiles, no_offsets); }

#pragma clang attribute pop

#endif
