// The integer matrix product in tiles of 4 rows by 16 columns. A 32-bit lane is one column: four activations
// are broadcast to all lanes and met by four weights of each column.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

enum {
  ROWS = 4,
  // A block of weights is 256 x 64 bytes, 16 KiB: half of a first-level cache, read by every tile of rows.
  BLOCK_GROUPS = 256,
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

// Products of neighbours added in s16 (the caller proves that they fit), then pairs of those in s32.
INLINE void add_pairwise(__m256i sum[ROWS][2], const uint8_t *const a[ROWS], ptrdiff_t at, const int8_t *w,
                         const int rows, const int vectors) {
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i w_v[2];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) w_v[v] = _mm256_loadu_si256((const __m256i *)(w + 32 * v));
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const __m256i x = broadcast4(a[r] + at);
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      const __m256i pairs = _mm256_maddubs_epi16(x, w_v[v]);
      sum[r][v] = _mm256_add_epi32(sum[r][v], _mm256_madd_epi16(pairs, ones));
    }
  }
}

// Bytes 0 and 2 of each lane, and bytes 1 and 3, widened to s16 where they stand: both pairs of products are
// added in s32, exact for all operands.
INLINE void add_wide(__m256i sum[ROWS][2], const uint8_t *const a[ROWS], ptrdiff_t at, const int8_t *w,
                     const int rows, const int vectors) {
  const __m256i low = _mm256_set1_epi16(0xff);
  __m256i w_even[2], w_odd[2];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
    const __m256i w_v = _mm256_loadu_si256((const __m256i *)(w + 32 * v));
    w_even[v] = _mm256_srai_epi16(_mm256_slli_epi16(w_v, 8), 8);
    w_odd[v] = _mm256_srai_epi16(w_v, 8);
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const __m256i x = broadcast4(a[r] + at);
    const __m256i x_even = _mm256_and_si256(x, low), x_odd = _mm256_srli_epi16(x, 8);
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      sum[r][v] = _mm256_add_epi32(sum[r][v], _mm256_madd_epi16(x_even, w_even[v]));
      sum[r][v] = _mm256_add_epi32(sum[r][v], _mm256_madd_epi16(x_odd, w_odd[v]));
    }
  }
}

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

// rows, vectors, cut and wide are constants where this is called: every loop but the one over groups unrolls.
INLINE void run(const tile *t, const int rows, const int vectors, const int cut, const int wide) {
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
    if (wide) {
      add_wide(sum, a, a_group[p], w, rows, vectors);
    } else {
      add_pairwise(sum, a, a_group[p], w, rows, vectors);
    }
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

#define TILE(rows, vectors, cut)                                                                         \
  static void pairwise_##rows##_##vectors##_##cut(const tile *t) { run(t, rows, vectors, cut, 0); } \
  static void wide_##rows##_##vectors##_##cut(const tile *t) { run(t, rows, vectors, cut, 1); }
#define TILES(rows) TILE(rows, 1, 0) TILE(rows, 1, 1) TILE(rows, 2, 0) TILE(rows, 2, 1)
TILES(1) TILES(2) TILES(3) TILES(4)

typedef void (*tile_function)(const tile *);
#define NAMES(path, rows) {{path##_##rows##_1_0, path##_##rows##_1_1}, {path##_##rows##_2_0, path##_##rows##_2_1}}
static const tile_function pairwise_tiles[ROWS][2][2] = {NAMES(pairwise, 1), NAMES(pairwise, 2),
                                                         NAMES(pairwise, 3), NAMES(pairwise, 4)};
static const tile_function wide_tiles[ROWS][2][2] = {NAMES(wide, 1), NAMES(wide, 2), NAMES(wide, 3),
                                                     NAMES(wide, 4)};

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

void octavo_gemm_u8s8_pairwise_avx2(const octavo_gemm_u8s8 *g) { product(g, pairwise_tiles); }

void octavo_gemm_u8s8_wide_avx2(const octavo_gemm_u8s8 *g) { product(g, wide_tiles); }

#pragma clang attribute pop

#endif
