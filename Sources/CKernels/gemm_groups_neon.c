// Rows of bytes times weights whose scales belong to groups of terms, by sdot, exact for all operands.
#include "variants.h"

#if defined(__aarch64__)

#include "neon.h"

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

enum {
  TILE_ROWS = 4,
  // Bytes of weights between what is asked for and what is read.
  AHEAD = 4096,
};

typedef struct {
  int32x4_t v[4];
} columns16;

typedef struct {
  float32x4_t v[4];
} reals16;

INLINE int8x16_t broadcast4(const int8_t *a) {
  int32_t word;
  memcpy(&word, a, sizeof word);
  return vreinterpretq_s8_s32(vdupq_n_s32(word));
}

INLINE void clear(columns16 sum[TILE_ROWS], const int rows) {
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < 4; v++) sum[r].v[v] = vdupq_n_s32(0);
  }
}

INLINE reals16 zeros(void) {
  const float32x4_t zero = vdupq_n_f32(0);
  return (reals16){{zero, zero, zero, zero}};
}

INLINE reals16 widened(const uint16_t *scale) {
  reals16 y;
#pragma clang loop unroll(full)
  for (int v = 0; v < 4; v++) y.v[v] = vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(scale + 4 * v)));
  return y;
}

INLINE reals16 merge(reals16 y, columns16 sum, int32_t extra, float factor, reals16 scales) {
#pragma clang loop unroll(full)
  for (int v = 0; v < 4; v++) {
    const float32x4_t real = vcvtq_f32_s32(vsubq_s32(sum.v[v], vdupq_n_s32(extra)));
    y.v[v] = vfmaq_f32(y.v[v], real, vmulq_n_f32(scales.v[v], factor));
  }
  return y;
}

INLINE void stored(reals16 y, float *out) {
#pragma clang loop unroll(full)
  for (int v = 0; v < 4; v++) vst1q_f32(out + 4 * v, y.v[v]);
}

INLINE void group_8(columns16 sum[TILE_ROWS], const int8_t *const a[TILE_ROWS], const uint8_t *w, size_t fours,
                    const int rows) {
  clear(sum, rows);
  for (size_t f = 0; f < fours; f++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < 4; v++) {
      const int8x16_t four = vreinterpretq_s8_u8(vld1q_u8(w + f * 64 + 16 * v));
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) sum[r].v[v] = vdotq_s32(sum[r].v[v], four, broadcast4(a[r] + f * 4));
    }
  }
}

INLINE void group_4(columns16 sum[TILE_ROWS], const int8_t *const a[TILE_ROWS], const uint8_t *w, size_t fours,
                    const int rows) {
  clear(sum, rows);
  for (size_t f = 0; f < fours; f += 2) {
#pragma clang loop unroll(full)
    for (int v = 0; v < 4; v++) {
      const uint8x16_t pair = vld1q_u8(w + f * 32 + 16 * v);
      const int8x16_t first = vreinterpretq_s8_u8(vandq_u8(pair, vdupq_n_u8(15)));
      const int8x16_t second = vreinterpretq_s8_u8(vshrq_n_u8(pair, 4));
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        sum[r].v[v] = vdotq_s32(sum[r].v[v], first, broadcast4(a[r] + f * 4));
        sum[r].v[v] = vdotq_s32(sum[r].v[v], second, broadcast4(a[r] + f * 4 + 4));
      }
    }
  }
}

#include "gemm_groups.h"

void octavo_gemm_groups_8_neon(const octavo_gemm_groups *g) { product(g, group_8, 8); }

void octavo_gemm_groups_4_neon(const octavo_gemm_groups *g) { product(g, group_4, 4); }

#pragma clang attribute pop

#endif
