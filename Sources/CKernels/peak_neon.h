// The loops that both NEON sets share. Included where the target of an instruction set is in force.
#ifndef OCTAVO_PEAK_NEON_H
#define OCTAVO_PEAK_NEON_H

#include <arm_neon.h>

#include "peaks.h"

enum { CHAINS = 24, VECTOR = 16 };

static void f32(size_t rounds) {
  float32x4_t x = vdupq_n_f32(0.75f);
  const float32x4_t y = vdupq_n_f32(0.5f);
  OCTAVO_CHAINS(float32x4_t, vdupq_n_f32(0.0f), rounds, x, vfmaq_f32(sum[i], x, y));
}

static void copy(size_t bytes, const void *from, void *to) {
  const uint8_t *source = from;
  uint8_t *target = to;
  for (size_t i = 0; i + 2 * VECTOR <= bytes; i += 2 * VECTOR) {
    uint8x16_t a = vld1q_u8(source + i), b = vld1q_u8(source + i + VECTOR);
    OCTAVO_RENEW(a);
    OCTAVO_RENEW(b);
    vst1q_u8(target + i, a);
    vst1q_u8(target + i + VECTOR, b);
  }
}

static void read_all(size_t bytes, const void *from) {
  const uint8_t *source = from;
  uint8x16_t a = vdupq_n_u8(0), b = a;
  for (size_t i = 0; i + 2 * VECTOR <= bytes; i += 2 * VECTOR) {
    a = veorq_u8(a, vld1q_u8(source + i));
    b = veorq_u8(b, vld1q_u8(source + i + VECTOR));
  }
  OCTAVO_USE(a);
  OCTAVO_USE(b);
}

#endif
