// Max-pooling with a lane per channel: vectors of 4 floats, of 16 and 8 bytes. The last channels forward are a vector
// that overlaps the one before it, whose results are then written twice, or one by one; backward they are a vector cut.
#include "variants.h"

#if defined(__aarch64__)

#include "neon.h"

#pragma STDC FP_CONTRACT OFF

// The larger of two, or value where that is NaN; a NaN in best stays. Selecting keeps every bit.
INLINE float32x4_t larger(float32x4_t best, float32x4_t value) {
  const uint32x4_t above_or_nan = vornq_u32(vcgtq_f32(value, best), vceqq_f32(value, value));
  return vbslq_f32(above_or_nan, value, best);
}

// Four channels of one window.
INLINE void window_f32(const octavo_pool *g, const float *x, float *y) {
  float32x4_t best = vld1q_f32(x);
  for (size_t dy = 0; dy < g->kernel; dy++) {
    for (size_t dx = 0; dx < g->kernel; dx++) {
      best = larger(best, vld1q_f32(x + dy * g->x_row + dx * g->channels));
    }
  }
  vst1q_f32(y, best);
}

void octavo_max_pool_f32_neon(const octavo_pool *g, const float *x, float *y) {
  if (g->channels < 4) {
    octavo_max_pool_f32_scalar(g, x, y);
    return;
  }
  const size_t last = g->channels - 4;
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++) {
      const float *window = x + row * g->stride * g->x_row + column * g->stride * g->channels;
      float *out = y + row * g->y_row + column * g->channels;
      for (size_t c = 0; c < last; c += 4) window_f32(g, window + c, out + c);
      window_f32(g, window + last, out + last);
    }
  }
}

INLINE void window_16_u8(const octavo_pool *g, const uint8_t *x, uint8_t *y) {
  uint8x16_t best = vdupq_n_u8(0);
  for (size_t dy = 0; dy < g->kernel; dy++) {
    for (size_t dx = 0; dx < g->kernel; dx++) {
      best = vmaxq_u8(best, vld1q_u8(x + dy * g->x_row + dx * g->channels));
    }
  }
  vst1q_u8(y, best);
}

INLINE void window_8_u8(const octavo_pool *g, const uint8_t *x, uint8_t *y) {
  uint8x8_t best = vdup_n_u8(0);
  for (size_t dy = 0; dy < g->kernel; dy++) {
    for (size_t dx = 0; dx < g->kernel; dx++) {
      best = vmax_u8(best, vld1_u8(x + dy * g->x_row + dx * g->channels));
    }
  }
  vst1_u8(y, best);
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

void octavo_max_pool_u8_neon(const octavo_pool *g, const uint8_t *x, uint8_t *y) {
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++) {
      const uint8_t *window = x + row * g->stride * g->x_row + column * g->stride * g->channels;
      uint8_t *out = y + row * g->y_row + column * g->channels;
      size_t c = 0;
      for (; c + 16 <= g->channels; c += 16) window_16_u8(g, window + c, out + c);
      for (; c + 8 <= g->channels; c += 8) window_8_u8(g, window + c, out + c);
      for (; c < g->channels; c++) window_1_u8(g, window + c, out + c);
    }
  }
}

INLINE float32x4_t load(const float *x, size_t count) { return count < 4 ? load_few_f32(x, count) : vld1q_f32(x); }

// At most four channels of one window. waiting holds the lanes whose maximum has not been met. Lanes without a hit are
// written back as they were, since adding zero would turn -0 into +0, or as zeros where windows do not overlap.
INLINE void send_back(const octavo_pool *g, const float *x, const float *y, const float *dy, float *dx, size_t count) {
  const bool set = g->kernel <= g->stride;
  const float32x4_t top = load(y, count), gradient = load(dy, count);
  const uint32x4_t top_is_number = vceqq_f32(top, top);
  uint32x4_t waiting = vdupq_n_u32(~0u);
  for (size_t row = 0; row < g->kernel; row++) {
    for (size_t column = 0; column < g->kernel; column++) {
      const size_t at = row * g->x_row + column * g->channels;
      const float32x4_t value = load(x + at, count), old = set ? vdupq_n_f32(0.0f) : load(dx + at, count);
      const uint32x4_t a_number = vorrq_u32(top_is_number, vceqq_f32(value, value));
      // Equal, or both NaN.
      const uint32x4_t equal = vornq_u32(vceqq_f32(value, top), a_number);
      const float32x4_t sum = vbslq_f32(vandq_u32(waiting, equal), vaddq_f32(old, gradient), old);
      if (count < 4) {
        store_few_f32(dx + at, sum, count);
      } else {
        vst1q_f32(dx + at, sum);
      }
      waiting = vbicq_u32(waiting, equal);
    }
  }
}

void octavo_max_pool_backward_f32_neon(const octavo_pool *g, const float *x, const float *y, const float *dy,
                                       float *dx) {
  const size_t whole = g->channels & ~(size_t)3, rest = g->channels & 3;
  for (size_t row = 0; row < g->out_height; row++) {
    for (size_t column = 0; column < g->out_width; column++) {
      const size_t in = row * g->stride * g->x_row + column * g->stride * g->channels;
      const size_t out = row * g->y_row + column * g->channels;
      for (size_t c = 0; c < whole; c += 4) send_back(g, x + in + c, y + out + c, dy + out + c, dx + in + c, 4);
      if (rest) {
        const size_t to = out + whole;
        send_back(g, x + in + whole, y + to, dy + to, dx + in + whole, rest);
      }
    }
  }
}

#endif
