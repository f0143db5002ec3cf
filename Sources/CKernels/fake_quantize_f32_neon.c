// Fake quantization, its gradient and the range of columns, 4 columns at a time, the last vector cut.
#include "variants.h"

#if defined(__aarch64__)

#include "neon.h"

#pragma STDC FP_CONTRACT OFF

INLINE float32x4_t load(const float *x, size_t count) { return count < 4 ? load_few_f32(x, count) : vld1q_f32(x); }

INLINE void store(float *x, float32x4_t y, size_t count) {
  if (count < 4) {
    store_few_f32(x, y, count);
  } else {
    vst1q_f32(x, y);
  }
}

// What the columns of a vector share. Lanes past count hold zeros, or what zeros make of them, and are not stored.
typedef struct {
  float32x4_t bias, factor, slope;
  size_t count;
} columns;

INLINE columns columns_from(const octavo_fake_quantize_f32 *g, const float *slope, size_t j) {
  columns c = {.count = g->n - j};
  c.bias = g->bias ? load(g->bias + j, c.count) : vdupq_n_f32(0.0f);
  c.factor = g->step ? load(g->factor + j, c.count) : vdupq_n_f32(g->factor[0]);
  c.slope = !slope ? vdupq_n_f32(1.0f) : g->step ? load(slope + j, c.count) : vdupq_n_f32(slope[0]);
  return c;
}

INLINE float32x4_t scaled(const octavo_fake_quantize_f32 *g, const columns *c, size_t index) {
  float32x4_t x = load(g->x + index, c->count);
  if (g->bias) x = vaddq_f32(x, c->bias);
  return g->divide ? vdivq_f32(x, c->factor) : vfmaq_f32(vdupq_n_f32(g->zero_point), x, c->factor);
}

INLINE float32x4_t rounded(const octavo_fake_quantize_f32 *g, float32x4_t v) {
  return vsubq_f32(vrndnq_f32(v), vdupq_n_f32(g->zero_point));
}

void octavo_fake_quantize_f32_neon(const octavo_fake_quantize_f32 *g) {
  const float32x4_t low = vdupq_n_f32(g->low), high = vdupq_n_f32(g->high);
  for (size_t j = 0; j < g->n; j += 4) {
    const columns c = columns_from(g, NULL, j);
    for (size_t i = 0; i < g->m; i++) {
      const size_t index = i * g->n + j;
      // Both are NaN where one operand is.
      const float32x4_t y = vminq_f32(vmaxq_f32(rounded(g, scaled(g, &c, index)), low), high);
      store(g->out + index, vaddq_f32(y, vdupq_n_f32(0.0f)), c.count);
    }
  }
}

void octavo_fake_quantize_backward_f32_neon(const octavo_fake_quantize_f32 *g, const float *slope, const float *dy) {
  const float32x4_t low = vdupq_n_f32(g->low), high = vdupq_n_f32(g->high);
  for (size_t j = 0; j < g->n; j += 4) {
    const columns c = columns_from(g, slope, j);
    for (size_t i = 0; i < g->m; i++) {
      const size_t index = i * g->n + j;
      const float32x4_t v = scaled(g, &c, index), r = rounded(g, v);
      uint32x4_t passes = vandq_u32(vcgeq_f32(r, low), vcleq_f32(r, high));
      if (g->relu) passes = vandq_u32(passes, vcgtzq_f32(v));
      store(g->out + index, where(passes, vmulq_f32(load(dy + index, c.count), c.slope)), c.count);
    }
  }
}

void octavo_column_range_f32_neon(size_t m, size_t n, const float *x, float *low, float *high) {
  const float32x4_t zero = vdupq_n_f32(0.0f), nan = vdupq_n_f32(__builtin_nanf(""));
  for (size_t j = 0; j < n; j += 4) {
    const size_t count = n - j;
    float32x4_t least = load(low + j, count), greatest = load(high + j, count);
    for (size_t i = 0; i < m; i++) {
      const float32x4_t y = load(x + i * n + j, count);
      least = vminq_f32(least, y);
      greatest = vmaxq_f32(greatest, y);
    }
    // A NaN on the way is still there; one that was in low or high alone spreads to both.
    const uint32x4_t numbers = vandq_u32(vceqq_f32(least, least), vceqq_f32(greatest, greatest));
    store(low + j, vbslq_f32(numbers, vaddq_f32(least, zero), nan), count);
    store(high + j, vbslq_f32(numbers, vaddq_f32(greatest, zero), nan), count);
  }
}

#endif
