/* The SIMD instructions for 16 bits that exported C asks for, for machines that have none: Arm's definitions (Armv8-M
 * Architecture Reference Manual, C2.4), by the names of its C extensions. */
#ifndef ARM_ACLE_H
#define ARM_ACLE_H

#include <stdint.h>

typedef int32_t int8x4_t;
typedef int32_t int16x2_t;

static inline int32_t lower_half(int32_t pair) { return (int16_t)(uint16_t)((uint32_t)pair & 0xFFFFu); }
static inline int32_t upper_half(int32_t pair) { return (int16_t)(uint16_t)((uint32_t)pair >> 16); }
static inline int16x2_t pair_of(int32_t lower, int32_t upper) {
  return (int32_t)((uint32_t)(uint16_t)lower | (uint32_t)(uint16_t)upper << 16);
}

/* Two products, added to a sum that wraps. */
static inline int32_t __smlad(int16x2_t a, int16x2_t b, int32_t sum) {
  const uint32_t lower = (uint32_t)(lower_half(a) * lower_half(b)), upper = (uint32_t)(upper_half(a) * upper_half(b));
  return (int32_t)((uint32_t)sum + lower + upper);
}

/* Bytes 0 and 2 with their signs. */
static inline int16x2_t __sxtb16(int8x4_t bytes) {
  return pair_of((int8_t)(uint8_t)((uint32_t)bytes & 0xFFu), (int8_t)(uint8_t)((uint32_t)bytes >> 16 & 0xFFu));
}

static inline int16x2_t __ssub16(int16x2_t a, int16x2_t b) {
  return pair_of(lower_half(a) - lower_half(b), upper_half(a) - upper_half(b));
}
#endif
