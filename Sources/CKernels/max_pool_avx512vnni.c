// Float max-pooling, 16 channels at a time, the last of them under a mask.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

INLINE __mmask16 first_lanes(size_t count) { return (__mmask16)(count < 16 ? (1u << count) - 1 : 0xffff); }

// One window of sixteen channels by the definition: the larger value, and a NaN over everything before it.
INLINE __m512 window_with_nan(const octavo_pool *g, const float *x, __mmask16 mask) {
  __m512 best = _mm512_maskz_loadu_ps(mask, x);
  for (size_t dy = 0; dy < g->kernel; dy++) {
    for (size_t dx = 0; dx < g->kernel; dx++) {
      const __m512 value = _mm512_maskz_loadu_ps(mask, x + dy * g->x_row + dx * g->channels);
      const __mmask16 above = _mm512_cmp_ps_mask(value, best, _CMP_GT_OQ);
      const __mmask16 nan = _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q);
      best = _mm512_mask_mov_ps(best, above | nan, value);
    }
  }
  return best;
}

// The same for a kernel that is a constant where this is called: max is one instruction, right but for NaN, which is
// looked for beside it. It returns its second operand for two zeros: the first of equals stays.
INLINE __m512 window(const octavo_pool *g, const float *x, const size_t kernel, __mmask16 mask) {
  __m512 best = _mm512_maskz_loadu_ps(mask, x);
  __mmask16 nan = _mm512_cmp_ps_mask(best, best, _CMP_UNORD_Q);
#pragma clang loop unroll(full)
  for (size_t dy = 0; dy < kernel; dy++) {
#pragma clang loop unroll(full)
    for (size_t dx = 0; dx < kernel; dx++) {
      if (dy + dx == 0) continue;
      const __m512 value = _mm512_maskz_loadu_ps(mask, x + dy * g->x_row + dx * g->channels);
      nan |= _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q);
      best = _mm512_max_ps(value, best);
    }
  }
  return __builtin_expect(nan != 0, 0) ? window_with_nan(g, x, mask) : best;
}

INLINE void run(const octavo_pool *g, const float *x, float *y, const size_t kernel) {
  const size_t channels = g->channels;
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++) {
      const float *from = x + row * g->stride * g->x_row + column * g->stride * channels;
      float *out = y + row * g->y_row + column * channels;
      for (size_t c = 0; c < channels; c += 16) {
        const __mmask16 mask = first_lanes(channels - c);
        const __m512 best = kernel == 0 ? window_with_nan(g, from + c, mask) : window(g, from + c, kernel, mask);
        _mm512_mask_storeu_ps(out + c, mask, best);
      }
    }
  }
}

void octavo_max_pool_f32_avx512vnni(const octavo_pool *g, const float *x, float *y) {
  if (g->kernel == 2) {
    run(g, x, y, 2);
  } else if (g->kernel == 3) {
    run(g, x, y, 3);
  } else {
    run(g, x, y, 0);
  }
}

// Sixteen channels of one window. waiting holds the lanes whose maximum has not been met. Lanes without a hit are not
// written, since adding zero would turn -0 into +0, or become zeros where windows do not overlap. kernel and set are
// constants where this is called.
INLINE void send_back(const octavo_pool *g, const float *x, __m512 y, __m512 dy, float *dx, __mmask16 mask,
                      const size_t kernel, const int set) {
  const __mmask16 y_nan = _mm512_cmp_ps_mask(y, y, _CMP_UNORD_Q);
  __mmask16 waiting = mask;
  for (size_t row = 0; row < kernel; row++) {
    for (size_t column = 0; column < kernel; column++) {
      const size_t at = row * g->x_row + column * g->channels;
      const __m512 value = _mm512_maskz_loadu_ps(mask, x + at);
      const __mmask16 both_nan = y_nan & _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q);
      const __mmask16 equal = both_nan | _mm512_cmp_ps_mask(value, y, _CMP_EQ_OQ);
      const __mmask16 hit = waiting & equal;
      if (set) {
        _mm512_mask_storeu_ps(dx + at, mask, _mm512_maskz_add_ps(hit, _mm512_setzero_ps(), dy));
      } else {
        _mm512_mask_storeu_ps(dx + at, hit, _mm512_add_ps(_mm512_maskz_loadu_ps(mask, dx + at), dy));
      }
      waiting &= (__mmask16)~equal;
    }
  }
}

INLINE void run_backward(const octavo_pool *g, const float *x, const float *y, const float *dy, float *dx,
                         const size_t kernel, const int set) {
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++) {
      const size_t in = row * g->stride * g->x_row + column * g->stride * g->channels;
      const size_t out = row * g->y_row + column * g->channels;
      for (size_t c = 0; c < g->channels; c += 16) {
        const __mmask16 mask = first_lanes(g->channels - c);
        send_back(g, x + in + c, _mm512_maskz_loadu_ps(mask, y + out + c),
                  _mm512_maskz_loadu_ps(mask, dy + out + c), dx + in + c, mask, kernel, set);
      }
    }
  }
}

void octavo_max_pool_backward_f32_avx512vnni(const octavo_pool *g, const float *x, const float *y, const float *dy,
                                             float *dx) {
  if (g->kernel == 2 && g->stride == 2) {
    run_backward(g, x, y, dy, dx, 2, 1);
  } else {
    run_backward(g, x, y, dy, dx, g->kernel, g->kernel <= g->stride);
  }
}

#pragma clang attribute pop

#endif
