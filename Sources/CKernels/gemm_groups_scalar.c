// Rows of bytes times weights whose scales belong to groups of terms, by the definition.
#include <math.h>
#include <string.h>

#include "variants.h"

#pragma STDC FP_CONTRACT OFF

// The real number of a binary16: those below its least normal number are multiples of 2^-24.
static float half(uint16_t bits) {
  const uint32_t sign = (uint32_t)(bits & 0x8000) << 16, exponent = bits >> 10 & 0x1f, fraction = bits & 0x3ff;
  if (exponent == 0) {
    const float magnitude = (float)fraction * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  const uint32_t wide = sign | (exponent == 0x1f ? 0xff : exponent + 112) << 23 | fraction << 13;
  float x;
  memcpy(&x, &wide, sizeof x);
  return x;
}

static int32_t weight_8(const uint8_t *w, size_t four, size_t lane, size_t t) {
  return (int8_t)w[four * 64 + lane * 4 + t];
}

static int32_t weight_4(const uint8_t *w, size_t four, size_t lane, size_t t) {
  const uint8_t pair = w[four / 2 * 64 + lane * 4 + t];
  return (four % 2 ? pair >> 4 : pair & 15) - 8;
}

static void product(const octavo_gemm_groups *g, size_t four_bytes,
                    int32_t (*weight)(const uint8_t *, size_t, size_t, size_t)) {
  const size_t fours = g->groups * g->fours;
  for (size_t i = 0; i < g->m; i++) {
    for (size_t j = 0; j < g->n; j++) {
      const uint8_t *w = g->w + j / OCTAVO_PANEL * fours * four_bytes;
      const uint16_t *w_scale = g->w_scale + j / OCTAVO_PANEL * g->groups * OCTAVO_PANEL + j % OCTAVO_PANEL;
      float y = 0;
      for (size_t p = 0; p < g->groups; p++) {
        int32_t sum = 0;
        for (size_t four = p * g->fours; four < (p + 1) * g->fours; four++) {
          for (size_t t = 0; t < 4; t++) sum += g->a[i * g->a_row + four * 4 + t] * weight(w, four, j % OCTAVO_PANEL, t);
        }
        y = fmaf((float)sum, g->a_scale[i * g->groups + p] * half(w_scale[p * OCTAVO_PANEL]), y);
      }
      g->y[i * g->y_row + j] = y;
    }
  }
}

void octavo_gemm_groups_8_scalar(const octavo_gemm_groups *g) { product(g, 64, weight_8); }

void octavo_gemm_groups_4_scalar(const octavo_gemm_groups *g) { product(g, 32, weight_4); }
