// The float matrix product in tiles of 8 rows by two panels of 16 columns: 16 accumulators in registers, two more for
// a row of B, up to 8 for the broadcast elements of A. Lanes run across columns, so each result is the scalar chain.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

enum {
  // Of two panels, and of one: as many accumulators as the chains' latency asks for, and row pointers that registers hold.
  ROWS = 8,
  ROWS_OF_ONE = 12,
  PANELS = 2,
  // A block of B is two panels of 256 x 16 floats, 32 KiB: within a first-level cache, read by every tile of a block of
  // rows.
  BLOCK_K = 256,
  // A block of A is at most 96 x 256 floats, 96 KiB: it stays in the second level while the panels pass.
  BLOCK_M = 96,
};

// The rows i ..< i + rows and one or two panels from column j on, over p0 <= p < p1.
typedef struct {
  const octavo_gemm_f32 *g;
  const float *b;  // the first panel
  size_t i, j, p0, p1;
  __mmask16 mask;  // the columns of the last panel
} tile;

// Without accumulation the chains of the first block start at the bias or at zero, later ones where the block
// before left them.
INLINE void start(__m512 sum[ROWS_OF_ONE][PANELS], const tile *t, float *const c[ROWS], const int rows, const int panels) {
  const octavo_gemm_f32 *g = t->g;
  const int resume = g->accumulate || t->p0 > 0;
#pragma clang loop unroll(full)
  for (int v = 0; v < panels; v++) {
    const __mmask16 mask = v == panels - 1 ? t->mask : 0xffff;
    const float *bias = g->bias;
    const __m512 first = bias ? _mm512_maskz_loadu_ps(mask, bias + t->j + 16 * v) : _mm512_setzero_ps();
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) sum[r][v] = resume ? _mm512_maskz_loadu_ps(mask, c[r] + v * g->c_panel) : first;
  }
}

// rows and panels are constants where this is called: every loop but the one over p unrolls.
INLINE void run(const tile *t, const int rows, const int panels) {
  const octavo_gemm_f32 *g = t->g;
  const float *a[ROWS_OF_ONE], *b = t->b;
  const size_t b_panel = g->b_panel;
  float *c[ROWS_OF_ONE];
  __m512 sum[ROWS_OF_ONE][PANELS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    a[r] = g->a + g->a_row[t->i + r];
    c[r] = g->c + g->c_row[t->i + r] + t->j / OCTAVO_PANEL * g->c_panel;
  }
  start(sum, t, c, rows, panels);
  const int32_t *a_col = g->a_col, *b_row = g->b_row;
  for (size_t p = t->p0, end = t->p1; p < end; p++) {
    const ptrdiff_t column = a_col[p];
    const float *row = b + b_row[p];
    __m512 b_p[PANELS];
#pragma clang loop unroll(full)
    for (int v = 0; v < panels; v++) {
      b_p[v] = _mm512_maskz_loadu_ps(v == panels - 1 ? t->mask : 0xffff, row + v * b_panel);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const __m512 x = _mm512_set1_ps(a[r][column]);
#pragma clang loop unroll(full)
      for (int v = 0; v < panels; v++) sum[r][v] = _mm512_fmadd_ps(x, b_p[v], sum[r][v]);
    }
  }
  const int rectify = g->relu && t->p1 == g->k;
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < panels; v++) {
      // max returns its second operand for NaN and for two zeros: NaN and -0 stay.
      const __m512 y = rectify ? _mm512_max_ps(_mm512_setzero_ps(), sum[r][v]) : sum[r][v];
      _mm512_mask_storeu_ps(c[r] + v * g->c_panel, v == panels - 1 ? t->mask : 0xffff, y);
    }
  }
}

#define TILE(rows, panels) \
  static void tile_##rows##_##panels(const tile *t) { run(t, rows, panels); }
#define TILES(panels)                                                                                  \
  TILE(1, panels) TILE(2, panels) TILE(3, panels) TILE(4, panels) TILE(5, panels) TILE(6, panels) TILE(7, panels) \
  TILE(8, panels)
TILES(1) TILE(9, 1) TILE(10, 1) TILE(11, 1) TILE(12, 1) TILES(2)

static void (*const tiles_of_one[ROWS_OF_ONE])(const tile *) = {tile_1_1, tile_2_1, tile_3_1,  tile_4_1,
                                                                tile_5_1, tile_6_1, tile_7_1,  tile_8_1,
                                                                tile_9_1, tile_10_1, tile_11_1, tile_12_1};
static void (*const tiles_of_two[ROWS])(const tile *) = {tile_1_2, tile_2_2, tile_3_2, tile_4_2,
                                                         tile_5_2, tile_6_2, tile_7_2, tile_8_2};

// Rows are shared out evenly: 14 of them are two tiles of 7, not one of 8 and a slow one of 6.
static void rows_of_panels(tile *t, size_t i_end, size_t panels) {
  const size_t columns = t->g->n - t->j - (panels - 1) * OCTAVO_PANEL, most = panels == 2 ? ROWS : ROWS_OF_ONE;
  t->mask = (__mmask16)(columns < OCTAVO_PANEL ? (1u << columns) - 1 : 0xffff);
  for (size_t left = (i_end - t->i + most - 1) / most; left > 0; left--) {
    const size_t rows = (i_end - t->i + left - 1) / left;
    (panels == 2 ? tiles_of_two : tiles_of_one)[rows - 1](t);
    t->i += rows;
  }
}

void octavo_gemm_f32_avx512vnni(const octavo_gemm_f32 *g) {
  size_t p0 = 0;
  // At least one pass even when k is 0: the results are then their starts.
  do {
    const size_t p1 = g->k - p0 < BLOCK_K ? g->k : p0 + BLOCK_K;
    for (size_t i = 0; i < g->m; i += BLOCK_M) {
      const size_t i_end = g->m - i < BLOCK_M ? g->m : i + BLOCK_M;
      for (size_t j = 0; j < g->n; j += PANELS * OCTAVO_PANEL) {
        tile t = {.g = g, .b = g->b + j / OCTAVO_PANEL * g->b_panel, .i = i, .j = j, .p0 = p0, .p1 = p1};
        rows_of_panels(&t, i_end, g->n - j > OCTAVO_PANEL ? 2 : 1);
      }
    }
    p0 = p1;
  } while (p0 < g->k);
}

#pragma clang attribute pop

#endif
