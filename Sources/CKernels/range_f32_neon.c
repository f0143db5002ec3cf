// The range of values, 16 at a time, the rest by the scalar reference. The processor's least and greatest of two are
// NaN where one of them is, so that a NaN is still there at the end.
#include "variants.h"

#if defined(__aarch64__)

#include "neon.h"

#pragma STDC FP_CONTRACT OFF

void octavo_range_f32_neon(size_t count, const float *x, float *low, float *high) {
  float32x4_t least[4], greatest[4];
#pragma clang loop unroll(full)
  for (int v = 0; v < 4; v++) {
    least[v] = vdupq_n_f32(__builtin_inff());
    greatest[v] = vdupq_n_f32(-__builtin_inff());
  }
  const size_t whole = count & ~(size_t)15;
  for (size_t i = 0; i < whole; i += 16) {
#pragma clang loop unroll(full)
    for (int v = 0; v < 4; v++) {
      const float32x4_t y = vld1q_f32(x + i + 4 * v);
      least[v] = vminq_f32(least[v], y);
      greatest[v] = vmaxq_f32(greatest[v], y);
    }
  }
  const float32x4_t all_least = vminq_f32(vminq_f32(least[0], least[1]), vminq_f32(least[2], least[3]));
  const float32x4_t all_greatest = vmaxq_f32(vmaxq_f32(greatest[0], greatest[1]), vmaxq_f32(greatest[2], greatest[3]));
  float rest[2];
  octavo_range_f32_scalar(count - whole, x + whole, rest, rest + 1);
  // Which zero came first shall not show: -0 + 0 is +0.
  *low = vminvq_f32(vminq_f32(all_least, vdupq_n_f32(rest[0]))) + 0.0f;
  *high = vmaxvq_f32(vmaxq_f32(all_greatest, vdupq_n_f32(rest[1]))) + 0.0f;
}

#endif
