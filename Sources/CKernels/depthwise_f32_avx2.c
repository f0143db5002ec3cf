// Depthwise convolution in floats, and its weight's gradient: 8 channels at a time, the last under a mask.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

#include "lanes_256.h"

// Eight channels from `j` on.
INLINE void forward(const octavo_depthwise_f32 *s, size_t j, lanes l) {
  const octavo_taps *g = &s->taps;
  const float *w = s->w + j / 16 * g->taps * 16 + j % 16;
  const __m256 start = s->bias ? load(s->bias + j, l) : _mm256_setzero_ps();
  for (size_t i = 0; i < g->m; i++) {
    __m256 sum = start;
    for (int32_t t = g->first[i]; t < g->first[i + 1]; t++) {
      sum = _mm256_fmadd_ps(load(s->x + g->x_pixel[t] + j, l), _mm256_loadu_ps(w + g->tap[t] * 16), sum);
    }
    // A comparison is false for NaN, and -0 is not below 0: both stay.
    if (s->relu) sum = _mm256_andnot_ps(_mm256_cmp_ps(sum, _mm256_setzero_ps(), _CMP_LT_OQ), sum);
    store(s->y + g->y_pixel[i] + j, sum, l);
  }
}

INLINE void gradient(const octavo_depthwise_weight_f32 *s, size_t j, lanes l) {
  const octavo_taps *g = &s->taps;
  float *dw = s->dw + j / 16 * g->taps * 16 + j % 16;
  for (size_t i = 0; i < g->m; i++) {
    const __m256 dy = load(s->dy + g->y_pixel[i] + j, l);
    for (int32_t t = g->first[i]; t < g->first[i + 1]; t++) {
      float *to = dw + g->tap[t] * 16;
      store(to, _mm256_fmadd_ps(load(s->x + g->x_pixel[t] + j, l), dy, load(to, l)), l);
    }
  }
}

void octavo_depthwise_f32_avx2(const octavo_depthwise_f32 *s) {
  const size_t n = s->taps.n;
  size_t j = 0;
  for (; j + 8 <= n; j += 8) forward(s, j, first_lanes(8));
  if (j < n) forward(s, j, first_lanes(n - j));
}

void octavo_depthwise_weight_f32_avx2(const octavo_depthwise_weight_f32 *s) {
  const size_t n = s->taps.n;
  size_t j = 0;
  for (; j + 8 <= n; j += 8) gradient(s, j, first_lanes(8));
  if (j < n) gradient(s, j, first_lanes(n - j));
}

#pragma clang attribute pop

#endif
