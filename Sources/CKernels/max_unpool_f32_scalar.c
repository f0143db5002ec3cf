// The places of windows' maxima, and the gradient that goes back to them, by their definition.
#include <math.h>

#include "variants.h"

#pragma STDC FP_CONTRACT OFF

static uint8_t place(const octavo_pool *g, const float *x, float y) {
  for (size_t dy = 0; dy < g->kernel; dy++) {
    for (size_t dx = 0; dx < g->kernel; dx++) {
      const float value = x[dy * g->x_row + dx * g->channels];
      if (value == y || (isnan(value) && isnan(y))) return (uint8_t)(dy * g->kernel + dx);
    }
  }
  return 0;
}

void octavo_max_pool_index_f32_scalar(const octavo_pool *g, const float *x, const float *y, uint8_t *index) {
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++) {
      const float *window = x + row * g->stride * g->x_row + column * g->stride * g->channels;
      const float *top = y + row * g->y_row + column * g->channels;
      for (size_t c = 0; c < g->channels; c++) *index++ = place(g, window + c, top[c]);
    }
  }
}

void octavo_max_unpool_f32_scalar(const octavo_pool *g, bool relu, const uint8_t *index, const float *y,
                                  const float *dy, float *dx) {
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++) {
      float *window = dx + row * g->stride * g->x_row + column * g->stride * g->channels;
      const size_t out = row * g->y_row + column * g->channels;
      for (size_t c = 0; c < g->channels; c++) {
        const float gradient = relu && y[out + c] <= 0.0f ? 0.0f : dy[out + c];
        for (size_t p = 0; p < g->kernel * g->kernel; p++) {
          window[p / g->kernel * g->x_row + p % g->kernel * g->channels + c] = p == *index ? 0.0f + gradient : 0.0f;
        }
        index++;
      }
    }
  }
}
