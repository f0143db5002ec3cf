// From integer sums to real numbers, 4 columns at a time, the last columns by the scalar reference.
#include "variants.h"

#if defined(__aarch64__)

#include "neon.h"

#pragma STDC FP_CONTRACT OFF

INLINE void four(const octavo_dequantize_f32 *g, size_t i, size_t j) {
  const int32x4_t zero_point = vdupq_n_s32(g->zero_point[i * g->row_step]);
  const float32x4_t scale = vdupq_n_f32(g->scale[i * g->row_step]);
  const int32x4_t correction = vmulq_s32(zero_point, vld1q_s32(g->column_sum + j));
  const float32x4_t sum = vcvtq_f32_s32(vsubq_s32(vld1q_s32(g->acc + i * g->ldc + j), correction));
  const float32x4_t step = vmulq_f32(scale, vld1q_f32(g->weight_scale + j));
  float32x4_t y;
  if (!g->bias) {
    y = vmulq_f32(sum, step);
  } else {
    const float32x4_t bias = vld1q_f32(g->bias + j);
    y = g->fused ? vfmaq_f32(bias, sum, step) : vaddq_f32(vmulq_f32(sum, step), bias);
  }
  vst1q_f32(g->out + g->out_row[i] + j, g->relu ? rectified(y) : y);
}

void octavo_dequantize_f32_neon(const octavo_dequantize_f32 *g) {
  const size_t whole = g->n & ~(size_t)3;
  for (size_t i = 0; i < g->m; i++)
    for (size_t j = 0; j < whole; j += 4) four(g, i, j);
  if (whole == g->n) return;
  octavo_dequantize_f32 rest = *g;
  rest.n -= whole;
  rest.acc += whole;
  rest.column_sum += whole;
  rest.weight_scale += whole;
  if (rest.bias) rest.bias += whole;
  rest.out += whole;
  octavo_dequantize_f32_scalar(&rest);
}

#endif
