// Max-pooling with a lane per channel: vectors of 8 floats or 32 and 16 bytes, the last channels under a mask
// or one by one.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

INLINE __m256i first_lanes(size_t count) {
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), lanes);
}

// The larger of two, or value where that is NaN; a NaN in best stays. Blending keeps every bit.
INLINE __m256 larger(__m256 best, __m256 value) {
  const __m256 above = _mm256_cmp_ps(value, best, _CMP_GT_OQ);
  const __m256 nan = _mm256_cmp_ps(value, value, _CMP_UNORD_Q);
  return _mm256_blendv_ps(best, value, _mm256_or_ps(above, nan));
}

INLINE __m256 load(const float *x, const int cut, __m256i mask) {
  return cut ? _mm256_maskload_ps(x, mask) : _mm256_loadu_ps(x);
}

INLINE void store(float *x, __m256 value, const int cut, __m256i mask) {
  if (cut) {
    _mm256_maskstore_ps(x, mask, value);
  } else {
    _mm256_storeu_ps(x, value);
  }
}

// Eight channels of one window; cut is a constant where this is called.
INLINE void window_f32(const octavo_pool *g, const float *x, float *y, const int cut, __m256i mask) {
  __m256 best = load(x, cut, mask);
  for (size_t dy = 0; dy < g->kernel; dy++) {
    for (size_t dx = 0; dx < g->kernel; dx++) {
      best = larger(best, load(x + dy * g->x_row + dx * g->channels, cut, mask));
    }
  }
  store(y, best, cut, mask);
}

void octavo_max_pool_f32_avx2(const octavo_pool *g, const float *x, float *y) {
  const size_t whole = g->channels & ~(size_t)7, rest = g->channels & 7;
  const __m256i mask = first_lanes(rest);
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++) {
      const float *window = x + row * g->stride * g->x_row + column * g->stride * g->channels;
      float *out = y + row * g->y_row + column * g->channels;
      for (size_t c = 0; c < whole; c += 8) window_f32(g, window + c, out + c, 0, mask);
      if (rest) window_f32(g, window + whole, out + whole, 1, mask);
    }
  }
}

INLINE void window_32_u8(const octavo_pool *g, const uint8_t *x, uint8_t *y) {
  __m256i best = _mm256_setzero_si256();
  for (size_t dy = 0; dy < g->kernel; dy++) {
    for (size_t dx = 0; dx < g->kernel; dx++) {
      const uint8_t *at = x + dy * g->x_row + dx * g->channels;
      best = _mm256_max_epu8(best, _mm256_loadu_si256((const __m256i *)at));
    }
  }
  _mm256_storeu_si256((__m256i *)y, best);
}

INLINE void window_16_u8(const octavo_pool *g, const uint8_t *x, uint8_t *y) {
  __m128i best = _mm_setzero_si128();
  for (size_t dy = 0; dy < g->kernel; dy++) {
    for (size_t dx = 0; dx < g->kernel; dx++) {
      const uint8_t *at = x + dy * g->x_row + dx * g->channels;
      best = _mm_max_epu8(best, _mm_loadu_si128((const __m128i *)at));
    }
  }
  _mm_storeu_si128((__m128i *)y, best);
}

INLINE void window_1_u8(const octavo_pool *g, const uint8_t *x, uint8_t *y) {
  uint8_t best = 0;
  for (size_t dy = 0; dy < g->kernel; dy++) {
    for (size_t dx = 0; dx < g->kernel; dx++) {
      const uint8_t value = x[dy * g->x_row + dx * g->channels];
      best = value > best ? value : best;
    }
  }
  *y = best;
}

void octavo_max_pool_u8_avx2(const octavo_pool *g, const uint8_t *x, uint8_t *y) {
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++) {
      const uint8_t *window = x + row * g->stride * g->x_row + column * g->stride * g->channels;
      uint8_t *out = y + row * g->y_row + column * g->channels;
      size_t c = 0;
      for (; c + 32 <= g->channels; c += 32) window_32_u8(g, window + c, out + c);
      for (; c + 16 <= g->channels; c += 16) window_16_u8(g, window + c, out + c);
      for (; c < g->channels; c++) window_1_u8(g, window + c, out + c);
    }
  }
}

// Eight channels of one window; cut is a constant where this is called. waiting holds the lanes whose maximum has
// not been met. Lanes without a hit are written back as they were, since adding zero would turn -0 into +0, or as zeros
// where windows do not overlap.
INLINE void send_back(const octavo_pool *g, const float *x, __m256 y, __m256 dy, float *dx, const int cut,
                      __m256i mask) {
  const int set = g->kernel <= g->stride;
  const __m256 y_nan = _mm256_cmp_ps(y, y, _CMP_UNORD_Q);
  __m256 waiting = _mm256_castsi256_ps(mask);
  for (size_t row = 0; row < g->kernel; row++) {
    for (size_t column = 0; column < g->kernel; column++) {
      const size_t at = row * g->x_row + column * g->channels;
      const __m256 value = load(x + at, cut, mask), old = set ? _mm256_setzero_ps() : load(dx + at, cut, mask);
      const __m256 both_nan = _mm256_and_ps(y_nan, _mm256_cmp_ps(value, value, _CMP_UNORD_Q));
      const __m256 equal = _mm256_or_ps(both_nan, _mm256_cmp_ps(value, y, _CMP_EQ_OQ));
      const __m256 hit = _mm256_and_ps(waiting, equal);
      store(dx + at, _mm256_blendv_ps(old, _mm256_add_ps(old, dy), hit), cut, mask);
      waiting = _mm256_andnot_ps(equal, waiting);
    }
  }
}

void octavo_max_pool_backward_f32_avx2(const octavo_pool *g, const float *x, const float *y, const float *dy,
                                       float *dx) {
  const size_t whole = g->channels & ~(size_t)7, rest = g->channels & 7;
  const __m256i mask = first_lanes(rest), all = first_lanes(8);
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++) {
      const size_t in = row * g->stride * g->x_row + column * g->stride * g->channels;
      const size_t out = row * g->y_row + column * g->channels;
      for (size_t c = 0; c < whole; c += 8) {
        send_back(g, x + in + c, _mm256_loadu_ps(y + out + c), _mm256_loadu_ps(dy + out + c), dx + in + c, 0,
                  all);
      }
      if (rest) {
        const size_t at = out + whole;
        send_back(g, x + in + whole, _mm256_maskload_ps(y + at, mask), _mm256_maskload_ps(dy + at, mask),
                  dx + in + whole, 1, mask);
      }
    }
  }
}

#pragma clang attribute pop

#endif
