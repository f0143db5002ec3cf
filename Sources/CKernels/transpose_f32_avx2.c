// Transposition in squares of 8 x 8, the edges one by one.
#include "variants.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

// Rows r and r + 4 share a vector from the start: two rounds of 128-bit shuffles then finish a row of the result.
INLINE __m256 row_pair(const float *x, size_t ld_x, size_t r) {
  const __m256 upper = _mm256_castps128_ps256(_mm_loadu_ps(x + r * ld_x));
  return _mm256_insertf128_ps(upper, _mm_loadu_ps(x + (r + 4) * ld_x), 1);
}

// Eight rows by four columns into four rows of eight.
INLINE void half_square(const float *x, size_t ld_x, float *out, size_t ld_out) {
  const __m256 r0 = row_pair(x, ld_x, 0), r1 = row_pair(x, ld_x, 1);
  const __m256 r2 = row_pair(x, ld_x, 2), r3 = row_pair(x, ld_x, 3);
  const __m256 low01 = _mm256_unpacklo_ps(r0, r1), high01 = _mm256_unpackhi_ps(r0, r1);
  const __m256 low23 = _mm256_unpacklo_ps(r2, r3), high23 = _mm256_unpackhi_ps(r2, r3);
  _mm256_storeu_ps(out, _mm256_shuffle_ps(low01, low23, _MM_SHUFFLE(1, 0, 1, 0)));
  _mm256_storeu_ps(out + ld_out, _mm256_shuffle_ps(low01, low23, _MM_SHUFFLE(3, 2, 3, 2)));
  _mm256_storeu_ps(out + 2 * ld_out, _mm256_shuffle_ps(high01, high23, _MM_SHUFFLE(1, 0, 1, 0)));
  _mm256_storeu_ps(out + 3 * ld_out, _mm256_shuffle_ps(high01, high23, _MM_SHUFFLE(3, 2, 3, 2)));
}

void octavo_transpose_f32_avx2(size_t rows, size_t columns, const float *x, size_t ld_x, float *out,
                               size_t ld_out) {
  const size_t whole_rows = rows & ~(size_t)7, whole_columns = columns & ~(size_t)7;
  for (size_t j = 0; j < whole_columns; j += 8) {
    for (size_t i = 0; i < whole_rows; i += 8) {
      half_square(x + i * ld_x + j, ld_x, out + j * ld_out + i, ld_out);
      half_square(x + i * ld_x + j + 4, ld_x, out + (j + 4) * ld_out + i, ld_out);
    }
    for (size_t jj = j; jj < j + 8; jj++) {
      for (size_t i = whole_rows; i < rows; i++) out[jj * ld_out + i] = x[i * ld_x + jj];
    }
  }
  for (size_t j = whole_columns; j < columns; j++) {
    for (size_t i = 0; i < rows; i++) out[j * ld_out + i] = x[i * ld_x + j];
  }
}

#pragma clang attribute pop

#endif
