// One step of Adam, 8 parameters at a time, the rest under a mask. Division and square root are the exactly
// rounded ones; nothing is fused.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

typedef struct {
  __m256 one_minus_beta1, beta2, one_minus_beta2, step_size, sqrt_correction2, epsilon;
} constants;

INLINE void step(const constants *k, __m256 g, __m256 *m, __m256 *v, __m256 *w) {
  *m = _mm256_add_ps(*m, _mm256_mul_ps(_mm256_sub_ps(g, *m), k->one_minus_beta1));
  *v = _mm256_add_ps(_mm256_mul_ps(*v, k->beta2), _mm256_mul_ps(_mm256_mul_ps(g, g), k->one_minus_beta2));
  const __m256 root = _mm256_div_ps(_mm256_sqrt_ps(*v), k->sqrt_correction2);
  const __m256 ratio = _mm256_div_ps(*m, _mm256_add_ps(root, k->epsilon));
  *w = _mm256_sub_ps(*w, _mm256_mul_ps(k->step_size, ratio));
}

void octavo_adam_f32_avx2(const octavo_adam_f32 *s) {
  const constants k = {.one_minus_beta1 = _mm256_set1_ps(s->one_minus_beta1),
                       .beta2 = _mm256_set1_ps(s->beta2),
                       .one_minus_beta2 = _mm256_set1_ps(s->one_minus_beta2),
                       .step_size = _mm256_set1_ps(s->step_size),
                       .sqrt_correction2 = _mm256_set1_ps(s->sqrt_correction2),
                       .epsilon = _mm256_set1_ps(s->epsilon)};
  size_t i = 0;
  for (; i + 8 <= s->count; i += 8) {
    __m256 m = _mm256_loadu_ps(s->m + i), v = _mm256_loadu_ps(s->v + i), w = _mm256_loadu_ps(s->w + i);
    step(&k, _mm256_loadu_ps(s->g + i), &m, &v, &w);
    _mm256_storeu_ps(s->m + i, m);
    _mm256_storeu_ps(s->v + i, v);
    _mm256_storeu_ps(s->w + i, w);
  }
  if (i == s->count) return;
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(s->count - i)), lanes);
  __m256 m = _mm256_maskload_ps(s->m + i, mask), v = _mm256_maskload_ps(s->v + i, mask);
  __m256 w = _mm256_maskload_ps(s->w + i, mask);
  step(&k, _mm256_maskload_ps(s->g + i, mask), &m, &v, &w);
  _mm256_maskstore_ps(s->m + i, mask, m);
  _mm256_maskstore_ps(s->v + i, mask, v);
  _mm256_maskstore_ps(s->w + i, mask, w);
}

#pragma clang attribute pop

#endif
