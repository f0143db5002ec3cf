// The float matrix product in tiles of 6 rows by 16 columns: 12 accumulators in registers, two more for a row
// of B, one for the broadcast element of A. Of one row, tiles of four panels: two chains alone would wait for themselves.
// Lanes run across columns, so each result is the scalar chain.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

enum {
  ROWS = 6,
  // Of a tile of one row.
  PANELS = 4,
  // Of 8 columns, two a panel.
  VECTORS = 2 * PANELS,
  // A block of B is 256 x 16 floats, 16 KiB: half of a first-level cache, read by every tile of a block of rows.
  BLOCK_K = 256,
  // A block of A is at most 96 x 256 floats, 96 KiB: it stays in the second level while the panels pass.
  BLOCK_M = 96,
};

// The rows i ..< i + rows and at most 16 columns of a panel, or four panels, over p0 <= p < p1.
typedef struct {
  const octavo_gemm_f32 *g;
  const float *b;  // the first panel
  size_t i, j, p0, p1;
  __m256i mask;  // the columns of the last vector, when that is cut
} tile;

// Where a vector's columns begin, from those of the first panel on.
INLINE size_t place(const int vector, size_t panel) { return vector / 2 * panel + vector % 2 * 8; }

INLINE __m256 load(const float *x, int cut, __m256i mask) {
  return cut ? _mm256_maskload_ps(x, mask) : _mm256_loadu_ps(x);
}

// Without accumulation the chains of the first block start at the bias or at zero, later ones where the block
// before left them.
INLINE void start(__m256 sum[ROWS][VECTORS], const tile *t, float *const c[ROWS], const int rows, const int vectors,
                  const int cut) {
  const octavo_gemm_f32 *g = t->g;
  const int last = vectors - 1;
  if (g->accumulate || t->p0 > 0) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sum[r][v] = load(c[r] + place(v, g->c_panel), cut && v == last, t->mask);
    }
    return;
  }
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
    const __m256 first =
        g->bias ? load(g->bias + t->j + 8 * v, cut && v == last, t->mask) : _mm256_setzero_ps();
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) sum[r][v] = first;
  }
}

// rows, vectors and cut are constants where this is called: every loop but the one over p unrolls.
INLINE void run(const tile *t, const int rows, const int vectors, const int cut) {
  const octavo_gemm_f32 *g = t->g;
  const int last = vectors - 1;
  const float *a[ROWS], *b = t->b;
  const size_t b_panel = g->b_panel;
  float *c[ROWS];
  __m256 sum[ROWS][VECTORS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    a[r] = g->a + g->a_row[t->i + r];
    c[r] = g->c + g->c_row[t->i + r] + t->j / OCTAVO_PANEL * g->c_panel;
  }
  start(sum, t, c, rows, vectors, cut);
  const int32_t *a_col = g->a_col, *b_row = g->b_row;
#pragma clang loop unroll_count(2)
  for (size_t p = t->p0, end = t->p1; p < end; p++) {
    const ptrdiff_t column = a_col[p];
    const float *row = b + b_row[p];
    __m256 b_p[VECTORS];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) b_p[v] = load(row + place(v, b_panel), cut && v == last, t->mask);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const __m256 x = _mm256_broadcast_ss(a[r] + column);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sum[r][v] = _mm256_fmadd_ps(x, b_p[v], sum[r][v]);
    }
  }
  const int rectify = g->relu && t->p1 == g->k;
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      // max returns its second operand for NaN and for two zeros: NaN and -0 stay.
      const __m256 y = rectify ? _mm256_max_ps(_mm256_setzero_ps(), sum[r][v]) : sum[r][v];
      if (cut && v == last) {
        _mm256_maskstore_ps(c[r] + place(v, g->c_panel), t->mask, y);
      } else {
        _mm256_storeu_ps(c[r] + place(v, g->c_panel), y);
      }
    }
  }
}

#define TILE(rows, vectors, cut) \
  static void tile_##rows##_##vectors##_##cut(const tile *t) { run(t, rows, vectors, cut); }
#define TILES(rows) TILE(rows, 1, 0) TILE(rows, 1, 1) TILE(rows, 2, 0) TILE(rows, 2, 1)
TILE(1, 8, 0) TILES(1) TILES(2) TILES(3) TILES(4) TILES(5) TILES(6)

#define NAMES(rows) {{tile_##rows##_1_0, tile_##rows##_1_1}, {tile_##rows##_2_0, tile_##rows##_2_1}}
static void (*const tiles[ROWS][2][2])(const tile *) = {NAMES(1), NAMES(2), NAMES(3),
                                                        NAMES(4), NAMES(5), NAMES(6)};

static void panel(tile *t, size_t i_end) {
  const size_t left = t->g->n - t->j;
  const size_t width = left < OCTAVO_PANEL ? left : OCTAVO_PANEL;
  const size_t two = width > 8, cut = width % 8 != 0;
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  t->mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(width % 8)), lanes);
  while (t->i < i_end) {
    // The last two tiles share their rows: one of a row or two waits for its chains.
    const size_t left = i_end - t->i;
    const size_t rows = left >= 2 * ROWS ? ROWS : left > ROWS ? (left + 1) / 2 : left;
    tiles[rows - 1][two][cut](t);
    t->i += rows;
  }
}

void octavo_gemm_f32_avx2(const octavo_gemm_f32 *g) {
  size_t p0 = 0;
  // At least one pass even when k is 0: the results are then their starts.
  do {
    const size_t p1 = g->k - p0 < BLOCK_K ? g->k : p0 + BLOCK_K;
    for (size_t i = 0; i < g->m; i += BLOCK_M) {
      const size_t i_end = g->m - i < BLOCK_M ? g->m : i + BLOCK_M;
      size_t j = 0;
      for (; i_end - i == 1 && g->n - j >= PANELS * OCTAVO_PANEL; j += PANELS * OCTAVO_PANEL) {
        const tile t = {.g = g, .b = g->b + j / OCTAVO_PANEL * g->b_panel, .i = i, .j = j, .p0 = p0, .p1 = p1};
        tile_1_8_0(&t);
      }
      for (; j < g->n; j += OCTAVO_PANEL) {
        tile t = {.g = g, .b = g->b + j / OCTAVO_PANEL * g->b_panel, .i = i, .j = j, .p0 = p0, .p1 = p1};
        panel(&t, i_end);
      }
    }
    p0 = p1;
  } while (p0 < g->k);
}

#pragma clang attribute pop

#endif
