// Winograd's transforms with 16 lanes.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

enum { WIDTH = 16 };
#define SET(x) _mm512_set1_ps(x)
#define ADD _mm512_add_ps
#define SUB _mm512_sub_ps
#define FMA _mm512_fmadd_ps
// max returns its second operand for NaN and for two zeros: NaN and -0 stay.
#define RECTIFIED(x) _mm512_max_ps(SET(0), x)
typedef __m512 vector;
typedef __mmask16 lanes;

INLINE lanes first_lanes(size_t count) { return (lanes)(count < 16 ? (1u << count) - 1 : 0xffff); }

INLINE vector load(const float *x, lanes mask) { return _mm512_maskz_loadu_ps(mask, x); }

INLINE void store(float *x, vector value, lanes mask) { _mm512_mask_storeu_ps(x, mask, value); }

#include "winograd_f32_vector.h"

void octavo_winograd_input_f32_avx512vnni(const octavo_winograd_input_f32 *g) { input_tiles(g); }

void octavo_winograd_output_f32_avx512vnni(const octavo_winograd_output_f32 *g) { output_tiles(g); }

#pragma clang attribute pop

#endif
