// One sum of a depthwise convolution of integers, by its definition: what the reference is made of, and what is left over
// where a vector of channels would reach past the last.
#ifndef OCTAVO_DEPTHWISE_U8S8_H
#define OCTAVO_DEPTHWISE_U8S8_H

#include "variants.h"

// The sums of the channels from `first` on. Unsigned: sums on the way may wrap.
static inline void depthwise_channels(const octavo_depthwise_u8s8 *g, size_t first) {
  const size_t pairs = (g->taps + 1) / 2;
  for (size_t i = 0; i < g->m; i++) {
    for (size_t j = first; j < g->n; j++) {
      const uint8_t *a = g->a + g->a_row[i] + j;
      const int16_t *b = g->b + j / 16 * pairs * 32 + j % 16 * 2;
      uint32_t sum = (uint32_t)g->start[j];
      for (size_t t = 0; t < g->taps; t++) sum += (uint32_t)((int32_t)a[g->a_tap[t]] * b[t / 2 * 32 + t % 2]);
      g->c[i * g->n + j] = (int32_t)sum;
    }
  }
}

#endif
