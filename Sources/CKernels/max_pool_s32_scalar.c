// Max-pooling of sums by its definition.
#include "variants.h"

void octavo_max_pool_s32_scalar(const octavo_pool *g, const int32_t *x, int32_t *y) {
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++) {
      const int32_t *window = x + row * g->stride * g->x_row + column * g->stride * g->channels;
      int32_t *out = y + row * g->y_row + column * g->channels;
      for (size_t c = 0; c < g->channels; c++) {
        int32_t best = window[c];
        for (size_t dy = 0; dy < g->kernel; dy++) {
          for (size_t dx = 0; dx < g->kernel; dx++) {
            const int32_t value = window[dy * g->x_row + dx * g->channels + c];
            if (value > best) best = value;
          }
        }
        out[c] = best;
      }
    }
  }
}
