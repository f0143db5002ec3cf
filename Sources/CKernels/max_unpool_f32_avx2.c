// The places of windows' maxima, and the gradient that goes back to them, 8 channels at a time.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

#include "lanes_256.h"

INLINE __m256i place(const octavo_pool *g, const float *x, __m256 y, lanes l) {
  const __m256 y_nan = _mm256_cmp_ps(y, y, _CMP_UNORD_Q);
  __m256 found = _mm256_setzero_ps(), waiting = _mm256_castsi256_ps(l.mask);
  for (size_t dy = 0; dy < g->kernel; dy++) {
    for (size_t dx = 0; dx < g->kernel; dx++) {
      const __m256 value = load(x + dy * g->x_row + dx * g->channels, l);
      const __m256 both_nan = _mm256_and_ps(y_nan, _mm256_cmp_ps(value, value, _CMP_UNORD_Q));
      const __m256 equal = _mm256_or_ps(both_nan, _mm256_cmp_ps(value, y, _CMP_EQ_OQ));
      const __m256 number = _mm256_castsi256_ps(_mm256_set1_epi32((int)(dy * g->kernel + dx)));
      found = _mm256_blendv_ps(found, number, _mm256_and_ps(waiting, equal));
      waiting = _mm256_andnot_ps(equal, waiting);
    }
  }
  return _mm256_castps_si256(found);
}

// The places of eight channels of a window, below 256 each, as bytes.
INLINE void write_places(__m256i places, uint8_t *index, size_t count) {
  const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(places), _mm256_extracti128_si256(places, 1));
  uint8_t bytes[8];
  _mm_storel_epi64((__m128i *)bytes, _mm_packus_epi16(words, words));
  memcpy(index, bytes, count);
}

void octavo_max_pool_index_f32_avx2(const octavo_pool *g, const float *x, const float *y, uint8_t *index) {
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++, index += g->channels) {
      const float *window = x + row * g->stride * g->x_row + column * g->stride * g->channels;
      const float *top = y + row * g->y_row + column * g->channels;
      const size_t n = g->channels;
      size_t c = 0;
      for (; c + 8 <= n; c += 8) {
        write_places(place(g, window + c, _mm256_loadu_ps(top + c), first_lanes(8)), index + c, 8);
      }
      const lanes rest = first_lanes(n - c);
      if (c < n) write_places(place(g, window + c, load(top + c, rest), rest), index + c, n - c);
    }
  }
}

// What goes back into eight channels of a window, or into the first `count` of them.
INLINE void send(const octavo_pool *g, bool relu, const uint8_t *index, const float *y, const float *dy, float *window,
                 size_t count, lanes l) {
  __m256 gradient = _mm256_add_ps(_mm256_setzero_ps(), load(dy, l));
  if (relu) gradient = _mm256_andnot_ps(_mm256_cmp_ps(load(y, l), _mm256_setzero_ps(), _CMP_LE_OQ), gradient);
  uint8_t places[8] = {0};
  memcpy(places, index, count);
  const __m256i place = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)places));
  __m256i number = _mm256_setzero_si256();
  for (size_t row = 0; row < g->kernel; row++) {
    for (size_t column = 0; column < g->kernel; column++) {
      const __m256 hit = _mm256_castsi256_ps(_mm256_cmpeq_epi32(place, number));
      store(window + row * g->x_row + column * g->channels, _mm256_and_ps(hit, gradient), l);
      number = _mm256_add_epi32(number, _mm256_set1_epi32(1));
    }
  }
}

void octavo_max_unpool_f32_avx2(const octavo_pool *g, bool relu, const uint8_t *index, const float *y,
                                const float *dy, float *dx) {
  const size_t n = g->channels;
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++, index += n) {
      float *window = dx + row * g->stride * g->x_row + column * g->stride * n;
      const size_t out = row * g->y_row + column * n;
      size_t c = 0;
      for (; c + 8 <= n; c += 8) send(g, relu, index + c, y + out + c, dy + out + c, window + c, 8, first_lanes(8));
      if (c == n) continue;
      send(g, relu, index + c, y + out + c, dy + out + c, window + c, n - c, first_lanes(n - c));
    }
  }
}

#pragma clang attribute pop

#endif
