/* The instructions of MVE that exported C asks for, one lane after the other, for machines that have none: Arm's
 * definitions (Armv8-M Architecture Reference Manual, C2.4), by the names of its C extensions. A load reads the lanes that
 * are asked for and nothing else, so that a sanitizer sees each byte that an instruction would touch. */
#ifndef ARM_MVE_H
#define ARM_MVE_H

#include <stdint.h>

typedef struct {
  int8_t lane[16];
} int8x16_t;
typedef struct {
  uint8_t lane[16];
} uint8x16_t;
/* A bit for each byte of a vector, the lowest for the first. */
typedef uint16_t mve_pred16_t;

static inline mve_pred16_t vctp8q(uint32_t count) {
  return (mve_pred16_t)(count < 16 ? (1u << count) - 1u : 0xFFFFu);
}

static inline int8x16_t vldrbq_z_s8(const int8_t *from, mve_pred16_t asked) {
  int8x16_t vector;
  for (int i = 0; i < 16; i++) vector.lane[i] = (int8_t)(asked >> i & 1 ? from[i] : 0);
  return vector;
}

static inline uint8x16_t vldrbq_z_u8(const uint8_t *from, mve_pred16_t asked) {
  uint8x16_t vector;
  for (int i = 0; i < 16; i++) vector.lane[i] = (uint8_t)(asked >> i & 1 ? from[i] : 0);
  return vector;
}

static inline int8x16_t vldrbq_s8(const int8_t *from) { return vldrbq_z_s8(from, 0xFFFF); }
static inline uint8x16_t vldrbq_u8(const uint8_t *from) { return vldrbq_z_u8(from, 0xFFFF); }

static inline uint8x16_t vdupq_n_u8(uint8_t value) {
  uint8x16_t vector;
  for (int i = 0; i < 16; i++) vector.lane[i] = value;
  return vector;
}

static inline uint8x16_t veorq_u8(uint8x16_t a, uint8x16_t b) {
  for (int i = 0; i < 16; i++) a.lane[i] ^= b.lane[i];
  return a;
}

static inline int8x16_t vreinterpretq_s8_u8(uint8x16_t vector) {
  int8x16_t same;
  for (int i = 0; i < 16; i++) same.lane[i] = (int8_t)(vector.lane[i] < 128 ? vector.lane[i] : vector.lane[i] - 256);
  return same;
}

/* Sums wrap at 32 bits. */
static inline int32_t vmladavaq_s8(int32_t sum, int8x16_t a, int8x16_t b) {
  uint32_t wrapping = (uint32_t)sum;
  for (int i = 0; i < 16; i++) wrapping += (uint32_t)(a.lane[i] * b.lane[i]);
  return (int32_t)wrapping;
}

static inline int32_t vaddvaq_s8(int32_t sum, int8x16_t vector) {
  uint32_t wrapping = (uint32_t)sum;
  for (int i = 0; i < 16; i++) wrapping += (uint32_t)vector.lane[i];
  return (int32_t)wrapping;
}
#endif
