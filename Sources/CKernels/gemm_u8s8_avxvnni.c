// The integer matrix product by vpdpbusd, which adds four products of bytes to each 32-bit lane, exact for all operands.
#include "variants.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)

#include "gemm_u8s8_256.h"

INLINE void add_vnni(__m256i sum[ROWS][2], const uint8_t *const a[ROWS], ptrdiff_t at, const int8_t *w,
                     const int rows, const int vectors) {
  __m256i w_v[2];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) w_v[v] = _mm256_loadu_si256((const __m256i *)(w + 32 * v));
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const __m256i x = broadcast4(a[r] + at);
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[r][v] = _mm256_dpbusd_avx_epi32(sum[r][v], x, w_v[v]);
  }
}

OCTAVO_TILES(vnni);

void octavo_gemm_u8s8_avxvnni(const octavo_gemm_u8s8 *g) { product(g, vnni_tiles); }

#pragma clang attribute pop

#endif
