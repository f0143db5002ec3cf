// The places of windows' maxima, and the gradient that goes back to them, 16 channels at a time.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

INLINE __mmask16 first_lanes(size_t count) { return (__mmask16)(count < 16 ? (1u << count) - 1 : 0xffff); }

INLINE __m512i place(const octavo_pool *g, const float *x, __m512 y, __mmask16 mask) {
  const __mmask16 y_nan = _mm512_cmp_ps_mask(y, y, _CMP_UNORD_Q);
  __m512i found = _mm512_setzero_si512();
  __mmask16 waiting = mask;
  for (size_t dy = 0; dy < g->kernel; dy++) {
    for (size_t dx = 0; dx < g->kernel; dx++) {
      const __m512 value = _mm512_maskz_loadu_ps(mask, x + dy * g->x_row + dx * g->channels);
      const __mmask16 both_nan = y_nan & _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q);
      const __mmask16 equal = both_nan | _mm512_cmp_ps_mask(value, y, _CMP_EQ_OQ);
      found = _mm512_mask_mov_epi32(found, waiting & equal, _mm512_set1_epi32((int)(dy * g->kernel + dx)));
      waiting &= (__mmask16)~equal;
    }
  }
  return found;
}

void octavo_max_pool_index_f32_avx512vnni(const octavo_pool *g, const float *x, const float *y, uint8_t *index) {
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++, index += g->channels) {
      const float *window = x + row * g->stride * g->x_row + column * g->stride * g->channels;
      const float *top = y + row * g->y_row + column * g->channels;
      for (size_t c = 0; c < g->channels; c += 16) {
        const __mmask16 mask = first_lanes(g->channels - c);
        const __m512i found = place(g, window + c, _mm512_maskz_loadu_ps(mask, top + c), mask);
        const __m128i bytes = _mm512_cvtepi32_epi8(found);
        if (mask == 0xffff) {
          _mm_storeu_si128((__m128i *)(index + c), bytes);
        } else {
          _mm_mask_storeu_epi8(index + c, mask, bytes);
        }
      }
    }
  }
}

void octavo_max_unpool_f32_avx512vnni(const octavo_pool *g, bool relu, const uint8_t *index, const float *y,
                                      const float *dy, float *dx) {
  const __m512 zero = _mm512_setzero_ps();
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++, index += g->channels) {
      float *window = dx + row * g->stride * g->x_row + column * g->stride * g->channels;
      const size_t out = row * g->y_row + column * g->channels;
      for (size_t c = 0; c < g->channels; c += 16) {
        const __mmask16 mask = first_lanes(g->channels - c);
        __mmask16 on = mask;
        if (relu) on &= _mm512_cmp_ps_mask(_mm512_maskz_loadu_ps(mask, y + out + c), zero, _CMP_NLE_UQ);
        const __m512 gradient = _mm512_maskz_add_ps(on, zero, _mm512_maskz_loadu_ps(mask, dy + out + c));
        const __m512i place = _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(mask, index + c));
        for (size_t p = 0; p < g->kernel * g->kernel; p++) {
          const __mmask16 hit = _mm512_cmpeq_epi32_mask(place, _mm512_set1_epi32((int)p));
          float *to = window + p / g->kernel * g->x_row + p % g->kernel * g->channels + c;
          _mm512_mask_storeu_ps(to, mask, _mm512_maskz_mov_ps(hit, gradient));
        }
      }
    }
  }
}

#pragma clang attribute pop

#endif
