// Winograd's transforms with 8 lanes.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

enum { WIDTH = 8 };
#define SET(x) _mm256_set1_ps(x)
#define ADD _mm256_add_ps
#define SUB _mm256_sub_ps
#define FMA _mm256_fmadd_ps
// max returns its second operand for NaN and for two zeros: NaN and -0 stay.
#define RECTIFIED(x) _mm256_max_ps(SET(0), x)
typedef __m256 vector;

#include "lanes_256.h"
#include "winograd_f32_vector.h"

void octavo_winograd_input_f32_avx2(const octavo_winograd_input_f32 *g) { input_tiles(g); }

void octavo_winograd_output_f32_avx2(const octavo_winograd_output_f32 *g) { output_tiles(g); }

#pragma clang attribute pop

#endif
