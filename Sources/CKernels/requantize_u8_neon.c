// Requantization, 16 columns at a time, then 4, the last columns by the scalar reference.
#include "variants.h"

#if defined(__aarch64__)

#include "neon.h"

#pragma STDC FP_CONTRACT OFF

typedef struct {
  const float *bias, *multiplier;
  float32x4_t bias_factor, low, high;
  int32x4_t zero_point;
} scaling;

// 32-bit lanes in 0 ..= 255.
INLINE uint8x16_t four(const scaling *s, const int32_t *acc, size_t j) {
  float32x4_t x = vcvtq_f32_s32(vld1q_s32(acc + j));
  if (s->bias) x = vfmaq_f32(x, vld1q_f32(s->bias + j), s->bias_factor);
  x = vmulq_f32(x, vld1q_f32(s->multiplier + j));
  // These return the number where the other is NaN: the first turns NaN into low. Rounding cannot overflow after this.
  x = vminnmq_f32(vmaxnmq_f32(x, s->low), s->high);
  return vreinterpretq_u8_s32(vaddq_s32(vcvtnq_s32_f32(x), s->zero_point));
}

INLINE void row(const scaling *s, const int32_t *acc, uint8_t *out, size_t n) {
  size_t j = 0;
  for (; j + 16 <= n; j += 16) {
    vst1q_u8(out + j, narrow(four(s, acc, j), four(s, acc, j + 4), four(s, acc, j + 8), four(s, acc, j + 12)));
  }
  for (; j + 4 <= n; j += 4) {
    const uint8x16_t x = four(s, acc, j);
    const uint32_t word = vgetq_lane_u32(vreinterpretq_u32_u8(narrow(x, x, x, x)), 0);
    memcpy(out + j, &word, sizeof word);
  }
}

void octavo_requantize_u8_neon(const octavo_requantize_u8 *g) {
  const scaling s = {.bias = g->bias,
                     .bias_factor = vdupq_n_f32(g->bias_factor),
                     .multiplier = g->multiplier,
                     .low = vdupq_n_f32((float)(g->low - g->zero_point)),
                     .high = vdupq_n_f32((float)(g->high - g->zero_point)),
                     .zero_point = vdupq_n_s32(g->zero_point)};
  const size_t whole = g->n & ~(size_t)3;
  for (size_t i = 0; i < g->m; i++) row(&s, g->acc + i * g->ldc, g->out + g->out_row[i], whole);
  if (whole == g->n) return;
  octavo_requantize_u8 rest = *g;
  rest.n -= whole;
  rest.acc += whole;
  if (rest.bias) rest.bias += whole;
  rest.multiplier += whole;
  rest.out += whole;
  octavo_requantize_u8_scalar(&rest);
}

#endif
