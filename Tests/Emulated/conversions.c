// Between floats and bytes: every tail, ties, ends of ranges, NaN and infinities.
#include <float.h>
#include <math.h>
#include <string.h>

#include "harness.h"

typedef struct {
  int32_t zero_point, low, high;
} range;

static const range ranges[] = {{0, 0, 255}, {255, 0, 255}, {128, 0, 255}, {11, 5, 250}, {7, 7, 127}, {3, 9, 9}};
enum { RANGES = sizeof ranges / sizeof *ranges };

// Accumulators: small ones for ties, the ends of s32, numbers that have no float, or any.
static int32_t *accumulators(size_t count, bool small) {
  static const int32_t special[] = {INT32_MIN, INT32_MIN + 1, INT32_MAX, INT32_MAX - 1, 16777217, -16777217, 0, 1, -1};
  int32_t *x = take(count * sizeof *x);
  for (size_t i = 0; i < count; i++) {
    x[i] = small ? (int32_t)below(1025) - 512 : below(2) ? special[below(9)] : (int32_t)(uint32_t)below(1ull << 32);
  }
  return x;
}

// Catches lanes out of order after narrowing, rounding other than to even, a zero point added before rounding, a
// conversion that overflows, NaN that becomes anything but low, a bias whose product is rounded before the sum.
static void requantize_u8(pair p, size_t m, size_t n, const range *r, bool small, bool bias) {
  static const float multipliers[] = {0.5f, 0.5f, 1, -1, FLT_MAX, -FLT_MAX, 1e-30f, 0, -0.0f, 0x1p-149f, 0x1p-24f};
  describe(p.tested->name, "requantize_u8, m %zu n %zu zero point %d range %d to %d small %d bias %d", m, n,
           r->zero_point, r->low, r->high, small, bias);
  octavo_requantize_u8 g = {.m = m, .n = n, .ldc = n + 2, .low = r->low, .high = r->high};
  g.zero_point = r->zero_point;
  const size_t count = m == 0 ? 0 : (m - 1) * g.ldc + n, out_count = m * (n + 3);
  g.acc = accumulators(count, small);
  float *multiplier = take(n * sizeof *multiplier);
  for (size_t j = 0; j < n; j++) multiplier[j] = below(3) ? multipliers[below(11)] : uniform(-0.02f, 0.02f);
  g.multiplier = multiplier;
  if (bias) g.bias = floats(n, below(2) ? TIES : DIFFICULT);
  g.bias_factor = below(2) ? 1 : uniform(-1e6f, 1e6f);
  g.out_row = offsets(m, n + 3);
  uint8_t *expected = memset(take(out_count), 0x5c, out_count), *found = copy(expected, out_count);
  g.out = expected;
  p.scalar->requantize_u8(&g);
  g.out = found;
  p.tested->requantize_u8(&g);
  same_bytes(expected, found, out_count);
}

// Catches also a fused rule that rounds twice, a reciprocal in place of a division, an infinite reciprocal.
static void quantize_u8(pair p, size_t count, float scale, const range *r, int rule, fill kind) {
  describe(p.tested->name, "quantize_u8, count %zu scale %a zero point %d range %d to %d rule %d fill %d", count,
           (double)scale, r->zero_point, r->low, r->high, rule, (int)kind);
  octavo_quantize_u8 g = {.count = count, .scale = scale, .zero_point = r->zero_point, .low = r->low, .high = r->high};
  g.rule = (octavo_quantize_rule)rule;
  float *x = floats(count, kind);
  if (kind == TIES && scale < 1e30f) {
    for (size_t i = 0; i < count; i++) x[i] *= scale;
  }
  g.x = x;
  uint8_t *expected = memset(take(count), 0x5c, count), *found = copy(expected, count);
  g.q = expected;
  p.scalar->quantize_u8(&g);
  g.q = found;
  p.tested->quantize_u8(&g);
  same_bytes(expected, found, count);
}

// Catches a sum that is fused where it must not be, or not where it must, a correction that is rounded, a scale of the
// wrong row.
static void dequantize_f32(pair p, size_t m, size_t n, unsigned flags, fill kind) {
  const bool bias = flags & 1, fused = flags & 2, relu = flags & 4, each_row = flags & 8;
  describe(p.tested->name, "dequantize_f32, m %zu n %zu bias %d fused %d relu %d scale for each row %d fill %d", m, n,
           bias, fused, relu, each_row, (int)kind);
  octavo_dequantize_f32 g = {.m = m, .n = n, .ldc = n + 1, .row_step = each_row, .fused = fused, .relu = relu};
  g.acc = accumulators(m == 0 ? 0 : (m - 1) * g.ldc + n, below(2));
  const size_t rows = each_row ? m : 1;
  int32_t *zero_point = take(rows * sizeof *zero_point), *column_sum = take(n * sizeof *column_sum);
  for (size_t i = 0; i < rows; i++) zero_point[i] = (int32_t)below(256);
  for (size_t j = 0; j < n; j++) column_sum[j] = (int32_t)below(20001) - 10000;
  g.zero_point = zero_point;
  g.column_sum = column_sum;
  g.scale = floats(rows, kind);
  g.weight_scale = floats(n, kind);
  if (bias) g.bias = floats(n, kind);
  g.out_row = offsets(m, n + 3);
  const size_t out_count = m * (n + 3);
  float *expected = floats(out_count, UNIFORM), *found = copy(expected, out_count * sizeof *found);
  g.out = expected;
  p.scalar->dequantize_f32(&g);
  g.out = found;
  p.tested->dequantize_f32(&g);
  same_floats(expected, found, out_count);
}

void conversions_are_equal(pair p) {
  static const float scales[] = {1, 0.0213f, 0.00214854861f, 1e-30f, 1e30f, 0x1p-127f, 0x1p-149f, FLT_MAX};
  for (size_t n = 0; n <= 70; n++) {
    for (size_t r = 0; r < RANGES; r++) {
      for (int flags = 0; flags < 4; flags++) requantize_u8(p, n % 4, n, ranges + r, flags & 1, flags & 2);
      for (int rule = 0; rule <= OCTAVO_QUANTIZE_FUSED; rule++) {
        for (int kind = 0; kind < FILLS; kind++) {
          for (size_t s = 0; s < sizeof scales / sizeof *scales; s++) {
            quantize_u8(p, n, scales[s], ranges + r, rule, (fill)kind);
          }
        }
      }
    }
  }
  for (size_t n = 0; n <= 35; n++) {
    for (unsigned flags = 0; flags < 16; flags++) {
      for (size_t m = 0; m < 4; m++) {
        dequantize_f32(p, m, n, flags, UNIFORM);
        dequantize_f32(p, m, n, flags, DIFFICULT);
      }
    }
  }
}
