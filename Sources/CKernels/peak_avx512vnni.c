// The ceilings of AVX-512 with VNNI: registers of 64 bytes, 32 of them.
#include "peaks.h"

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512vnni"))), apply_to = function)

enum { CHAINS = 16, VECTOR = 64 };

static void f32(size_t rounds) {
  __m512 x = _mm512_set1_ps(0.75f);
  const __m512 y = _mm512_set1_ps(0.5f);
  OCTAVO_CHAINS(__m512, _mm512_setzero_ps(), rounds, x, _mm512_fmadd_ps(x, y, sum[i]));
}

static void u8s8(size_t rounds) {
  __m512i x = _mm512_set1_epi32(0x03030303);
  const __m512i w = _mm512_set1_epi32(0x02020202);
  OCTAVO_CHAINS(__m512i, _mm512_setzero_si512(), rounds, x, _mm512_dpbusd_epi32(sum[i], x, w));
}

static void copy(size_t bytes, const void *from, void *to) {
  const char *source = from;
  char *target = to;
  for (size_t i = 0; i + 2 * VECTOR <= bytes; i += 2 * VECTOR) {
    __m512i a = _mm512_loadu_si512(source + i), b = _mm512_loadu_si512(source + i + VECTOR);
    OCTAVO_RENEW(a);
    OCTAVO_RENEW(b);
    _mm512_storeu_si512(target + i, a);
    _mm512_storeu_si512(target + i + VECTOR, b);
  }
}

static void read_all(size_t bytes, const void *from) {
  const char *source = from;
  __m512i a = _mm512_setzero_si512(), b = a;
  for (size_t i = 0; i + 2 * VECTOR <= bytes; i += 2 * VECTOR) {
    a = _mm512_xor_si512(a, _mm512_loadu_si512(source + i));
    b = _mm512_xor_si512(b, _mm512_loadu_si512(source + i + VECTOR));
  }
  OCTAVO_USE(a);
  OCTAVO_USE(b);
}

#pragma clang attribute pop

const octavo_peaks octavo_peaks_avx512vnni = {
    .f32 = {.operations = 2 * 16 * CHAINS, .run = f32},
    .u8s8_pairwise = {.operations = 2 * 64 * CHAINS, .run = u8s8},
    .u8s8_wide = {.operations = 2 * 64 * CHAINS, .run = u8s8},
    .copy = copy,
    .read = read_all,
};

#endif
