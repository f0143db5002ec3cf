// Depthwise convolution in floats, and its weight's gradient, by their definitions.
#include <math.h>

#include "variants.h"

#pragma STDC FP_CONTRACT OFF

static size_t weight_of(const octavo_taps *g, size_t tap, size_t j) { return (j / 16 * g->taps + tap) * 16 + j % 16; }

void octavo_depthwise_f32_scalar(const octavo_depthwise_f32 *s) {
  const octavo_taps *g = &s->taps;
  for (size_t i = 0; i < g->m; i++) {
    float *y = s->y + g->y_pixel[i];
    for (size_t j = 0; j < g->n; j++) {
      float sum = s->bias ? s->bias[j] : 0.0f;
      for (int32_t t = g->first[i]; t < g->first[i + 1]; t++) {
        sum = fmaf(s->x[g->x_pixel[t] + (int64_t)j], s->w[weight_of(g, (size_t)g->tap[t], j)], sum);
      }
      y[j] = s->relu && sum < 0.0f ? 0.0f : sum;
    }
  }
}

void octavo_depthwise_weight_f32_scalar(const octavo_depthwise_weight_f32 *s) {
  const octavo_taps *g = &s->taps;
  for (size_t i = 0; i < g->m; i++) {
    const float *dy = s->dy + g->y_pixel[i];
    for (int32_t t = g->first[i]; t < g->first[i + 1]; t++) {
      const float *x = s->x + g->x_pixel[t];
      for (size_t j = 0; j < g->n; j++) {
        float *dw = s->dw + weight_of(g, (size_t)g->tap[t], j);
        *dw = fmaf(x[j], dy[j], *dw);
      }
    }
  }
}
