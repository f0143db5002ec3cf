// The rectifier and its gradient, 4 elements at a time, the rest by the scalar reference. Masks clear whole lanes, so
// that what stays keeps its bits.
#include "variants.h"

#if defined(__aarch64__)

#include "neon.h"

#pragma STDC FP_CONTRACT OFF

void octavo_relu_f32_neon(size_t count, float *x) {
  size_t i = 0;
  for (; i + 4 <= count; i += 4) vst1q_f32(x + i, rectified(vld1q_f32(x + i)));
  octavo_relu_f32_scalar(count - i, x + i);
}

void octavo_relu_backward_f32_neon(size_t count, const float *y, float *dy) {
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    // Not y > 0: a NaN in y lets dy pass.
    const uint32x4_t passes = vmvnq_u32(vclezq_f32(vld1q_f32(y + i)));
    vst1q_f32(dy + i, where(passes, vld1q_f32(dy + i)));
  }
  octavo_relu_backward_f32_scalar(count - i, y + i, dy + i);
}

#endif
