// Max-pooling of sums, 16 channels at a time, the last of them under a mask.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)

// A kernel of 2 is a constant where this is called.
static inline __attribute__((always_inline)) void run(const octavo_pool *g, const int32_t *x, int32_t *y,
                                                      const size_t kernel) {
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++) {
      const int32_t *from = x + row * g->stride * g->x_row + column * g->stride * g->channels;
      int32_t *out = y + row * g->y_row + column * g->channels;
      for (size_t c = 0; c < g->channels; c += 16) {
        const size_t left = g->channels - c;
        const __mmask16 mask = (__mmask16)(left < 16 ? (1u << left) - 1 : 0xffff);
        __m512i best = _mm512_maskz_loadu_epi32(mask, from + c);
        for (size_t dy = 0; dy < kernel; dy++) {
          for (size_t dx = 0; dx < kernel; dx++) {
            const int32_t *at = from + c + dy * g->x_row + dx * g->channels;
            best = _mm512_max_epi32(best, _mm512_maskz_loadu_epi32(mask, at));
          }
        }
        _mm512_mask_storeu_epi32(out + c, mask, best);
      }
    }
  }
}

void octavo_max_pool_s32_avx512vnni(const octavo_pool *g, const int32_t *x, int32_t *y) {
  if (g->kernel == 2) {
    run(g, x, y, 2);
  } else {
    run(g, x, y, g->kernel);
  }
}

#pragma clang attribute pop

#endif
