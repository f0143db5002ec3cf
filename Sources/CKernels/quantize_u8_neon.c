// Quantization, 16 elements at a time, the rest by the scalar reference.
#include "variants.h"

#if defined(__aarch64__)

#include "neon.h"

#pragma STDC FP_CONTRACT OFF

typedef struct {
  // What is added before rounding, and after it: the zero point is one of them, the other is 0.
  float32x4_t scale, reciprocal, before, low, high;
  int32x4_t after;
} scaling;

// 32-bit lanes in 0 ..= 255. rule is a constant where this is called.
INLINE uint8x16_t quantize(const scaling *s, float32x4_t x, const octavo_quantize_rule rule) {
  x = rule == OCTAVO_QUANTIZE_DIVIDE ? vdivq_f32(x, s->scale) : vfmaq_f32(s->before, x, s->reciprocal);
  // These return the number where the other is NaN: the first turns NaN into low.
  x = vminnmq_f32(vmaxnmq_f32(x, s->low), s->high);
  return vreinterpretq_u8_s32(vaddq_s32(vcvtnq_s32_f32(x), s->after));
}

INLINE void run(const octavo_quantize_u8 *g, const octavo_quantize_rule rule) {
  const int32_t before = rule == OCTAVO_QUANTIZE_FUSED ? g->zero_point : 0, after = g->zero_point - before;
  const scaling s = {.scale = vdupq_n_f32(g->scale),
                     .reciprocal = vdupq_n_f32(1.0f / g->scale),
                     .before = vdupq_n_f32((float)before),
                     .low = vdupq_n_f32((float)(g->low - after)),
                     .high = vdupq_n_f32((float)(g->high - after)),
                     .after = vdupq_n_s32(after)};
  size_t i = 0;
  for (; i + 16 <= g->count; i += 16) {
    const float *x = g->x + i;
    vst1q_u8(g->q + i, narrow(quantize(&s, vld1q_f32(x), rule), quantize(&s, vld1q_f32(x + 4), rule),
                              quantize(&s, vld1q_f32(x + 8), rule), quantize(&s, vld1q_f32(x + 12), rule)));
  }
  octavo_quantize_u8 rest = *g;
  rest.count -= i;
  rest.x += i;
  rest.q += i;
  octavo_quantize_u8_scalar(&rest);
}

void octavo_quantize_u8_neon(const octavo_quantize_u8 *g) {
  switch (g->rule) {
    case OCTAVO_QUANTIZE_DIVIDE: run(g, OCTAVO_QUANTIZE_DIVIDE); return;
    case OCTAVO_QUANTIZE_FUSED: run(g, OCTAVO_QUANTIZE_FUSED); return;
  }
}

#endif
