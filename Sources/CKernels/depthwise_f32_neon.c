// Depthwise convolution in floats, and its weight's gradient: 4 channels at a time, the last one by one.
#include "variants.h"

#if defined(__aarch64__)

#include "neon.h"

#pragma STDC FP_CONTRACT OFF

// The first `count` channels from `j` on, at most four; `count` is 4 where this is called for whole vectors.
INLINE float32x4_t load(const float *x, size_t count) { return count == 4 ? vld1q_f32(x) : load_few_f32(x, count); }

INLINE void store(float *y, float32x4_t v, size_t count) {
  if (count == 4) {
    vst1q_f32(y, v);
  } else {
    store_few_f32(y, v, count);
  }
}

INLINE void forward(const octavo_depthwise_f32 *s, size_t j, size_t count) {
  const octavo_taps *g = &s->taps;
  const float *w = s->w + j / 16 * g->taps * 16 + j % 16;
  const float32x4_t start = s->bias ? load(s->bias + j, count) : vdupq_n_f32(0.0f);
  for (size_t i = 0; i < g->m; i++) {
    float32x4_t sum = start;
    for (int32_t t = g->first[i]; t < g->first[i + 1]; t++) {
      sum = vfmaq_f32(sum, load(s->x + g->x_pixel[t] + j, count), vld1q_f32(w + g->tap[t] * 16));
    }
    store(s->y + g->y_pixel[i] + j, s->relu ? rectified(sum) : sum, count);
  }
}

INLINE void gradient(const octavo_depthwise_weight_f32 *s, size_t j, size_t count) {
  const octavo_taps *g = &s->taps;
  float *dw = s->dw + j / 16 * g->taps * 16 + j % 16;
  for (size_t i = 0; i < g->m; i++) {
    const float32x4_t dy = load(s->dy + g->y_pixel[i] + j, count);
    for (int32_t t = g->first[i]; t < g->first[i + 1]; t++) {
      float *to = dw + g->tap[t] * 16;
      store(to, vfmaq_f32(load(to, count), load(s->x + g->x_pixel[t] + j, count), dy), count);
    }
  }
}

void octavo_depthwise_f32_neon(const octavo_depthwise_f32 *s) {
  const size_t n = s->taps.n;
  size_t j = 0;
  for (; j + 4 <= n; j += 4) forward(s, j, 4);
  if (j < n) forward(s, j, n - j);
}

void octavo_depthwise_weight_f32_neon(const octavo_depthwise_weight_f32 *s) {
  const size_t n = s->taps.n;
  size_t j = 0;
  for (; j + 4 <= n; j += 4) gradient(s, j, 4);
  if (j < n) gradient(s, j, n - j);
}

#endif
