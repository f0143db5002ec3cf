// What a transformer does to rows, and products whose scales belong to groups.
#include "harness.h"

static void rms_norm(pair p, size_t n) {
  describe(p.tested->name, "rms_norm_f32, %zu", n);
  const size_t m = 3;
  float *expected = floats(m * n, UNIFORM), *found = copy(expected, m * n * sizeof *found);
  octavo_rms_norm_f32 g = {
      .m = m, .n = n, .x = floats(m * n, UNIFORM), .weight = floats(n, UNIFORM), .epsilon = 1e-5f, .y = expected};
  p.scalar->rms_norm_f32(&g);
  g.y = found;
  p.tested->rms_norm_f32(&g);
  same_floats(expected, found, m * n);
}

static void softmax(pair p, size_t n) {
  describe(p.tested->name, "softmax_f32, %zu", n);
  const size_t m = 3;
  int32_t *count = take(m * sizeof *count);
  for (size_t i = 0; i < m; i++) count[i] = (int32_t)(1 + below(n));
  float *expected = floats(m * n, UNIFORM), *found = copy(expected, m * n * sizeof *found);
  octavo_softmax_f32 g = {.m = m, .n = n, .count = count, .factor = 0.25f, .x = expected, .x_row = n};
  p.scalar->softmax_f32(&g);
  g.x = found;
  p.tested->softmax_f32(&g);
  same_floats(expected, found, m * n);
}

static void silu_multiply(pair p, size_t count) {
  describe(p.tested->name, "silu_multiply_f32, %zu", count);
  const float *gate = floats(count, UNIFORM), *up = floats(count, UNIFORM);
  float *expected = floats(count, UNIFORM), *found = copy(expected, count * sizeof *found);
  p.scalar->silu_multiply_f32(count, gate, up, expected);
  p.tested->silu_multiply_f32(count, gate, up, found);
  same_floats(expected, found, count);
}

static void rotate_pairs(pair p, size_t pairs) {
  describe(p.tested->name, "rotate_pairs_f32, %zu", pairs);
  const size_t heads = 2, count = heads * 2 * pairs;
  float *expected = floats(count, UNIFORM), *found = copy(expected, count * sizeof *found);
  octavo_rotate_pairs_f32 g = {.heads = heads, .pairs = pairs, .cosine = floats(pairs, UNIFORM),
                               .sine = floats(pairs, UNIFORM), .x = expected};
  p.scalar->rotate_pairs_f32(&g);
  g.x = found;
  p.tested->rotate_pairs_f32(&g);
  same_floats(expected, found, count);
}

static void quantize_groups(pair p, size_t group, fill kind) {
  describe(p.tested->name, "quantize_groups, %zu", group);
  const size_t groups = 5, count = groups * group;
  const float *x = floats(count, kind);
  int8_t *expected = take(count), *found = take(count);
  float *expected_scale = floats(groups, UNIFORM), *found_scale = copy(expected_scale, groups * sizeof *found_scale);
  int32_t *expected_sum = offsets(groups, 1), *found_sum = copy(expected_sum, groups * sizeof *found_sum);
  octavo_quantize_groups g = {
      .count = count, .group = group, .x = x, .q = expected, .scale = expected_scale, .sum = expected_sum};
  p.scalar->quantize_groups(&g);
  g.q = found, g.scale = found_scale, g.sum = found_sum;
  p.tested->quantize_groups(&g);
  same_bytes(expected, found, count);
  same_floats(expected_scale, found_scale, groups);
  same_bytes(expected_sum, found_sum, groups * sizeof *found_sum);
}

static void gemm_groups(pair p, size_t m, size_t n, size_t groups, size_t fours, int bits) {
  describe(p.tested->name, "gemm_groups_%d, %zu x %zu x %zu of %zu", bits, m, n, groups, fours);
  const size_t inner = groups * fours * 4, panels = (n + OCTAVO_PANEL - 1) / OCTAVO_PANEL;
  int8_t *a = take(m * inner);
  for (size_t i = 0; i < m * inner; i++) a[i] = (int8_t)((int)below(255) - 127);
  int32_t *sum = take(m * groups * sizeof *sum);
  for (size_t i = 0; i < m * groups; i++) {
    sum[i] = 0;
    for (size_t t = 0; t < fours * 4; t++) sum[i] += a[i * fours * 4 + t];
  }
  const size_t bytes = panels * OCTAVO_PANEL * inner * (size_t)bits / 8;
  uint8_t *w = take(bytes);
  for (size_t i = 0; i < bytes; i++) w[i] = (uint8_t)(bits == 8 ? (int)below(255) - 127 : (int)below(256));
  uint16_t *scale = take(panels * groups * OCTAVO_PANEL * sizeof *scale);
  // Below 0x7c00: finite, of either sign; those below 0x400 are multiples of the least.
  for (size_t i = 0; i < panels * groups * OCTAVO_PANEL; i++) scale[i] = (uint16_t)(below(0x7c00) | below(2) << 15);
  float *expected = floats(m * n, UNIFORM), *found = copy(expected, m * n * sizeof *found);
  octavo_gemm_groups g = {.m = m, .n = n, .groups = groups, .fours = fours, .a = a, .a_row = inner,
                          .a_scale = floats(m * groups, UNIFORM), .a_sum = sum, .w = w, .w_scale = scale,
                          .y = expected, .y_row = n};
  (bits == 8 ? p.scalar->gemm_groups_8 : p.scalar->gemm_groups_4)(&g);
  g.y = found;
  (bits == 8 ? p.tested->gemm_groups_8 : p.tested->gemm_groups_4)(&g);
  same_floats(expected, found, m * n);
}

void transformers_are_equal(pair p) {
  for (size_t n = 1; n <= 40; n++) {
    rms_norm(p, n);
    softmax(p, n);
    silu_multiply(p, n);
    rotate_pairs(p, n);
    for (int kind = UNIFORM; kind <= DIFFICULT; kind++) quantize_groups(p, n, (fill)kind);
  }
  for (size_t m = 1; m <= 9; m += 2) {
    for (size_t n = 1; n <= 40; n += 3) {
      for (size_t fours = 2; fours <= 16; fours += 2) {
        gemm_groups(p, m, n, 3, fours, 8);
        gemm_groups(p, m, n, 3, fours, 4);
      }
      gemm_groups(p, m, n, 5, 1, 8);
    }
  }
}
