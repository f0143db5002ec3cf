// Transposition in squares of 4 x 4, the edges one by one.
#include "variants.h"

#if defined(__aarch64__)

#include "neon.h"

#pragma STDC FP_CONTRACT OFF

// Pairs of elements, as one 64-bit lane.
INLINE float64x2_t pairs(float32x4_t x) { return vreinterpretq_f64_f32(x); }
INLINE float32x4_t elements(float64x2_t x) { return vreinterpretq_f32_f64(x); }

// Two rounds: 2 x 2 squares of elements, then of pairs.
INLINE void square(const float *x, size_t ld_x, float *out, size_t ld_out) {
  const float32x4_t r0 = vld1q_f32(x), r1 = vld1q_f32(x + ld_x);
  const float32x4_t r2 = vld1q_f32(x + 2 * ld_x), r3 = vld1q_f32(x + 3 * ld_x);
  const float64x2_t even01 = pairs(vtrn1q_f32(r0, r1)), odd01 = pairs(vtrn2q_f32(r0, r1));
  const float64x2_t even23 = pairs(vtrn1q_f32(r2, r3)), odd23 = pairs(vtrn2q_f32(r2, r3));
  vst1q_f32(out, elements(vtrn1q_f64(even01, even23)));
  vst1q_f32(out + ld_out, elements(vtrn1q_f64(odd01, odd23)));
  vst1q_f32(out + 2 * ld_out, elements(vtrn2q_f64(even01, even23)));
  vst1q_f32(out + 3 * ld_out, elements(vtrn2q_f64(odd01, odd23)));
}

void octavo_transpose_f32_neon(size_t rows, size_t columns, const float *x, size_t ld_x, float *out, size_t ld_out) {
  const size_t whole_rows = rows & ~(size_t)3, whole_columns = columns & ~(size_t)3;
  for (size_t j = 0; j < whole_columns; j += 4) {
    for (size_t i = 0; i < whole_rows; i += 4) square(x + i * ld_x + j, ld_x, out + j * ld_out + i, ld_out);
    for (size_t jj = j; jj < j + 4; jj++) {
      for (size_t i = whole_rows; i < rows; i++) out[jj * ld_out + i] = x[i * ld_x + jj];
    }
  }
  for (size_t j = whole_columns; j < columns; j++) {
    for (size_t i = 0; i < rows; i++) out[j * ld_out + i] = x[i * ld_x + j];
  }
}

#endif
