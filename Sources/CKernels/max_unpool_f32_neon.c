// The places of windows' maxima, and the gradient that goes back to them, 4 channels at a time.
#include "variants.h"

#if defined(__aarch64__)

#include "neon.h"

#pragma STDC FP_CONTRACT OFF

INLINE float32x4_t load(const float *x, size_t count) { return count < 4 ? load_few_f32(x, count) : vld1q_f32(x); }

INLINE uint32x4_t place(const octavo_pool *g, const float *x, float32x4_t y, size_t count) {
  const uint32x4_t y_is_number = vceqq_f32(y, y);
  uint32x4_t found = vdupq_n_u32(0), waiting = vdupq_n_u32(~0u);
  for (size_t dy = 0; dy < g->kernel; dy++) {
    for (size_t dx = 0; dx < g->kernel; dx++) {
      const float32x4_t value = load(x + dy * g->x_row + dx * g->channels, count);
      const uint32x4_t a_number = vorrq_u32(y_is_number, vceqq_f32(value, value));
      // Equal, or both NaN.
      const uint32x4_t equal = vornq_u32(vceqq_f32(value, y), a_number);
      const uint32x4_t number = vdupq_n_u32((uint32_t)(dy * g->kernel + dx));
      found = vbslq_u32(vandq_u32(waiting, equal), number, found);
      waiting = vbicq_u32(waiting, equal);
    }
  }
  return found;
}

void octavo_max_pool_index_f32_neon(const octavo_pool *g, const float *x, const float *y, uint8_t *index) {
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++, index += g->channels) {
      const float *window = x + row * g->stride * g->x_row + column * g->stride * g->channels;
      const float *top = y + row * g->y_row + column * g->channels;
      for (size_t c = 0; c < g->channels; c += 4) {
        const size_t left = g->channels - c < 4 ? g->channels - c : 4;
        uint32_t places[4];
        vst1q_u32(places, place(g, window + c, load(top + c, left), left));
        for (size_t lane = 0; lane < left; lane++) index[c + lane] = (uint8_t)places[lane];
      }
    }
  }
}

void octavo_max_unpool_f32_neon(const octavo_pool *g, bool relu, const uint8_t *index, const float *y,
                                const float *dy, float *dx) {
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++, index += g->channels) {
      float *window = dx + row * g->stride * g->x_row + column * g->stride * g->channels;
      const size_t out = row * g->y_row + column * g->channels;
      for (size_t c = 0; c < g->channels; c += 4) {
        const size_t left = g->channels - c < 4 ? g->channels - c : 4;
        float32x4_t gradient = vaddq_f32(vdupq_n_f32(0.0f), load(dy + out + c, left));
        if (relu) gradient = where(vmvnq_u32(vclezq_f32(load(y + out + c, left))), gradient);
        uint32_t places[4] = {0};
        for (size_t lane = 0; lane < left; lane++) places[lane] = index[c + lane];
        const uint32x4_t place = vld1q_u32(places);
        for (size_t p = 0; p < g->kernel * g->kernel; p++) {
          const float32x4_t sent = where(vceqq_u32(place, vdupq_n_u32((uint32_t)p)), gradient);
          float *to = window + p / g->kernel * g->x_row + p % g->kernel * g->channels + c;
          if (left < 4) {
            store_few_f32(to, sent, left);
          } else {
            vst1q_f32(to, sent);
          }
        }
      }
    }
  }
}

#endif
