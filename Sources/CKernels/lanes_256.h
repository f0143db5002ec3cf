// Eight floats, or the first of them. Included where the target of an instruction set is in force.
#ifndef OCTAVO_LANES_256_H
#define OCTAVO_LANES_256_H

#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>

#define OCTAVO_LANES static inline __attribute__((always_inline))

// `whole` is a constant where loops are hot: on AMD's processors a store under a mask takes as long as a dozen others.
typedef struct {
  __m256i mask;
  bool whole;
} lanes;

OCTAVO_LANES lanes first_lanes(size_t count) {
  const __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return (lanes){.mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(count < 8 ? count : 8)), index),
                 .whole = count >= 8};
}

OCTAVO_LANES __m256 load(const float *x, lanes l) {
  return l.whole ? _mm256_loadu_ps(x) : _mm256_maskload_ps(x, l.mask);
}

OCTAVO_LANES void store(float *y, __m256 v, lanes l) {
  if (l.whole) {
    _mm256_storeu_ps(y, v);
  } else {
    _mm256_maskstore_ps(y, l.mask, v);
  }
}

#endif
