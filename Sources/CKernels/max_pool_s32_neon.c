// Max-pooling of sums with a lane per channel. The last channels are a vector that overlaps the one before it.
#include "variants.h"

#if defined(__aarch64__)

#include "neon.h"

INLINE void window(const octavo_pool *g, const int32_t *x, int32_t *y) {
  int32x4_t best = vld1q_s32(x);
  for (size_t dy = 0; dy < g->kernel; dy++) {
    for (size_t dx = 0; dx < g->kernel; dx++) {
      best = vmaxq_s32(best, vld1q_s32(x + dy * g->x_row + dx * g->channels));
    }
  }
  vst1q_s32(y, best);
}

void octavo_max_pool_s32_neon(const octavo_pool *g, const int32_t *x, int32_t *y) {
  if (g->channels < 4) {
    octavo_max_pool_s32_scalar(g, x, y);
    return;
  }
  const size_t last = g->channels - 4;
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++) {
      const int32_t *from = x + row * g->stride * g->x_row + column * g->stride * g->channels;
      int32_t *out = y + row * g->y_row + column * g->channels;
      for (size_t c = 0; c < last; c += 4) window(g, from + c, out + c);
      window(g, from + last, out + last);
    }
  }
}

#endif
