// What the NEON kernels share. Their vectors have four lanes; there are no masked loads, so the elements after the last
// whole vector go one by one, to the scalar reference, or through a vector that overlaps the one before it.
#ifndef OCTAVO_NEON_H
#define OCTAVO_NEON_H

#include <arm_neon.h>
#include <string.h>

#include "variants.h"

#define INLINE static inline __attribute__((always_inline))

// The first count < 4 elements at x; the other lanes are +0.
INLINE float32x4_t load_few_f32(const float *x, size_t count) {
  float32x4_t y = vdupq_n_f32(0.0f);
  if (count > 0) y = vsetq_lane_f32(x[0], y, 0);
  if (count > 1) y = vsetq_lane_f32(x[1], y, 1);
  if (count > 2) y = vsetq_lane_f32(x[2], y, 2);
  return y;
}

// The first count < 4 lanes of y, to x.
INLINE void store_few_f32(float *x, float32x4_t y, size_t count) {
  if (count > 0) x[0] = vgetq_lane_f32(y, 0);
  if (count > 1) x[1] = vgetq_lane_f32(y, 1);
  if (count > 2) x[2] = vgetq_lane_f32(y, 2);
}

// The lanes of y where mask is set, +0 in the others.
INLINE float32x4_t where(uint32x4_t mask, float32x4_t y) {
  return vreinterpretq_f32_u32(vandq_u32(mask, vreinterpretq_u32_f32(y)));
}

// A negative lane becomes +0; -0 and NaN keep their bits, which the processor's maximum would not let them.
INLINE float32x4_t rectified(float32x4_t y) {
  return vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(y), vcltzq_f32(y)));
}

// Every second byte, then every second of those: the low byte of each 32-bit lane, in order.
INLINE uint8x16_t narrow(uint8x16_t x0, uint8x16_t x1, uint8x16_t x2, uint8x16_t x3) {
  return vuzp1q_u8(vuzp1q_u8(x0, x1), vuzp1q_u8(x2, x3));
}

#endif
