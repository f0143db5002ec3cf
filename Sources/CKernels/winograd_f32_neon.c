// Winograd's transforms with 4 lanes.
#include "variants.h"

#if defined(__aarch64__)

#include "neon.h"

#pragma STDC FP_CONTRACT OFF

enum { WIDTH = 4 };
#define SET(x) vdupq_n_f32(x)
#define ADD vaddq_f32
#define SUB vsubq_f32
#define FMA(a, b, c) vfmaq_f32(c, a, b)
#define RECTIFIED rectified
typedef float32x4_t vector;
// How many lanes are in use.
typedef size_t lanes;

INLINE lanes first_lanes(size_t count) { return count < 4 ? count : 4; }

INLINE vector load(const float *x, lanes count) { return count < 4 ? load_few_f32(x, count) : vld1q_f32(x); }

INLINE void store(float *x, vector value, lanes count) {
  if (count < 4) {
    store_few_f32(x, value, count);
  } else {
    vst1q_f32(x, value);
  }
}

#include "winograd_f32_vector.h"

void octavo_winograd_input_f32_neon(const octavo_winograd_input_f32 *g) { input_tiles(g); }

void octavo_winograd_output_f32_neon(const octavo_winograd_output_f32 *g) { output_tiles(g); }

#endif
