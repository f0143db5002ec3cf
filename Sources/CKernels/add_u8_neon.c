// The sum of what integers stand for, 8 elements at a time, the rest by the scalar reference.
#include "variants.h"

#if defined(__aarch64__)

#include "neon.h"

#pragma STDC FP_CONTRACT OFF

typedef struct {
  int16x8_t zero_point;
  float32x4_t scale;
} meaning;

INLINE float32x4x2_t real(const uint8_t *x, const meaning *m) {
  const int16x8_t integers = vsubq_s16(vreinterpretq_s16_u16(vmovl_u8(vld1_u8(x))), m->zero_point);
  return (float32x4x2_t){{vmulq_f32(vcvtq_f32_s32(vmovl_s16(vget_low_s16(integers))), m->scale),
                          vmulq_f32(vcvtq_f32_s32(vmovl_high_s16(integers)), m->scale)}};
}

void octavo_add_u8_neon(const octavo_add_u8 *g) {
  const meaning a = {vdupq_n_s16((int16_t)g->a_zero_point), vdupq_n_f32(g->a_scale)};
  const meaning b = {vdupq_n_s16((int16_t)g->b_zero_point), vdupq_n_f32(g->b_scale)};
  size_t i = 0;
  for (; i + 8 <= g->count; i += 8) {
    const float32x4x2_t left = real(g->a + i, &a), right = real(g->b + i, &b);
    vst1q_f32(g->y + i, vaddq_f32(left.val[0], right.val[0]));
    vst1q_f32(g->y + i + 4, vaddq_f32(left.val[1], right.val[1]));
  }
  octavo_add_u8 rest = *g;
  rest.count -= i;
  rest.a += i;
  rest.b += i;
  rest.y += i;
  octavo_add_u8_scalar(&rest);
}

#endif
