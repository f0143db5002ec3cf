// Kernels over plain vectors: every tail, NaN of all kinds, zeros of both signs.
#include <string.h>

#include "harness.h"

// Catches NaN dropped, zeros that show which came first, infinities of none.
static void range_f32(pair p, size_t count, fill kind) {
  describe(p.tested->name, "range_f32, count %zu fill %d", count, (int)kind);
  const float *x = floats(count, kind);
  float *expected = floats(2, UNIFORM), *found = floats(2, UNIFORM);
  p.scalar->range_f32(count, x, expected, expected + 1);
  p.tested->range_f32(count, x, found, found + 1);
  same_floats(expected, found, 2);
}

// One special value in each place among numbers: a lane that is left out.
static void range_finds(pair p, size_t count, size_t at, float value) {
  describe(p.tested->name, "range_f32, count %zu with %a at %zu", count, (double)value, at);
  float *x = floats(count, UNIFORM);
  x[at] = value;
  float *expected = floats(2, UNIFORM), *found = floats(2, UNIFORM);
  p.scalar->range_f32(count, x, expected, expected + 1);
  p.tested->range_f32(count, x, found, found + 1);
  same_floats(expected, found, 2);
}

// The ends are zeros of both signs, and those of the result +0.
static void range_of_zeros(pair p, size_t count) {
  describe(p.tested->name, "range_f32, count %zu of zeros", count);
  float *x = take(count * sizeof *x), *expected = floats(2, UNIFORM), *found = floats(2, UNIFORM);
  for (size_t i = 0; i < count; i++) x[i] = below(2) ? 0.0f : -0.0f;
  p.scalar->range_f32(count, x, expected, expected + 1);
  p.tested->range_f32(count, x, found, found + 1);
  same_floats(expected, found, 2);
}

// Only moves or clears: the very bits.
static void relu_f32(pair p, size_t count, fill kind) {
  describe(p.tested->name, "relu_f32, count %zu fill %d", count, (int)kind);
  const size_t bytes = count * sizeof(float);
  const float *y = floats(count, kind);
  float *expected = copy(y, bytes), *found = copy(y, bytes);
  p.scalar->relu_f32(count, expected);
  p.tested->relu_f32(count, found);
  same_bytes(expected, found, bytes);
  float *dy = floats(count, kind), *found_dy = copy(dy, bytes);
  p.scalar->relu_backward_f32(count, y, dy);
  p.tested->relu_backward_f32(count, y, found_dy);
  same_bytes(dy, found_dy, bytes);
}

// Catches a fused step and an estimate in place of a division or a root.
static void adam_f32(pair p, size_t count, fill kind) {
  describe(p.tested->name, "adam_f32, count %zu fill %d", count, (int)kind);
  octavo_adam_f32 s = {.count = count, .one_minus_beta1 = 0.1f, .beta2 = 0.999f, .one_minus_beta2 = 0.001f};
  s.step_size = 0.0123f;
  s.sqrt_correction2 = 0.0316f;
  s.epsilon = 1e-8f;
  const size_t bytes = count * sizeof(float);
  s.g = floats(count, kind);
  float *w = floats(count, kind), *m = floats(count, kind), *v = floats(count, kind);
  if (kind != DIFFICULT) {
    for (size_t i = 0; i < count; i++) v[i] = v[i] < 0 ? -v[i] : v[i];
  }
  float *found_w = copy(w, bytes), *found_m = copy(m, bytes), *found_v = copy(v, bytes);
  s.w = w;
  s.m = m;
  s.v = v;
  p.scalar->adam_f32(&s);
  s.w = found_w;
  s.m = found_m;
  s.v = found_v;
  p.tested->adam_f32(&s);
  same_floats(w, found_w, count);
  same_floats(m, found_m, count);
  same_floats(v, found_v, count);
}

// Catches a part of the table that is asked for another's bytes, and a gap between rows that is written.
static void lookup_u8(pair p, size_t n, bool each_column) {
  describe(p.tested->name, "lookup_u8, n %zu a table for each column %d", n, each_column);
  octavo_lookup_u8 g = {.m = 3, .n = n, .x_row = n + 1, .y_row = n + 2, .table_step = each_column ? 256 : 0};
  const size_t x_count = 2 * g.x_row + n, y_count = 2 * g.y_row + n, table_count = each_column ? 256 * n : 256;
  uint8_t *x = take(x_count), *table = take(table_count);
  for (size_t i = 0; i < x_count; i++) x[i] = (uint8_t)below(256);
  for (size_t i = 0; i < table_count; i++) table[i] = (uint8_t)below(256);
  g.x = x;
  g.table = table;
  uint8_t *expected = memset(take(y_count), 0x5c, y_count), *found = copy(expected, y_count);
  g.y = expected;
  p.scalar->lookup_u8(&g);
  g.y = found;
  p.tested->lookup_u8(&g);
  same_bytes(expected, found, y_count);
}

// Catches a sum that is fused with a product, and bytes that are taken for signed ones.
static void add_u8(pair p, size_t count) {
  describe(p.tested->name, "add_u8, count %zu", count);
  octavo_add_u8 g = {.count = count, .a_zero_point = (int32_t)below(256), .b_zero_point = (int32_t)below(256)};
  g.a_scale = uniform(0.001f, 0.1f);
  g.b_scale = uniform(0.001f, 0.1f);
  uint8_t *a = take(count), *b = take(count);
  for (size_t i = 0; i < count; i++) {
    a[i] = (uint8_t)below(256);
    b[i] = (uint8_t)below(256);
  }
  g.a = a;
  g.b = b;
  float *expected = floats(count, UNIFORM), *found = copy(expected, count * sizeof *expected);
  g.y = expected;
  p.scalar->add_u8(&g);
  g.y = found;
  p.tested->add_u8(&g);
  same_floats(expected, found, count);
}

static void cross_entropy(pair p, size_t m, size_t n, fill kind) {
  describe(p.tested->name, "cross_entropy, m %zu n %zu fill %d", m, n, (int)kind);
  octavo_cross_entropy s = {.m = m, .n = n, .x = floats(m * n, kind), .gradient_scale = 0.25f};
  uint8_t *label = take(m);
  for (size_t i = 0; i < m; i++) label[i] = (uint8_t)below(n);
  s.label = label;
  float *expected = floats(m * n, UNIFORM), *found = floats(m * n, UNIFORM);
  double *sums = take(2 * sizeof *sums);
  s.grad = expected;
  sums[0] = p.scalar->cross_entropy(&s);
  s.grad = found;
  sums[1] = p.tested->cross_entropy(&s);
  same_floats(expected, found, m * n);
  same_doubles(sums, copy(sums + 1, sizeof *sums), 1);
}

void vectors_are_equal(pair p) {
  for (size_t count = 0; count <= 70; count++) {
    for (int repeat = 0; repeat < 8; repeat++) {
      for (int kind = 0; kind < FILLS; kind++) {
        range_f32(p, count, (fill)kind);
        relu_f32(p, count, (fill)kind);
        adam_f32(p, count, (fill)kind);
      }
    }
    range_of_zeros(p, count);
    for (size_t at = 0; at < count; at++) {
      range_finds(p, count, at, __builtin_nanf(""));
      range_finds(p, count, at, __builtin_inff());
      range_finds(p, count, at, -__builtin_inff());
    }
  }
  for (size_t n = 0; n <= 70; n++) {
    lookup_u8(p, n, false);
    lookup_u8(p, n, true);
    add_u8(p, n);
  }
  for (size_t n = 1; n <= 11; n++) {
    cross_entropy(p, 3, n, UNIFORM);
    cross_entropy(p, 3, n, DIFFICULT);
  }
}
