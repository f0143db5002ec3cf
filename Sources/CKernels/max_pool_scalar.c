// Max-pooling by its definition, forward for floats and bytes and backward for floats.
#include <math.h>

#include "variants.h"

#pragma STDC FP_CONTRACT OFF

void octavo_max_pool_f32_scalar(const octavo_pool *g, const float *x, float *y) {
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++) {
      const float *window = x + row * g->stride * g->x_row + column * g->stride * g->channels;
      float *out = y + row * g->y_row + column * g->channels;
      for (size_t c = 0; c < g->channels; c++) {
        // The first element, not minus infinity: a window of minus infinities keeps its value.
        float best = window[c];
        for (size_t dy = 0; dy < g->kernel; dy++) {
          for (size_t dx = 0; dx < g->kernel; dx++) {
            const float value = window[dy * g->x_row + dx * g->channels + c];
            if (value > best || isnan(value)) best = value;
          }
        }
        out[c] = best;
      }
    }
  }
}

void octavo_max_pool_u8_scalar(const octavo_pool *g, const uint8_t *x, uint8_t *y) {
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++) {
      const uint8_t *window = x + row * g->stride * g->x_row + column * g->stride * g->channels;
      uint8_t *out = y + row * g->y_row + column * g->channels;
      for (size_t c = 0; c < g->channels; c++) {
        uint8_t best = window[c];
        for (size_t dy = 0; dy < g->kernel; dy++) {
          for (size_t dx = 0; dx < g->kernel; dx++) {
            const uint8_t value = window[dy * g->x_row + dx * g->channels + c];
            if (value > best) best = value;
          }
        }
        out[c] = best;
      }
    }
  }
}

// One channel of one window.
static void clear(const octavo_pool *g, float *dx) {
  for (size_t row = 0; row < g->kernel; row++) {
    for (size_t column = 0; column < g->kernel; column++) dx[row * g->x_row + column * g->channels] = 0.0f;
  }
}

// The gradient goes to the first position that holds the maximum.
static void send_back(const octavo_pool *g, const float *x, float y, float dy, float *dx) {
  for (size_t row = 0; row < g->kernel; row++) {
    for (size_t column = 0; column < g->kernel; column++) {
      const size_t at = row * g->x_row + column * g->channels;
      if (x[at] == y || (isnan(x[at]) && isnan(y))) {
        dx[at] += dy;
        return;
      }
    }
  }
}

void octavo_max_pool_backward_f32_scalar(const octavo_pool *g, const float *x, const float *y, const float *dy,
                                         float *dx) {
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++) {
      const size_t in = row * g->stride * g->x_row + column * g->stride * g->channels;
      const size_t out = row * g->y_row + column * g->channels;
      for (size_t c = 0; c < g->channels; c++) {
        if (g->kernel <= g->stride) clear(g, dx + in + c);
        send_back(g, x + in + c, y[out + c], dy[out + c], dx + in + c);
      }
    }
  }
}
