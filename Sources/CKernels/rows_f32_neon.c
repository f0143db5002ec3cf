// What a transformer does to rows, with NEON.
#include "variants.h"

#if defined(__aarch64__)

#pragma STDC FP_CONTRACT OFF

#include "rows_f32_vector.h"

void octavo_rms_norm_f32_neon(const octavo_rms_norm_f32 *g) { rms_norm(g); }

void octavo_softmax_f32_neon(const octavo_softmax_f32 *g) { softmax(g); }

void octavo_silu_multiply_f32_neon(size_t count, const float *gate, const float *up, float *y) {
  silu_multiply(count, gate, up, y);
}

void octavo_rotate_pairs_f32_neon(const octavo_rotate_pairs_f32 *g) { rotate_pairs(g); }

void octavo_quantize_groups_neon(const octavo_quantize_groups *g) { quantize_groups(g); }

#endif
