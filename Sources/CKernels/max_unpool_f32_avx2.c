// The places of windows' maxima, and the gradient that goes back to them, 8 channels at a time.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

INLINE __m256i first_lanes(size_t count) {
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(count < 8 ? count : 8)), lanes);
}

INLINE __m256i place(const octavo_pool *g, const float *x, __m256 y, __m256i mask) {
  const __m256 y_nan = _mm256_cmp_ps(y, y, _CMP_UNORD_Q);
  __m256 found = _mm256_setzero_ps(), waiting = _mm256_castsi256_ps(mask);
  for (size_t dy = 0; dy < g->kernel; dy++) {
    for (size_t dx = 0; dx < g->kernel; dx++) {
      const __m256 value = _mm256_maskload_ps(x + dy * g->x_row + dx * g->channels, mask);
      const __m256 both_nan = _mm256_and_ps(y_nan, _mm256_cmp_ps(value, value, _CMP_UNORD_Q));
      const __m256 equal = _mm256_or_ps(both_nan, _mm256_cmp_ps(value, y, _CMP_EQ_OQ));
      const __m256 number = _mm256_castsi256_ps(_mm256_set1_epi32((int)(dy * g->kernel + dx)));
      found = _mm256_blendv_ps(found, number, _mm256_and_ps(waiting, equal));
      waiting = _mm256_andnot_ps(equal, waiting);
    }
  }
  return _mm256_castps_si256(found);
}

void octavo_max_pool_index_f32_avx2(const octavo_pool *g, const float *x, const float *y, uint8_t *index) {
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++, index += g->channels) {
      const float *window = x + row * g->stride * g->x_row + column * g->stride * g->channels;
      const float *top = y + row * g->y_row + column * g->channels;
      for (size_t c = 0; c < g->channels; c += 8) {
        const size_t left = g->channels - c < 8 ? g->channels - c : 8;
        const __m256i mask = first_lanes(left);
        int32_t places[8];
        _mm256_storeu_si256((__m256i *)places, place(g, window + c, _mm256_maskload_ps(top + c, mask), mask));
        for (size_t lane = 0; lane < left; lane++) index[c + lane] = (uint8_t)places[lane];
      }
    }
  }
}

void octavo_max_unpool_f32_avx2(const octavo_pool *g, bool relu, const uint8_t *index, const float *y,
                                const float *dy, float *dx) {
  const __m256 zero = _mm256_setzero_ps();
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++, index += g->channels) {
      float *window = dx + row * g->stride * g->x_row + column * g->stride * g->channels;
      const size_t out = row * g->y_row + column * g->channels;
      for (size_t c = 0; c < g->channels; c += 8) {
        const size_t left = g->channels - c < 8 ? g->channels - c : 8;
        const __m256i mask = first_lanes(left);
        __m256 gradient = _mm256_add_ps(zero, _mm256_maskload_ps(dy + out + c, mask));
        if (relu) {
          const __m256 off = _mm256_cmp_ps(_mm256_maskload_ps(y + out + c, mask), zero, _CMP_LE_OQ);
          gradient = _mm256_andnot_ps(off, gradient);
        }
        uint8_t places[8] = {0};
        memcpy(places, index + c, left);
        const __m256i place = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)places));
        for (size_t p = 0; p < g->kernel * g->kernel; p++) {
          const __m256i hit = _mm256_cmpeq_epi32(place, _mm256_set1_epi32((int)p));
          float *to = window + p / g->kernel * g->x_row + p % g->kernel * g->channels + c;
          _mm256_maskstore_ps(to, mask, _mm256_and_ps(_mm256_castsi256_ps(hit), gradient));
        }
      }
    }
  }
}

#pragma clang attribute pop

#endif
