// Bytes through one table of 256, 16 at a time: four tables of 64, each asked for the bytes that it has. What is left of a
// row, and tables for each column, go to the scalar reference.
#include "variants.h"

#if defined(__aarch64__)

#include "neon.h"

// An index of 64 or more leaves a byte as it is.
INLINE uint8x16_t look_up(const uint8x16x4_t *parts, uint8x16_t x) {
  uint8x16_t found = vqtbl4q_u8(parts[0], x);
  for (int part = 1; part < 4; part++) {
    x = vsubq_u8(x, vdupq_n_u8(64));
    found = vqtbx4q_u8(found, parts[part], x);
  }
  return found;
}

void octavo_lookup_u8_neon(const octavo_lookup_u8 *g) {
  if (g->table_step != 0) {
    octavo_lookup_u8_scalar(g);
    return;
  }
  uint8x16x4_t parts[4];
  for (int part = 0; part < 4; part++) parts[part] = vld1q_u8_x4(g->table + 64 * part);
  for (size_t i = 0; i < g->m; i++) {
    const uint8_t *x = g->x + i * g->x_row;
    uint8_t *y = g->y + i * g->y_row;
    size_t j = 0;
    for (; j + 16 <= g->n; j += 16) vst1q_u8(y + j, look_up(parts, vld1q_u8(x + j)));
    for (; j < g->n; j++) y[j] = g->table[x[j]];
  }
}

#endif
