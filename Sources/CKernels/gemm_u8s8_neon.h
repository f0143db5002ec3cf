// The integer matrix product in tiles of 6 rows by 16 columns of NEON registers, whatever adds four products to a lane.
// A 32-bit lane is one column: four activations are broadcast to all lanes and met by four weights of each of four
// columns. Included where the target of an instruction set is in force.
#ifndef OCTAVO_GEMM_U8S8_NEON_H
#define OCTAVO_GEMM_U8S8_NEON_H

#include "neon.h"

enum {
  ROWS = 6,
  VECTORS = 4,
  // A block of weights is 256 x 64 bytes, 16 KiB: half of a first-level cache, read by every tile of rows.
  BLOCK_GROUPS = 256,
};

// The rows i ..< i + rows and width columns of one panel, over p0 <= group < p1.
typedef struct {
  const octavo_gemm_u8s8 *g;
  const int8_t *w;  // the panel, from group p0 on
  size_t i, j, p0, p1, width;
  int32x4_t offset[VECTORS];  // what each column's sums owe for this block, whatever the row
} tile;

INLINE uint8x16_t broadcast4(const uint8_t *a) {
  uint32_t word;
  memcpy(&word, a, sizeof word);
  return vreinterpretq_u8_u32(vdupq_n_u32(word));
}

// Adds the products of a group: sum[r][v] += the four activations at a[r] + at times the weights of 4 columns at
// w + 16 v.
typedef void (*add_group)(int32x4_t sum[ROWS][VECTORS], const uint8_t *const a[ROWS], ptrdiff_t at, const int8_t *w,
                          int rows, int vectors);

// Fills in the offsets of a block of a panel.
typedef void (*find_offsets)(tile *t);

INLINE int32x4_t load(const int32_t *x, size_t count) {
  if (count >= 4) return vld1q_s32(x);
  int32x4_t y = vdupq_n_s32(0);
  if (count > 0) y = vsetq_lane_s32(x[0], y, 0);
  if (count > 1) y = vsetq_lane_s32(x[1], y, 1);
  if (count > 2) y = vsetq_lane_s32(x[2], y, 2);
  return y;
}

INLINE void store(int32_t *x, int32x4_t y, size_t count) {
  if (count >= 4) {
    vst1q_s32(x, y);
    return;
  }
  if (count > 0) x[0] = vgetq_lane_s32(y, 0);
  if (count > 1) x[1] = vgetq_lane_s32(y, 1);
  if (count > 2) x[2] = vgetq_lane_s32(y, 2);
}

// The sums of the first block begin at start or at zero, later ones where the block before left them. Sums wrap.
INLINE void start(int32x4_t sum[ROWS][VECTORS], const tile *t, int32_t *const c[ROWS], const int rows,
                  const int vectors) {
  const int32_t *starts = t->g->start;
  const bool resume = t->p0 > 0;
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
    const size_t at = (size_t)(4 * v), count = t->width - at;
    const int32x4_t first = starts && !resume ? load(starts + t->j + at, count) : vdupq_n_s32(0);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      sum[r][v] = vaddq_s32(resume ? load(c[r] + at, count) : first, t->offset[v]);
    }
  }
}

// rows, vectors and add are constants where this is called: every loop but the one over groups unrolls.
INLINE void run(const tile *t, const int rows, const int vectors, const add_group add) {
  const octavo_gemm_u8s8 *g = t->g;
  const uint8_t *a[ROWS];
  int32_t *c[ROWS];
  int32x4_t sum[ROWS][VECTORS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    a[r] = g->a + g->a_row[t->i + (size_t)r];
    c[r] = g->c + (t->i + (size_t)r) * g->ldc + t->j;
  }
  start(sum, t, c, rows, vectors);
  const int32_t *a_group = g->a_group;
  const int8_t *w = t->w;
  for (size_t p = t->p0, end = t->p1; p < end; p++, w += 64) add(sum, a, a_group[p], w, rows, vectors);
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
    const size_t at = (size_t)(4 * v);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) store(c[r] + at, sum[r][v], t->width - at);
  }
}

typedef void (*tile_function)(const tile *);

// The tiles of one way to add, in `path`_tiles[rows - 1][vectors - 1].
#define OCTAVO_TILE(path, rows, vectors) \
  static void path##_##rows##_##vectors(const tile *t) { run(t, rows, vectors, add_##path); }
#define OCTAVO_TILES_OF(path, rows) \
  OCTAVO_TILE(path, rows, 1) OCTAVO_TILE(path, rows, 2) OCTAVO_TILE(path, rows, 3) OCTAVO_TILE(path, rows, 4)
#define OCTAVO_NAMES(path, rows) {path##_##rows##_1, path##_##rows##_2, path##_##rows##_3, path##_##rows##_4}
#define OCTAVO_TILES(path)                                                                       \
  OCTAVO_TILES_OF(path, 1) OCTAVO_TILES_OF(path, 2) OCTAVO_TILES_OF(path, 3)                     \
  OCTAVO_TILES_OF(path, 4) OCTAVO_TILES_OF(path, 5) OCTAVO_TILES_OF(path, 6)                     \
  static const tile_function path##_tiles[ROWS][VECTORS] = {OCTAVO_NAMES(path, 1), OCTAVO_NAMES(path, 2), \
                                                            OCTAVO_NAMES(path, 3), OCTAVO_NAMES(path, 4), \
                                                            OCTAVO_NAMES(path, 5), OCTAVO_NAMES(path, 6)}

INLINE void panel(tile *t, const tile_function tiles[ROWS][VECTORS]) {
  const size_t m = t->g->m, vectors = (t->width + 3) / 4;
  for (; t->i < m; t->i += ROWS) {
    const size_t rows = m - t->i < ROWS ? m - t->i : ROWS;
    tiles[rows - 1][vectors - 1](t);
  }
}

INLINE void product(const octavo_gemm_u8s8 *g, const tile_function tiles[ROWS][VECTORS], const find_offsets offsets) {
  size_t p0 = 0;
  // At least one pass even without groups: the results are then their starts.
  do {
    const size_t p1 = g->groups - p0 < BLOCK_GROUPS ? g->groups : p0 + BLOCK_GROUPS;
    for (size_t j = 0; j < g->n; j += OCTAVO_PANEL) {
      const int8_t *w = g->b + (j / OCTAVO_PANEL * g->groups + p0) * 64;
      const size_t width = g->n - j < OCTAVO_PANEL ? g->n - j : OCTAVO_PANEL;
      tile t = {.g = g, .w = w, .j = j, .p0 = p0, .p1 = p1, .width = width};
      offsets(&t);
      panel(&t, tiles);
    }
    p0 = p1;
  } while (p0 < g->groups);
}

#endif
