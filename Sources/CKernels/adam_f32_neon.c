// One step of Adam, 4 parameters at a time, the rest by the scalar reference. Division and square root are the exactly
// rounded ones; nothing is fused.
#include "variants.h"

#if defined(__aarch64__)

#include "neon.h"

#pragma STDC FP_CONTRACT OFF

void octavo_adam_f32_neon(const octavo_adam_f32 *s) {
  const float32x4_t one_minus_beta1 = vdupq_n_f32(s->one_minus_beta1), beta2 = vdupq_n_f32(s->beta2);
  const float32x4_t one_minus_beta2 = vdupq_n_f32(s->one_minus_beta2), step_size = vdupq_n_f32(s->step_size);
  const float32x4_t sqrt_correction2 = vdupq_n_f32(s->sqrt_correction2), epsilon = vdupq_n_f32(s->epsilon);
  size_t i = 0;
  for (; i + 4 <= s->count; i += 4) {
    const float32x4_t g = vld1q_f32(s->g + i), w = vld1q_f32(s->w + i);
    float32x4_t m = vld1q_f32(s->m + i), v = vld1q_f32(s->v + i);
    m = vaddq_f32(m, vmulq_f32(vsubq_f32(g, m), one_minus_beta1));
    v = vaddq_f32(vmulq_f32(v, beta2), vmulq_f32(vmulq_f32(g, g), one_minus_beta2));
    const float32x4_t root = vdivq_f32(vsqrtq_f32(v), sqrt_correction2);
    const float32x4_t ratio = vdivq_f32(m, vaddq_f32(root, epsilon));
    vst1q_f32(s->m + i, m);
    vst1q_f32(s->v + i, v);
    vst1q_f32(s->w + i, vsubq_f32(w, vmulq_f32(step_size, ratio)));
  }
  octavo_adam_f32 rest = *s;
  rest.count -= i;
  rest.w += i;
  rest.m += i;
  rest.v += i;
  rest.g += i;
  octavo_adam_f32_scalar(&rest);
}

#endif
