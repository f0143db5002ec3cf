// Sixteen columns as two registers of 256 bits, for gemm_groups.h.
#ifndef OCTAVO_GROUPS_256_H
#define OCTAVO_GROUPS_256_H

enum {
  // Bytes of weights between what is asked for and what is read.
  AHEAD = 4096,
};

typedef struct {
  __m256i v[2];
} columns16;

typedef struct {
  __m256 v[2];
} reals16;

INLINE __m256i broadcast4(const int8_t *a) {
  int32_t word;
  memcpy(&word, a, sizeof word);
  return _mm256_set1_epi32(word);
}

INLINE void clear(columns16 sum[TILE_ROWS], const int rows) {
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) sum[r].v[0] = sum[r].v[1] = _mm256_setzero_si256();
}

INLINE reals16 zeros(void) { return (reals16){{_mm256_setzero_ps(), _mm256_setzero_ps()}}; }

INLINE reals16 widened(const uint16_t *scale) {
  return (reals16){{_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)scale)),
                    _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)scale + 1))}};
}

INLINE reals16 merge(reals16 y, columns16 sum, int32_t extra, float factor, reals16 scales) {
#pragma clang loop unroll(full)
  for (int v = 0; v < 2; v++) {
    const __m256 real = _mm256_cvtepi32_ps(_mm256_sub_epi32(sum.v[v], _mm256_set1_epi32(extra)));
    y.v[v] = _mm256_fmadd_ps(real, _mm256_mul_ps(_mm256_set1_ps(factor), scales.v[v]), y.v[v]);
  }
  return y;
}

INLINE void stored(reals16 y, float *out) {
  _mm256_storeu_ps(out, y.v[0]);
  _mm256_storeu_ps(out + 8, y.v[1]);
}

#endif
