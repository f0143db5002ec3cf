// Rows of bytes times weights whose scales belong to groups of terms, in tiles of TILE_ROWS rows by one panel of 16 columns.
// Included where the target of an instruction set is in force, behind what that set has:
//
//     columns16, reals16                     16 lanes of s32 and of f32
//     group_8, group_4                       sum[r] = the sums of a group for each of `rows` rows; of 4 bits, with what is
//                                            added to the weights
//     scales16 widened(scale)                16 numbers of binary16
//     merge(y, sum, extra, factor, scales)   y = fma(f32(sum - extra), f32(factor * scales), y)
//     zeros(), stored(y, out)
#ifndef OCTAVO_GEMM_GROUPS_H
#define OCTAVO_GEMM_GROUPS_H

#include <string.h>

typedef void (*sum_group)(columns16 sum[TILE_ROWS], const int8_t *const a[TILE_ROWS], const uint8_t *w, size_t fours,
                          int rows);

// rows, group and bits are constants where this is called: every loop over rows unrolls.
INLINE void tile(const octavo_gemm_groups *g, size_t i, size_t j, const int rows, const sum_group group,
                 const int bits) {
  const size_t panel = j / OCTAVO_PANEL, group_bytes = g->fours * 8 * (size_t)bits, width = g->n - j;
  const uint8_t *w = g->w + panel * g->groups * group_bytes;
  const uint16_t *w_scale = g->w_scale + panel * g->groups * OCTAVO_PANEL;
  const int8_t *a[TILE_ROWS];
  reals16 y[TILE_ROWS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    a[r] = g->a + (i + (size_t)r) * g->a_row;
    y[r] = zeros();
  }
  for (size_t p = 0; p < g->groups; p++) {
    columns16 sum[TILE_ROWS];
    // A row alone waits for its weights: they are asked for long before, whatever lies behind them.
    if (rows == 1) {
      for (size_t byte = 0; byte < group_bytes; byte += 64) __builtin_prefetch(w + AHEAD + byte);
    }
    group(sum, a, w, g->fours, rows);
    const reals16 scales = widened(w_scale + p * OCTAVO_PANEL);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const size_t at = (i + (size_t)r) * g->groups + p;
      y[r] = merge(y[r], sum[r], bits == 4 ? 8 * g->a_sum[at] : 0, g->a_scale[at], scales);
      a[r] += 4 * g->fours;
    }
    w += group_bytes;
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    float *out = g->y + (i + (size_t)r) * g->y_row + j;
    if (width >= OCTAVO_PANEL) {
      stored(y[r], out);
    } else {
      float few[OCTAVO_PANEL];
      stored(y[r], few);
      memcpy(out, few, width * sizeof *out);
    }
  }
}

// All tiles of a product; those of the last rows are a row high.
INLINE void product(const octavo_gemm_groups *g, const sum_group group, const int bits) {
  for (size_t j = 0; j < g->n; j += OCTAVO_PANEL) {
    size_t i = 0;
    for (; i + TILE_ROWS <= g->m; i += TILE_ROWS) tile(g, i, j, TILE_ROWS, group, bits);
    for (; i < g->m; i++) tile(g, i, j, 1, group, bits);
  }
}

#endif
