// The integer matrix product in tiles of 4 rows by 16 columns of 256-bit registers, whatever adds four products to a
// lane. A 32-bit lane is one column: four activations are broadcast to all lanes and met by four weights of each column.
// Included where the target of an instruction set is in force.
#ifndef OCTAVO_GEMM_U8S8_256_H
#define OCTAVO_GEMM_U8S8_256_H

#include <immintrin.h>
#include <string.h>

#include "variants.h"

#define INLINE static inline __attribute__((always_inline))

enum {
  ROWS = 4,
  // A block of weights is 256 x 64 bytes, 16 KiB: half of a first-level cache, read by every tile of rows.
  BLOCK_GROUPS = 256,
  // Bytes of weights between what is asked for and what is read.
  AHEAD = 4096,
};

// The rows i ..< i + rows and at most 16 columns of one panel, over p0 <= group < p1.
typedef struct {
  const octavo_gemm_u8s8 *g;
  const int8_t *w;  // the panel
  size_t i, j, p0, p1;
  __m256i mask;  // the columns of the last vector, when that is cut
} tile;

INLINE __m256i broadcast4(const uint8_t *a) {
  int32_t word;
  memcpy(&word, a, sizeof word);
  return _mm256_set1_epi32(word);
}

// Adds the products of a group: sum[r][v] += the four activations at a[r] + at times the weights of 8 columns at
// w + 32 v.
typedef void (*add_group)(__m256i sum[ROWS][2], const uint8_t *const a[ROWS], ptrdiff_t at, const int8_t *w, int rows,
                          int vectors);

INLINE __m256i load(const int32_t *x, int cut, __m256i mask) {
  return cut ? _mm256_maskload_epi32(x, mask) : _mm256_loadu_si256((const __m256i *)x);
}

// The sums of the first block begin at start or at zero, later ones where the block before left them.
INLINE void start(__m256i sum[ROWS][2], const tile *t, int32_t *const c[ROWS], const int rows,
                  const int vectors, const int cut) {
  const int last = vectors - 1;
  if (t->p0 > 0) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sum[r][v] = load(c[r] + 8 * v, cut && v == last, t->mask);
    }
    return;
  }
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
    const __m256i first = t->g->start ? load(t->g->start + t->j + 8 * v, cut && v == last, t->mask)
                                      : _mm256_setzero_si256();
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) sum[r][v] = first;
  }
}

// rows, vectors, cut and add are constants where this is called: every loop but the one over groups unrolls.
INLINE void run(const tile *t, const int rows, const int vectors, const int cut, const add_group add) {
  const octavo_gemm_u8s8 *g = t->g;
  const int last = vectors - 1;
  const uint8_t *a[ROWS];
  int32_t *c[ROWS];
  __m256i sum[ROWS][2];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    a[r] = g->a + g->a_row[t->i + r];
    c[r] = g->c + (t->i + r) * g->ldc + t->j;
  }
  start(sum, t, c, rows, vectors, cut);
  const int32_t *a_group = g->a_group;
  const int8_t *w = t->w + t->p0 * 64;
  for (size_t p = t->p0, end = t->p1; p < end; p++, w += 64) {
    // A row alone waits for its weights: they are asked for long before, whatever lies behind them.
    if (rows == 1) __builtin_prefetch(w + AHEAD);
    add(sum, a, a_group[p], w, rows, vectors);
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      if (cut && v == last) {
        _mm256_maskstore_epi32(c[r] + 8 * v, t->mask, sum[r][v]);
      } else {
        _mm256_storeu_si256((__m256i *)(c[r] + 8 * v), sum[r][v]);
      }
    }
  }
}

typedef void (*tile_function)(const tile *);

// The tiles of one way to add, in `path`_tiles[rows - 1][two vectors][the last one cut].
#define OCTAVO_TILE(path, rows, vectors, cut) \
  static void path##_##rows##_##vectors##_##cut(const tile *t) { run(t, rows, vectors, cut, add_##path); }
#define OCTAVO_TILES_OF(path, rows)                                                             \
  OCTAVO_TILE(path, rows, 1, 0)                                                                 \
  OCTAVO_TILE(path, rows, 1, 1) OCTAVO_TILE(path, rows, 2, 0) OCTAVO_TILE(path, rows, 2, 1)
#define OCTAVO_NAMES(path, rows) \
  {{path##_##rows##_1_0, path##_##rows##_1_1}, {path##_##rows##_2_0, path##_##rows##_2_1}}
#define OCTAVO_TILES(path)                                                                      \
  OCTAVO_TILES_OF(path, 1)                                                                      \
  OCTAVO_TILES_OF(path, 2) OCTAVO_TILES_OF(path, 3) OCTAVO_TILES_OF(path, 4)                    \
  static const tile_function path##_tiles[ROWS][2][2] = {OCTAVO_NAMES(path, 1), OCTAVO_NAMES(path, 2), \
                                                         OCTAVO_NAMES(path, 3), OCTAVO_NAMES(path, 4)}

INLINE void panel(tile *t, const tile_function tiles[ROWS][2][2]) {
  const size_t m = t->g->m, left = t->g->n - t->j;
  const size_t width = left < OCTAVO_PANEL ? left : OCTAVO_PANEL;
  const size_t two = width > 8, cut = width % 8 != 0;
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  t->mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(width % 8)), lanes);
  for (; t->i < m; t->i += ROWS) {
    const size_t rows = m - t->i < ROWS ? m - t->i : ROWS;
    tiles[rows - 1][two][cut](t);
  }
}

INLINE void product(const octavo_gemm_u8s8 *g, const tile_function tiles[ROWS][2][2]) {
  size_t p0 = 0;
  // At least one pass even without groups: the results are then their starts.
  do {
    const size_t p1 = g->groups - p0 < BLOCK_GROUPS ? g->groups : p0 + BLOCK_GROUPS;
    for (size_t j = 0; j < g->n; j += OCTAVO_PANEL) {
      tile t = {.g = g, .w = g->b + j / OCTAVO_PANEL * g->groups * 64, .j = j, .p0 = p0, .p1 = p1};
      panel(&t, tiles);
    }
    p0 = p1;
  } while (p0 < g->groups);
}

#endif
