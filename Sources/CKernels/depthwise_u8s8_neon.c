// Depthwise convolution of integers, 8 channels at a time, each tap by a widening multiply-add; the last channels one by
// one.
#include "depthwise_u8s8.h"

#if defined(__aarch64__)

#include "neon.h"

INLINE void eight(const octavo_depthwise_u8s8 *g, size_t j) {
  const size_t pairs = (g->taps + 1) / 2;
  const int16_t *b = g->b + j / 16 * pairs * 32 + j % 16 * 2;
  for (size_t i = 0; i < g->m; i++) {
    const uint8_t *a = g->a + g->a_row[i] + j;
    int32x4_t low = vld1q_s32(g->start + j), high = vld1q_s32(g->start + j + 4);
    for (size_t t = 0; t < g->taps; t++) {
      const int16x8_t x = vreinterpretq_s16_u16(vmovl_u8(vld1_u8(a + g->a_tap[t])));
      const int16x8x2_t w = vld2q_s16(b + t / 2 * 32);
      low = vmlal_s16(low, vget_low_s16(x), vget_low_s16(w.val[t % 2]));
      high = vmlal_high_s16(high, x, w.val[t % 2]);
    }
    vst1q_s32(g->c + i * g->n + j, low);
    vst1q_s32(g->c + i * g->n + j + 4, high);
  }
}

void octavo_depthwise_u8s8_neon(const octavo_depthwise_u8s8 *g) {
  size_t j = 0;
  for (; j + 8 <= g->n; j += 8) eight(g, j);
  depthwise_channels(g, j);
}

#endif
