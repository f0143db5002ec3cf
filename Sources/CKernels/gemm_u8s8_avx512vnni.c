// The integer matrix product by vpdpbusd, which adds four products of bytes to each 32-bit lane, exact for all operands:
// tiles of 8 rows by two panels of 16 columns. A register holds four weights of each column of a panel; four
// activations are broadcast to all lanes.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512vnni"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

enum {
  ROWS = 8,
  PANELS = 2,
  // A block of weights is two panels of 256 x 64 bytes, 32 KiB: within a first-level cache, read by every tile of rows.
  BLOCK_GROUPS = 256,
};

// The rows i ..< i + rows and one or two panels from column j on, over p0 <= group < p1.
typedef struct {
  const octavo_gemm_u8s8 *g;
  const int8_t *w;  // the first panel
  size_t i, j, p0, p1;
  __mmask16 mask;  // the columns of the last panel
} tile;

// The sums of the first block begin at start or at zero, later ones where the block before left them.
INLINE void start(__m512i sum[ROWS][PANELS], const tile *t, int32_t *const c[ROWS], const int rows,
                  const int panels) {
#pragma clang loop unroll(full)
  for (int v = 0; v < panels; v++) {
    const __mmask16 mask = v == panels - 1 ? t->mask : 0xffff;
    const int32_t *starts = t->g->start;
    const __m512i first = starts ? _mm512_maskz_loadu_epi32(mask, starts + t->j + 16 * v) : _mm512_setzero_si512();
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) sum[r][v] = t->p0 > 0 ? _mm512_maskz_loadu_epi32(mask, c[r] + 16 * v) : first;
  }
}

// rows and panels are constants where this is called: every loop but the one over groups unrolls.
INLINE void run(const tile *t, const int rows, const int panels) {
  const octavo_gemm_u8s8 *g = t->g;
  const size_t w_panel = g->groups * 64;
  const uint8_t *a[ROWS];
  int32_t *c[ROWS];
  __m512i sum[ROWS][PANELS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    a[r] = g->a + g->a_row[t->i + r];
    c[r] = g->c + (t->i + r) * g->ldc + t->j;
  }
  start(sum, t, c, rows, panels);
  const int32_t *a_group = g->a_group;
  const int8_t *w = t->w + t->p0 * 64;
  for (size_t p = t->p0, end = t->p1; p < end; p++, w += 64) {
    const ptrdiff_t at = a_group[p];
    __m512i w_p[PANELS];
#pragma clang loop unroll(full)
    for (int v = 0; v < panels; v++) w_p[v] = _mm512_loadu_si512(w + v * w_panel);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      int32_t word;
      memcpy(&word, a[r] + at, sizeof word);
      const __m512i x = _mm512_set1_epi32(word);
#pragma clang loop unroll(full)
      for (int v = 0; v < panels; v++) sum[r][v] = _mm512_dpbusd_epi32(sum[r][v], x, w_p[v]);
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < panels; v++) {
      _mm512_mask_storeu_epi32(c[r] + 16 * v, v == panels - 1 ? t->mask : 0xffff, sum[r][v]);
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

// Asks for a part of the weights that the next panels have over these groups: what tile number `part` of so many asks for.
INLINE void ask_for_next(const tile *t, size_t part, size_t parts) {
  const size_t w_panel = t->g->groups * 64, lines = (t->p1 - t->p0 + parts - 1) / parts;
  const int8_t *next = t->w + PANELS * w_panel + (t->p0 + part * lines) * 64;
#pragma clang loop unroll(full)
  for (int v = 0; v < PANELS; v++) {
    for (size_t line = 0; line < lines; line++) __builtin_prefetch(next + v * w_panel + line * 64);
  }
}

static void rows_of_panels(tile *t, size_t panels) {
  const size_t columns = t->g->n - t->j - (panels - 1) * OCTAVO_PANEL, m = t->g->m;
  t->mask = (__mmask16)(columns < OCTAVO_PANEL ? (1u << columns) - 1 : 0xffff);
  // With many rows, all tiles together ask for the next panels: a few lines each, and no tile waits for memory.
  const size_t parts = (m + ROWS - 1) / ROWS;
  for (; t->i < m; t->i += ROWS) {
    const size_t rows = m - t->i < ROWS ? m - t->i : ROWS;
    if (parts >= 4) ask_for_next(t, t->i / ROWS, parts);
    tiles[rows - 1][panels - 1](t);
  }
}

void octavo_gemm_u8s8_avx512vnni(const octavo_gemm_u8s8 *g) {
  size_t p0 = 0;
  // At least one pass even without groups: the results are then their starts.
  do {
    const size_t p1 = g->groups - p0 < BLOCK_GROUPS ? g->groups : p0 + BLOCK_GROUPS;
    for (size_t j = 0; j < g->n; j += PANELS * OCTAVO_PANEL) {
      tile t = {.g = g, .w = g->b + j / OCTAVO_PANEL * g->groups * 64, .j = j, .p0 = p0, .p1 = p1};
      rows_of_panels(&t, g->n - j > OCTAVO_PANEL ? 2 : 1);
    }
    p0 = p1;
  } while (p0 < g->groups);
}

#pragma clang attribute pop

#endif
