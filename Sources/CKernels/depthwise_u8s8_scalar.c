// Depthwise convolution of integers by its definition.
#include "variants.h"

void octavo_depthwise_u8s8_scalar(const octavo_depthwise_u8s8 *g) {
  const size_t pairs = (g->taps + 1) / 2;
  for (size_t i = 0; i < g->m; i++) {
    const uint8_t *a = g->a + g->a_row[i];
    for (size_t j = 0; j < g->n; j++) {
      const int16_t *b = g->b + j / 16 * pairs * 32 + j % 16 * 2;
      // Unsigned: sums on the way may wrap.
      uint32_t sum = (uint32_t)g->start[j];
      for (size_t t = 0; t < g->taps; t++) {
        sum += (uint32_t)((int32_t)a[g->a_tap[t] + (int64_t)j] * b[t / 2 * 32 + t % 2]);
      }
      g->c[i * g->n + j] = (int32_t)sum;
    }
  }
}
