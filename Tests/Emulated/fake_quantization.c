// Fake quantization, its two gradients, and the range of columns: every tail of columns, ties, NaN, zeros
// of both signs.
#include <string.h>

#include "harness.h"

static octavo_fake_quantize_f32 arguments(size_t m, size_t n, unsigned flags, fill kind) {
  const bool bias = flags & 1, divide = flags & 2, relu = flags & 4, each = flags & 8;
  octavo_fake_quantize_f32 g = {.m = m, .n = n, .divide = divide, .relu = relu, .step = each};
  g.low = relu ? 0 : below(2) ? -128 : -3;
  g.high = below(2) ? 127 : 2;
  if (!bias && !divide && !relu && below(2)) g.zero_point = (float)(128 >> below(8));
  g.x = floats(m * n, kind);
  if (bias) g.bias = floats(n, kind);
  // One or a half: ties of x stay ties. Zeros, infinities and NaN are no scales, yet no reason to differ.
  float *factor = floats(each ? n : 1, kind == DIFFICULT ? DIFFICULT : UNIFORM);
  if (kind == TIES) {
    for (size_t j = 0; j < (each ? n : 1); j++) factor[j] = below(2) ? 1.0f : 0.5f;
  }
  g.factor = factor;
  return g;
}

static void fake_quantize_f32(pair p, size_t m, size_t n, unsigned flags, fill kind) {
  describe(p.tested->name, "fake_quantize_f32, m %zu n %zu flags %u fill %d", m, n, flags, (int)kind);
  octavo_fake_quantize_f32 g = arguments(m, n, flags, kind);
  float *expected = floats(m * n, UNIFORM), *found = floats(m * n, UNIFORM);
  g.out = expected;
  p.scalar->fake_quantize_f32(&g);
  g.out = found;
  p.tested->fake_quantize_f32(&g);
  same_floats(expected, found, m * n);
}

// In place as well: a column that is visited twice would be scaled twice.
static void gradients(pair p, size_t m, size_t n, unsigned flags, fill kind) {
  describe(p.tested->name, "fake_quantize_backward_f32, m %zu n %zu flags %u fill %d", m, n, flags, (int)kind);
  octavo_fake_quantize_f32 g = arguments(m, n, flags, kind);
  const size_t factors = g.step ? n : 1;
  const float *slope = floats(factors, kind), *dy = floats(m * n, kind);
  float *expected = floats(m * n, UNIFORM), *found = floats(m * n, UNIFORM);
  float *in_place = copy(dy, m * n * sizeof *dy);
  g.out = expected;
  p.scalar->fake_quantize_backward_f32(&g, slope, dy);
  g.out = found;
  p.tested->fake_quantize_backward_f32(&g, slope, dy);
  same_floats(expected, found, m * n);
  g.out = in_place;
  p.tested->fake_quantize_backward_f32(&g, slope, in_place);
  same_floats(expected, in_place, m * n);

  double *sums = memset(take(factors * sizeof *sums), 0, factors * sizeof *sums);
  double *found_sums = copy(sums, factors * sizeof *sums);
  p.scalar->fake_quantize_scale_gradient_f32(&g, dy, sums);
  p.tested->fake_quantize_scale_gradient_f32(&g, dy, found_sums);
  same_doubles(sums, found_sums, factors);
}

// NaN in one of low and high alone has to reach the other.
static void column_range_f32(pair p, size_t m, size_t n, fill kind) {
  describe(p.tested->name, "column_range_f32, m %zu n %zu fill %d", m, n, (int)kind);
  const float *x = floats(m * n, kind);
  float *low = floats(n, kind), *high = floats(n, kind);
  float *found_low = copy(low, n * sizeof *low), *found_high = copy(high, n * sizeof *high);
  p.scalar->column_range_f32(m, n, x, low, high);
  p.tested->column_range_f32(m, n, x, found_low, found_high);
  same_floats(low, found_low, n);
  same_floats(high, found_high, n);
}

void fake_quantization_is_equal(pair p) {
  for (size_t n = 0; n <= 21; n++) {
    for (size_t m = 0; m < 4; m++) {
      for (int kind = 0; kind < FILLS; kind++) {
        for (unsigned flags = 0; flags < 16; flags++) {
          fake_quantize_f32(p, m, n, flags, (fill)kind);
          gradients(p, m, n, flags, (fill)kind);
        }
        column_range_f32(p, m, n, (fill)kind);
      }
    }
  }
}
