// The float matrix product in tiles of 8 rows by two panels of 16 columns: 16 accumulators in registers, two more for
// a row of B, up to 8 for the broadcast elements of A. Lanes run across columns, so each result is the scalar chain.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

enum {
  ROWS = 8,
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
INLINE void start(__m512 sum[ROWS][PANELS], const tile *t, float *const c[ROWS], const int rows, const int panels) {
  const octavo_gemm_f32 *g = t->g;
  const int resume = g->accumulate || t->p0 > 0;
#pragma clang loop unroll(full)
  for (int v = 0; v < panels; v++) {
    const __mmask16 mask = v == panels - 1 ? t->mask : 0xffff;
    const float *bias = g->bias;
    const __m512 first = bias ? _mm512_maskz_loadu_ps(mask, bias + t->j + 16 * v) : _mm512_setzero_ps();
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) sum[r][v] = resume ? _mm512_maskz_loadu_ps(mask, c[r] + 16 * v) : first;
  }
}

// rows and panels are constants where this is called: every loop but the one over p unrolls.
INLINE void run(const tile *t, const int rows, const int panels) {
  const octavo_gemm_f32 *g = t->g;
  const float *a[ROWS], *b = t->b;
  const size_t b_panel = g->b_panel;
  float *c[ROWS];
  __m512 sum[ROWS][PANELS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    a[r] = g->a + g->a_row[t->i + r];
    c[r] = g->c + g->c_row[t->i + r] + t->j;
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
      _mm512_mask_storeu_ps(c[r] + 16 * v, v == panels - 1 ? t->mask : 0xffff, y);
    }
  }
}

#define TILE(rows)                                             \
  static void tile_##rows##_1(const tile *t) { run(t, rows, 1); } \
  static void tile_##rows##_2(const tile *t) { run(t, rows, 2); }
TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6) TILE(7) TILE(8)

#define NAMES(rows) {tile_##rows##_1, tile_##rows##_2}
static void (*const tiles[ROWS][PANELS])(const tile *) = {NAMES(1), NAMES(2), NAMES(3), NAMES(4), NAMES(5), NAMES(6),
                                                          NAMES(7), NAMES(8)};

static void rows_of_panels(tile *t, size_t i_end, size_t panels) {
  const size_t columns = t->g->n - t->j - (panels - 1) * OCTAVO_PANEL;
  t->mask = (__mmask16)(columns < OCTAVO_PANEL ? (1u << columns) - 1 : 0xffff);
  for (; t->i < i_end; t->i += ROWS) {
    const size_t rows = i_end - t->i < ROWS ? i_end - t->i : ROWS;
    tiles[rows - 1][panels - 1](t);
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
