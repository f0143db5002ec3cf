// What a transformer does to rows, eight lanes at a time, written once for every instruction set: included where the
// target is in force. The last elements of a row go through a vector filled up with zeros.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "rows_f32.h"
#include "variants.h"

#define INLINE static inline __attribute__((always_inline))

typedef float f32x8 __attribute__((vector_size(32), aligned(4)));
typedef int32_t s32x8 __attribute__((vector_size(32), aligned(4)));

INLINE f32x8 splat(float x) { return (f32x8){x, x, x, x, x, x, x, x}; }

INLINE f32x8 load(const float *x) {
  f32x8 y;
  memcpy(&y, x, sizeof y);
  return y;
}

INLINE void store(float *x, f32x8 y) { memcpy(x, &y, sizeof y); }

INLINE f32x8 load_few(const float *x, size_t count, float rest) {
  f32x8 y = splat(rest);
  memcpy(&y, x, count * sizeof *x);
  return y;
}

INLINE void store_few(float *x, f32x8 y, size_t count) { memcpy(x, &y, count * sizeof *x); }

INLINE f32x8 fma8(f32x8 a, f32x8 b, f32x8 c) { return __builtin_elementwise_fma(a, b, c); }

// a where mask is set, else b.
INLINE f32x8 where(s32x8 mask, f32x8 a, f32x8 b) { return (f32x8)(((s32x8)a & mask) | ((s32x8)b & ~mask)); }

INLINE float total(f32x8 x) {
  const float half[4] = {x[0] + x[4], x[1] + x[5], x[2] + x[6], x[3] + x[7]};
  return (half[0] + half[2]) + (half[1] + half[3]);
}

INLINE f32x8 exponential(f32x8 x) {
  const f32x8 n = (x * splat(EXP_LOG2E) + splat(EXP_ROUND)) - splat(EXP_ROUND);
  const f32x8 r = fma8(n, splat(-EXP_LN2_LOW), fma8(n, splat(-EXP_LN2_HIGH), x));
  f32x8 sum = splat(EXP_TERM[0]);
#pragma clang loop unroll(full)
  for (int i = 1; i < EXP_TERMS; i++) sum = fma8(sum, r, splat(EXP_TERM[i]));
  const s32x8 power = (__builtin_convertvector(where(n == n, n, splat(0)), s32x8) + 127) << 23;
  return where(x < splat(EXP_LEAST), splat(0), sum * (f32x8)power);
}

INLINE void rms_norm(const octavo_rms_norm_f32 *g) {
  const size_t whole = g->n & ~(size_t)7, rest = g->n - whole;
  for (size_t i = 0; i < g->m; i++) {
    const float *x = g->x + i * g->n;
    float *y = g->y + i * g->n;
    f32x8 chain = splat(0);
    for (size_t j = 0; j < whole; j += 8) chain = fma8(load(x + j), load(x + j), chain);
    if (rest > 0) chain = fma8(load_few(x + whole, rest, 0), load_few(x + whole, rest, 0), chain);
    const f32x8 factor = splat(1.0f / __builtin_sqrtf(total(chain) / (float)g->n + g->epsilon));
    for (size_t j = 0; j < whole; j += 8) store(y + j, load(x + j) * factor * load(g->weight + j));
    if (rest > 0) {
      store_few(y + whole, load_few(x + whole, rest, 0) * factor * load_few(g->weight + whole, rest, 0), rest);
    }
  }
}

INLINE float largest(const float *x, size_t count) {
  const size_t whole = count & ~(size_t)7;
  f32x8 most = splat(-__builtin_inff());
  for (size_t j = 0; j < whole; j += 8) most = where(load(x + j) > most, load(x + j), most);
  if (count > whole) {
    const f32x8 last = load_few(x + whole, count - whole, -__builtin_inff());
    most = where(last > most, last, most);
  }
  float best = most[0];
  for (int l = 1; l < 8; l++) best = most[l] > best ? most[l] : best;
  return best;
}

INLINE void softmax(const octavo_softmax_f32 *g) {
  for (size_t i = 0; i < g->m; i++) {
    const size_t count = (size_t)g->count[i], whole = count & ~(size_t)7, rest = count - whole;
    float *x = g->x + i * g->x_row;
    const f32x8 most = splat(largest(x, count)), scale = splat(g->factor);
    f32x8 chain = splat(0);
    for (size_t j = 0; j < whole; j += 8) {
      const f32x8 e = exponential((load(x + j) - most) * scale);
      store(x + j, e);
      chain += e;
    }
    if (rest > 0) {
      store_few(x + whole, exponential((load_few(x + whole, rest, 0) - most) * scale), rest);
      chain += load_few(x + whole, rest, 0);
    }
    const f32x8 factor = splat(1.0f / total(chain));
    for (size_t j = 0; j < whole; j += 8) store(x + j, load(x + j) * factor);
    if (rest > 0) store_few(x + whole, load_few(x + whole, rest, 0) * factor, rest);
    memset(x + count, 0, (g->n - count) * sizeof *x);
  }
}

INLINE f32x8 silu_multiplied(f32x8 gate, f32x8 up) {
  const f32x8 negative = (f32x8)((s32x8)gate | INT32_MIN);
  const f32x8 e = exponential(negative);
  return gate * (where(gate < splat(0), e, splat(1)) / (splat(1) + e)) * up;
}

INLINE void silu_multiply(size_t count, const float *gate, const float *up, float *y) {
  const size_t whole = count & ~(size_t)7, rest = count - whole;
  for (size_t j = 0; j < whole; j += 8) store(y + j, silu_multiplied(load(gate + j), load(up + j)));
  if (rest > 0) {
    store_few(y + whole, silu_multiplied(load_few(gate + whole, rest, 0), load_few(up + whole, rest, 0)), rest);
  }
}

typedef float f32x4 __attribute__((vector_size(16), aligned(4)));

// Each of four values twice.
INLINE f32x8 doubled(const float *x, size_t count) {
  f32x4 y = {0, 0, 0, 0};
  memcpy(&y, x, count * sizeof *x);
  return __builtin_shufflevector(y, y, 0, 0, 1, 1, 2, 2, 3, 3);
}

// Four pairs, or the last few.
INLINE void rotate(float *x, const float *cosine, const float *sine, const size_t count) {
  const s32x8 first = {INT32_MIN, 0, INT32_MIN, 0, INT32_MIN, 0, INT32_MIN, 0};
  const f32x8 here = load_few(x, 2 * count, 0), other = __builtin_shufflevector(here, here, 1, 0, 3, 2, 5, 4, 7, 6);
  // a cos - b sin is a cos + b (-sin), bit for bit.
  const f32x8 turned = (f32x8)((s32x8)doubled(sine, count) ^ first);
  store_few(x, here * doubled(cosine, count) + other * turned, 2 * count);
}

INLINE void rotate_pairs(const octavo_rotate_pairs_f32 *g) {
  const size_t whole = g->pairs & ~(size_t)3;
  for (size_t h = 0; h < g->heads; h++) {
    float *x = g->x + h * 2 * g->pairs;
    for (size_t i = 0; i < whole; i += 4) rotate(x + 2 * i, g->cosine + i, g->sine + i, 4);
    if (whole < g->pairs) rotate(x + 2 * whole, g->cosine + whole, g->sine + whole, g->pairs - whole);
  }
}

typedef int8_t s8x8 __attribute__((vector_size(8), aligned(1)));

// Of up to eight values; the others count as 0.
INLINE s32x8 quantized(const float *x, const f32x8 scale, int8_t *q, const size_t count) {
  const s32x8 y = __builtin_convertvector(__builtin_elementwise_roundeven(load_few(x, count, 0) / scale), s32x8);
  const s8x8 bytes = __builtin_convertvector(y, s8x8);
  memcpy(q, &bytes, count);
  return y;
}

INLINE void quantize_groups(const octavo_quantize_groups *g) {
  const size_t whole = g->group & ~(size_t)7, rest = g->group - whole;
  const s32x8 magnitude = (s32x8)splat(0) + INT32_MAX;
  for (size_t p = 0; p * g->group < g->count; p++) {
    const float *x = g->x + p * g->group;
    int8_t *q = g->q + p * g->group;
    // Magnitudes compare as their bits do, and what is not finite is the largest.
    s32x8 most = (s32x8)splat(0), sum = most;
    for (size_t k = 0; k < whole; k += 8) most = __builtin_elementwise_max(most, (s32x8)load(x + k) & magnitude);
    if (rest > 0) most = __builtin_elementwise_max(most, (s32x8)load_few(x + whole, rest, 0) & magnitude);
    const int32_t bits = __builtin_reduce_max(most);
    float largest;
    memcpy(&largest, &bits, sizeof largest);
    const float scale = bits < 0x7f800000 ? largest / 127.0f : __builtin_nanf("");
    g->scale[p] = scale;
    g->sum[p] = 0;
    if (scale > 0) {
      for (size_t k = 0; k < whole; k += 8) sum += quantized(x + k, splat(scale), q + k, 8);
      if (rest > 0) sum += quantized(x + whole, splat(scale), q + whole, rest);
      g->sum[p] = __builtin_reduce_add(sum);
    } else {
      memset(q, 0, g->group);
    }
  }
}
