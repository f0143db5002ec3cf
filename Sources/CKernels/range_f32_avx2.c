// The range of values, 16 at a time, the rest by the scalar reference.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

void octavo_range_f32_avx2(size_t count, const float *x, float *low, float *high) {
  const __m256 inf = _mm256_set1_ps(__builtin_inff());
  __m256 least[2] = {inf, inf}, greatest[2] = {-inf, -inf}, unordered = _mm256_setzero_ps();
  const size_t whole = count & ~(size_t)15;
  for (size_t i = 0; i < whole; i += 16) {
#pragma clang loop unroll(full)
    for (int v = 0; v < 2; v++) {
      const __m256 y = _mm256_loadu_ps(x + i + 8 * v);
      unordered = _mm256_or_ps(unordered, _mm256_cmp_ps(y, y, _CMP_UNORD_Q));
      least[v] = _mm256_min_ps(least[v], y);
      greatest[v] = _mm256_max_ps(greatest[v], y);
    }
  }
  if (_mm256_movemask_ps(unordered)) {
    *low = *high = __builtin_nanf("");
    return;
  }
  // The lanes' ranges and the rest, as 16 + 16 values and up to 15 more, through the reference.
  float lanes[32], ends[4];
  _mm256_storeu_ps(lanes, least[0]);
  _mm256_storeu_ps(lanes + 8, least[1]);
  _mm256_storeu_ps(lanes + 16, greatest[0]);
  _mm256_storeu_ps(lanes + 24, greatest[1]);
  octavo_range_f32_scalar(count - whole, x + whole, ends, ends + 1);
  if (whole == 0 || ends[0] != ends[0]) {
    *low = ends[0];
    *high = ends[1];
    return;
  }
  octavo_range_f32_scalar(32, lanes, ends + 2, ends + 3);
  *low = ends[0] < ends[2] ? ends[0] : ends[2];
  *high = ends[1] > ends[3] ? ends[1] : ends[3];
}

#pragma clang attribute pop

#endif
