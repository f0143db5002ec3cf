// The loops that every set with 256-bit registers shares. Included where the target of an instruction set is in force.
#ifndef OCTAVO_PEAK_256_H
#define OCTAVO_PEAK_256_H

#include <immintrin.h>

#include "peaks.h"

enum { CHAINS = 12, VECTOR = 32 };

static void f32(size_t rounds) {
  __m256 x = _mm256_set1_ps(0.75f);
  const __m256 y = _mm256_set1_ps(0.5f);
  OCTAVO_CHAINS(__m256, _mm256_setzero_ps(), rounds, x, _mm256_fmadd_ps(x, y, sum[i]));
}

static void copy(size_t bytes, const void *from, void *to) {
  const char *source = from;
  char *target = to;
  for (size_t i = 0; i + 2 * VECTOR <= bytes; i += 2 * VECTOR) {
    __m256i a = _mm256_loadu_si256((const __m256i *)(source + i));
    __m256i b = _mm256_loadu_si256((const __m256i *)(source + i + VECTOR));
    OCTAVO_RENEW(a);
    OCTAVO_RENEW(b);
    _mm256_storeu_si256((__m256i *)(target + i), a);
    _mm256_storeu_si256((__m256i *)(target + i + VECTOR), b);
  }
}

static void read_all(size_t bytes, const void *from) {
  const char *source = from;
  __m256i a = _mm256_setzero_si256(), b = a;
  for (size_t i = 0; i + 2 * VECTOR <= bytes; i += 2 * VECTOR) {
    a = _mm256_xor_si256(a, _mm256_loadu_si256((const __m256i *)(source + i)));
    b = _mm256_xor_si256(b, _mm256_loadu_si256((const __m256i *)(source + i + VECTOR)));
  }
  OCTAVO_USE(a);
  OCTAVO_USE(b);
}

#endif
