// The float matrix product in tiles of 6 rows by 16 columns: 24 accumulators in registers, four more for a row of B,
// the rest for elements of A. Lanes run across columns, so each result is the scalar chain.
#include "variants.h"

#if defined(__aarch64__)

#include "neon.h"

#pragma STDC FP_CONTRACT OFF

enum {
  ROWS = 6,
  VECTORS = 4,
  // A block of B is 256 x 16 floats, 16 KiB: half of a first-level cache, read by every tile of a block of rows.
  BLOCK_K = 256,
  // A block of A is at most 96 x 256 floats, 96 KiB: it stays in the second level while the panels pass.
  BLOCK_M = 96,
};

// The rows i ..< i + rows and width columns of one panel, over p0 <= p < p1.
typedef struct {
  const octavo_gemm_f32 *g;
  const float *b;  // the panel
  size_t i, j, p0, p1, width;
} tile;

// Vector v of a tile. The last one ends at the last column, over columns of the one before where the width is not a
// multiple of four: those are computed twice, to the same bits. A tile of fewer than four columns has one vector, cut.
INLINE float32x4_t load(const float *x, size_t width, const int v, const int vectors, const int cut) {
  return cut ? load_few_f32(x, width) : vld1q_f32(x + (v == vectors - 1 ? width - 4 : (size_t)(4 * v)));
}

INLINE void store(float *x, float32x4_t y, size_t width, const int v, const int vectors, const int cut) {
  if (cut) {
    store_few_f32(x, y, width);
  } else {
    vst1q_f32(x + (v == vectors - 1 ? width - 4 : (size_t)(4 * v)), y);
  }
}

// Without accumulation the chains of the first block start at the bias or at zero, later ones where the block
// before left them.
INLINE void start(float32x4_t sum[ROWS][VECTORS], const tile *t, float *const c[ROWS], const int rows,
                  const int vectors, const int cut) {
  const octavo_gemm_f32 *g = t->g;
  const bool resume = g->accumulate || t->p0 > 0;
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
    const float32x4_t first =
        g->bias && !resume ? load(g->bias + t->j, t->width, v, vectors, cut) : vdupq_n_f32(0.0f);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) sum[r][v] = resume ? load(c[r], t->width, v, vectors, cut) : first;
  }
}

// rows, vectors and cut are constants where this is called: every loop but the one over p unrolls.
INLINE void run(const tile *t, const int rows, const int vectors, const int cut) {
  const octavo_gemm_f32 *g = t->g;
  const float *a[ROWS], *b = t->b;
  const size_t width = t->width;
  float *c[ROWS];
  float32x4_t sum[ROWS][VECTORS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    a[r] = g->a + g->a_row[t->i + (size_t)r];
    c[r] = g->c + g->c_row[t->i + (size_t)r] + t->j / OCTAVO_PANEL * g->c_panel;
  }
  start(sum, t, c, rows, vectors, cut);
  const int32_t *a_col = g->a_col, *b_row = g->b_row;
  for (size_t p = t->p0, end = t->p1; p < end; p++) {
    const ptrdiff_t column = a_col[p];
    const float *row = b + b_row[p];
    float32x4_t b_p[VECTORS];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) b_p[v] = load(row, width, v, vectors, cut);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const float x = a[r][column];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sum[r][v] = vfmaq_n_f32(sum[r][v], b_p[v], x);
    }
  }
  const bool rectify = g->relu && t->p1 == g->k;
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      store(c[r], rectify ? rectified(sum[r][v]) : sum[r][v], width, v, vectors, cut);
    }
  }
}

// tiles[rows - 1][0] is cut, tiles[rows - 1][vectors] has whole vectors.
#define TILE(rows, vectors) \
  static void tile_##rows##_##vectors(const tile *t) { run(t, rows, vectors, 0); }
#define TILES(rows)                                                 \
  static void cut_##rows(const tile *t) { run(t, rows, 1, 1); }     \
  TILE(rows, 1) TILE(rows, 2) TILE(rows, 3) TILE(rows, 4)
TILES(1) TILES(2) TILES(3) TILES(4) TILES(5) TILES(6)

#define NAMES(rows) {cut_##rows, tile_##rows##_1, tile_##rows##_2, tile_##rows##_3, tile_##rows##_4}
static void (*const tiles[ROWS][VECTORS + 1])(const tile *) = {NAMES(1), NAMES(2), NAMES(3),
                                                               NAMES(4), NAMES(5), NAMES(6)};

static void panel(tile *t, size_t i_end) {
  const size_t left = t->g->n - t->j;
  t->width = left < OCTAVO_PANEL ? left : OCTAVO_PANEL;
  const size_t vectors = t->width < 4 ? 0 : (t->width + 3) / 4;
  for (; t->i < i_end; t->i += ROWS) {
    const size_t rows = i_end - t->i < ROWS ? i_end - t->i : ROWS;
    tiles[rows - 1][vectors](t);
  }
}

void octavo_gemm_f32_neon(const octavo_gemm_f32 *g) {
  size_t p0 = 0;
  // At least one pass even when k is 0: the results are then their starts.
  do {
    const size_t p1 = g->k - p0 < BLOCK_K ? g->k : p0 + BLOCK_K;
    for (size_t i = 0; i < g->m; i += BLOCK_M) {
      const size_t i_end = g->m - i < BLOCK_M ? g->m : i + BLOCK_M;
      for (size_t j = 0; j < g->n; j += OCTAVO_PANEL) {
        tile t = {.g = g, .b = g->b + j / OCTAVO_PANEL * g->b_panel, .i = i, .j = j, .p0 = p0, .p1 = p1};
        panel(&t, i_end);
      }
    }
    p0 = p1;
  } while (p0 < g->k);
}

#endif
