// Matrix products: every tail of rows and columns, both sides of a block, tables in order and scattered.
#include <stdio.h>
#include <string.h>

#include "harness.h"

static size_t max_of(const int32_t *x, size_t count) {
  int32_t most = 0;
  for (size_t i = 0; i < count; i++) most = x[i] > most ? x[i] : most;
  return (size_t)most;
}

// Offsets in any order, named twice or never.
static int32_t *scattered(size_t count, size_t bound, size_t step) {
  int32_t *x = take(count * sizeof *x);
  for (size_t i = 0; i < count; i++) x[i] = (int32_t)(below(bound) * step);
  return x;
}

enum { FROM_ZERO, FROM_BIAS, FROM_C, STARTS };

// Catches lanes across p, an unfused or reordered chain, a block that restarts its chain, relu before the last block or
// on -0 and NaN, a vector cut in the wrong place.
static void gemm_f32(pair p, size_t m, size_t n, size_t k, int start, bool relu, bool in_order, fill kind) {
  describe(p.tested->name, "gemm_f32, m %zu n %zu k %zu start %d relu %d in order %d fill %d", m, n, k, start, relu,
           in_order, (int)kind);
  octavo_gemm_f32 g = {.m = m, .n = n, .k = k, .accumulate = start == FROM_C, .relu = relu};
  int32_t *c_row = take(m * sizeof *c_row);
  // C in panels one after the other, or row-major in reverse with gaps.
  for (size_t i = 0; i < m; i++) c_row[i] = (int32_t)(in_order ? i * OCTAVO_PANEL : (m - 1 - i) * (n + 3));
  g.c_panel = in_order ? m * OCTAVO_PANEL : OCTAVO_PANEL;
  g.c_row = c_row;
  g.a_row = in_order ? offsets(m, k) : scattered(m, 50, 1);
  g.a_col = in_order ? offsets(k, 1) : scattered(k, 300, 1);
  // Panels one after the other, or a row-major matrix whose rows are named at random.
  g.b_row = in_order ? offsets(k, OCTAVO_PANEL) : scattered(k, 9, n + 1);
  g.b_panel = in_order ? k * OCTAVO_PANEL : OCTAVO_PANEL;
  const size_t last = n == 0 ? 0 : n - 1;
  const size_t b_end = max_of(g.b_row, k) + last / OCTAVO_PANEL * g.b_panel + last % OCTAVO_PANEL + 1;
  g.a = floats(m == 0 || k == 0 ? 0 : max_of(g.a_row, m) + max_of(g.a_col, k) + 1, kind);
  g.b = floats(n == 0 || k == 0 ? 0 : b_end, kind);
  if (start == FROM_BIAS) g.bias = floats(n, kind);
  const size_t c_end = max_of(g.c_row, m) + last / OCTAVO_PANEL * g.c_panel + last % OCTAVO_PANEL + 1;
  const size_t c_count = m == 0 || n == 0 ? 0 : c_end;
  g.c = floats(c_count, kind);
  float *expected = g.c, *found = copy(g.c, c_count * sizeof *g.c);
  p.scalar->gemm_f32(&g);
  g.c = found;
  p.tested->gemm_f32(&g);
  same_floats(expected, found, c_count);
}

static void all_of_gemm_f32(pair p, size_t m, size_t n, size_t k) {
  for (int start = 0; start < STARTS; start++) {
    for (int relu = 0; relu < 2; relu++) {
      // Numbers alone show each bit; difficult values spread NaN over most of a long sum.
      gemm_f32(p, m, n, k, start, relu, true, UNIFORM);
      gemm_f32(p, m, n, k, start, relu, false, below(2) ? UNIFORM : DIFFICULT);
    }
  }
}

// Weights and activations of a kind; those up to PAIRS_END keep every pair of products within 16 bits.
enum { ZEROS, ONES, MOST_64, LEAST_64, SMALL, PAIRS_END, MOST_LEAST = PAIRS_END, MOST_MOST, ANY, BYTE_FILLS };

static uint8_t activation(int kind) {
  return kind == ZEROS ? 0 : kind == ONES ? 1 : kind == SMALL || kind == ANY ? (uint8_t)below(256) : 255;
}

static int8_t weight(int kind) {
  switch (kind) {
    case ONES: return below(2) ? 1 : -1;
    case MOST_64: return 64;
    case LEAST_64: return -64;
    case SMALL: return (int8_t)((int)below(129) - 64);
    case MOST_MOST: return 127;
    case ANY: return (int8_t)((int)below(256) - 128);
    default: return -128;
  }
}

// Catches saturation in 16 bits (255 * -128 * 2) and in 32 (starts at the ends of s32, from where sums wrap), a sign
// lost, a correction left out or counted once a block too often, a fifth byte read.
static void gemm_u8s8(pair p, size_t m, size_t n, size_t groups, int kind, bool starts, bool in_order) {
  describe(p.tested->name, "gemm_u8s8, m %zu n %zu groups %zu fill %d start %d in order %d", m, n, groups, kind, starts,
           in_order);
  octavo_gemm_u8s8 g = {.m = m, .n = n, .groups = groups, .ldc = in_order ? n : n + 5};
  g.a_row = in_order ? offsets(m, groups * 4) : scattered(m, 41, 1);
  g.a_group = in_order ? offsets(groups, 4) : scattered(groups, 97, 1);
  const size_t a_count = m == 0 || groups == 0 ? 0 : max_of(g.a_row, m) + max_of(g.a_group, groups) + 4;
  uint8_t *a = take(a_count);
  for (size_t i = 0; i < a_count; i++) a[i] = activation(kind);
  const size_t w_count = (n + OCTAVO_PANEL - 1) / OCTAVO_PANEL * groups * 64;
  int8_t *w = take(w_count);
  for (size_t i = 0; i < w_count; i++) {
    const size_t column = i / (groups * 64) * OCTAVO_PANEL + i % 64 / 4;
    w[i] = column < n ? weight(kind) : 0;
  }
  if (starts) {
    int32_t *start = take(n * sizeof *start);
    for (size_t j = 0; j < n; j++) start[j] = (int32_t)(below(2) ? 0x7fffffffu : 0x80000000u + (uint32_t)below(9));
    g.start = start;
  }
  g.a = a;
  g.b = w;
  const size_t c_bytes = m == 0 || n == 0 ? 0 : ((m - 1) * g.ldc + n) * sizeof *g.c;
  int32_t *expected = memset(take(c_bytes), 77, c_bytes), *found = copy(expected, c_bytes);
  g.c = expected;
  p.scalar->gemm_u8s8_wide(&g);
  g.c = found;
  p.tested->gemm_u8s8_wide(&g);
  same_bytes(expected, found, c_bytes);
  if (kind >= PAIRS_END) return;
  memset(found, 77, c_bytes);
  p.tested->gemm_u8s8_pairwise(&g);
  same_bytes(expected, found, c_bytes);
}

static void all_of_gemm_u8s8(pair p, size_t m, size_t n, size_t groups) {
  for (int kind = 0; kind < BYTE_FILLS; kind++) {
    gemm_u8s8(p, m, n, groups, kind, false, true);
    gemm_u8s8(p, m, n, groups, kind, true, false);
  }
}

// Catches a chain in another order or rounded twice, a mask that is too wide, an output that reads nothing.
static void depthwise_f32(pair p, size_t n, size_t taps, bool bias, bool relu, fill kind) {
  describe(p.tested->name, "depthwise_f32, n %zu taps %zu bias %d relu %d fill %d", n, taps, bias, relu, (int)kind);
  enum { OUTPUTS = 4 };
  const size_t panels = (n + 15) / 16, w_count = panels * taps * 16, y_count = (OUTPUTS - 1) * (n + 3) + n;
  int32_t *first = take((OUTPUTS + 1) * sizeof *first), *x_pixel = take(OUTPUTS * taps * sizeof *x_pixel);
  int32_t *tap = take(OUTPUTS * taps * sizeof *tap);
  first[0] = 0;
  for (int i = 0; i < OUTPUTS; i++) {
    first[i + 1] = first[i];
    for (size_t t = 0; i != 1 && t < taps; t++) {
      if (below(4) == 0) continue;
      x_pixel[first[i + 1]] = (int32_t)below(31);
      tap[first[i + 1]++] = (int32_t)t;
    }
  }
  const octavo_taps g = {.m = OUTPUTS, .n = n, .taps = taps, .y_pixel = offsets(OUTPUTS, n + 3),
                         .first = first, .x_pixel = x_pixel, .tap = tap};
  const float *x = floats(30 + n, kind);
  octavo_depthwise_f32 s = {.taps = g, .x = x, .w = floats(w_count, UNIFORM), .relu = relu};
  if (bias) s.bias = floats(n, kind);
  float *expected = floats(y_count, UNIFORM), *found = copy(expected, y_count * sizeof *expected);
  s.y = expected;
  p.scalar->depthwise_f32(&s);
  s.y = found;
  p.tested->depthwise_f32(&s);
  same_floats(expected, found, y_count);

  octavo_depthwise_weight_f32 d = {.taps = g, .x = x, .dy = floats(y_count, UNIFORM)};
  float *dw = floats(w_count, UNIFORM), *found_dw = copy(dw, w_count * sizeof *dw);
  d.dw = dw;
  p.scalar->depthwise_weight_f32(&d);
  d.dw = found_dw;
  p.tested->depthwise_weight_f32(&d);
  same_floats(dw, found_dw, w_count);
}

// Catches pairs that saturate, an odd tap that meets another's weight, channels past a panel.
static void depthwise_u8s8(pair p, size_t n, size_t taps, bool extreme) {
  describe(p.tested->name, "depthwise_u8s8, n %zu taps %zu extreme %d", n, taps, extreme);
  const size_t pairs = (taps + 1) / 2, b_count = (n + 15) / 16 * pairs * 32, rows = 3, a_count = 60 + n;
  uint8_t *a = take(a_count);
  for (size_t i = 0; i < a_count; i++) a[i] = extreme ? 255 : (uint8_t)below(256);
  int16_t *b = take(b_count * sizeof *b);
  memset(b, 0, b_count * sizeof *b);
  for (size_t j = 0; j < n; j++) {
    for (size_t t = 0; t < taps; t++) {
      b[(j / 16 * pairs + t / 2) * 32 + j % 16 * 2 + t % 2] = (int16_t)(extreme ? -128 : (int)below(256) - 128);
    }
  }
  int32_t *row = take(rows * sizeof *row), *tap = take(taps * sizeof *tap), *start = take(n * sizeof *start);
  for (size_t i = 0; i < rows; i++) row[i] = (int32_t)below(30);
  for (size_t t = 0; t < taps; t++) tap[t] = (int32_t)below(31);
  for (size_t j = 0; j < n; j++) start[j] = (int32_t)below(1u << 21) - (1 << 20);
  octavo_depthwise_u8s8 g = {.m = rows, .n = n, .taps = taps, .a = a, .a_row = row, .a_tap = tap, .b = b, .start = start};
  int32_t *expected = take(rows * n * sizeof *expected);
  memset(expected, 0x5c, rows * n * sizeof *expected);
  int32_t *found = copy(expected, rows * n * sizeof *expected);
  g.c = expected;
  p.scalar->depthwise_u8s8(&g);
  g.c = found;
  p.tested->depthwise_u8s8(&g);
  same_bytes(expected, found, rows * n * sizeof *expected);
}

void products_are_equal(pair p) {
  for (size_t n = 1; n <= 50; n++) {
    for (size_t taps = 1; taps <= 9; taps += 4) {
      for (int options = 0; options < 8; options++) {
        depthwise_f32(p, n, taps, options & 1, options & 2, options & 4 ? DIFFICULT : UNIFORM);
      }
      depthwise_u8s8(p, n, taps, false);
      depthwise_u8s8(p, n, taps + 1, true);
    }
  }
  static const size_t lengths[] = {0, 1, 2, 255, 256, 257, 513}, heights[] = {0, 95, 96, 97, 193};
  for (size_t m = 1; m <= 13; m++) {
    for (size_t n = 1; n <= 35; n++) {
      all_of_gemm_f32(p, m, n, 11);
      all_of_gemm_u8s8(p, m, n, 5);
    }
  }
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    all_of_gemm_f32(p, 7, 22, lengths[i]);
    all_of_gemm_u8s8(p, 7, 22, lengths[i]);
  }
  for (size_t i = 0; i < sizeof heights / sizeof *heights; i++) {
    all_of_gemm_f32(p, heights[i], 18, 5);
    all_of_gemm_u8s8(p, heights[i], 18, 5);
  }
  all_of_gemm_f32(p, 5, 0, 5);
  all_of_gemm_u8s8(p, 5, 0, 5);
}
