// What a transformer does to rows of float32 besides products: the reference. Sums run in eight chains, element j in
// chain j % 8, which are added by halves, so that vectors of four and of eight lanes give the same bits.
#include <math.h>
#include <string.h>

#include "rows_f32.h"
#include "variants.h"

#pragma STDC FP_CONTRACT OFF

static float total(const float chain[8]) {
  float half[4], quarter[2];
  for (int l = 0; l < 4; l++) half[l] = chain[l] + chain[l + 4];
  for (int l = 0; l < 2; l++) quarter[l] = half[l] + half[l + 2];
  return quarter[0] + quarter[1];
}

static float exponential(float x) {
  if (x < EXP_LEAST) return 0.0f;
  const float n = (x * EXP_LOG2E + EXP_ROUND) - EXP_ROUND;
  const float r = fmaf(n, -EXP_LN2_LOW, fmaf(n, -EXP_LN2_HIGH, x));
  float sum = EXP_TERM[0];
  for (int i = 1; i < EXP_TERMS; i++) sum = fmaf(sum, r, EXP_TERM[i]);
  const int32_t bits = ((int32_t)(isnan(n) ? 0.0f : n) + 127) << 23;
  float power;
  memcpy(&power, &bits, sizeof power);
  return sum * power;
}

void octavo_rms_norm_f32_scalar(const octavo_rms_norm_f32 *g) {
  for (size_t i = 0; i < g->m; i++) {
    const float *x = g->x + i * g->n;
    float *y = g->y + i * g->n;
    float chain[8] = {0};
    for (size_t j = 0; j < g->n; j++) chain[j % 8] = fmaf(x[j], x[j], chain[j % 8]);
    const float factor = 1.0f / sqrtf(total(chain) / (float)g->n + g->epsilon);
    for (size_t j = 0; j < g->n; j++) y[j] = x[j] * factor * g->weight[j];
  }
}

void octavo_softmax_f32_scalar(const octavo_softmax_f32 *g) {
  for (size_t i = 0; i < g->m; i++) {
    const size_t count = (size_t)g->count[i];
    float *x = g->x + i * g->x_row;
    float most = -INFINITY, chain[8] = {0};
    for (size_t j = 0; j < count; j++) most = x[j] > most ? x[j] : most;
    for (size_t j = 0; j < count; j++) {
      x[j] = exponential((x[j] - most) * g->factor);
      chain[j % 8] += x[j];
    }
    const float factor = 1.0f / total(chain);
    for (size_t j = 0; j < count; j++) x[j] *= factor;
    for (size_t j = count; j < g->n; j++) x[j] = 0.0f;
  }
}

void octavo_silu_multiply_f32_scalar(size_t count, const float *gate, const float *up, float *y) {
  for (size_t i = 0; i < count; i++) {
    const float e = exponential(-fabsf(gate[i]));
    const float logistic = (gate[i] < 0.0f ? e : 1.0f) / (1.0f + e);
    y[i] = gate[i] * logistic * up[i];
  }
}

void octavo_rotate_pairs_f32_scalar(const octavo_rotate_pairs_f32 *g) {
  for (size_t h = 0; h < g->heads; h++) {
    float *x = g->x + h * 2 * g->pairs;
    for (size_t i = 0; i < g->pairs; i++) {
      const float a = x[2 * i], b = x[2 * i + 1];
      x[2 * i] = a * g->cosine[i] - b * g->sine[i];
      x[2 * i + 1] = a * g->sine[i] + b * g->cosine[i];
    }
  }
}

void octavo_quantize_groups_scalar(const octavo_quantize_groups *g) {
  for (size_t p = 0; p * g->group < g->count; p++) {
    const float *x = g->x + p * g->group;
    int8_t *q = g->q + p * g->group;
    // Magnitudes compare as their bits do, and what is not finite is the largest.
    int32_t most = 0;
    for (size_t k = 0; k < g->group; k++) {
      int32_t bits;
      memcpy(&bits, x + k, sizeof bits);
      bits &= INT32_MAX;
      most = bits > most ? bits : most;
    }
    float largest;
    memcpy(&largest, &most, sizeof largest);
    const float scale = isfinite(largest) ? largest / 127.0f : NAN;
    g->scale[p] = scale;
    g->sum[p] = 0;
    for (size_t k = 0; k < g->group; k++) {
      q[k] = scale > 0 ? (int8_t)nearbyintf(x[k] / scale) : 0;
      g->sum[p] += q[k];
    }
  }
}
