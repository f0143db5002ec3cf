// Fake quantization, its gradients and the range of columns by their definitions.
#include <math.h>

#include "variants.h"

#pragma STDC FP_CONTRACT OFF

static float scaled(const octavo_fake_quantize_f32 *g, size_t index, size_t j) {
  const float x = g->bias ? g->x[index] + g->bias[j] : g->x[index];
  const float factor = g->factor[j * g->step];
  if (g->divide) return x / factor;
  // Without a zero point the product alone is the same number, and needs no call where the target has no multiply-add.
  return g->zero_point == 0.0f ? x * factor : fmaf(x, factor, g->zero_point);
}

static bool passes(const octavo_fake_quantize_f32 *g, float v) {
  const float rounded = rintf(v) - g->zero_point;
  return rounded >= g->low && rounded <= g->high && (!g->relu || v > 0.0f);
}

static float clamped(const octavo_fake_quantize_f32 *g, float v) {
  const float rounded = rintf(v) - g->zero_point;
  const float y = rounded < g->low ? g->low : rounded > g->high ? g->high : rounded;
  // -0 + 0 is +0.
  return y + 0.0f;
}

void octavo_fake_quantize_f32_scalar(const octavo_fake_quantize_f32 *g) {
  for (size_t i = 0; i < g->m; i++)
    for (size_t j = 0; j < g->n; j++) g->out[i * g->n + j] = clamped(g, scaled(g, i * g->n + j, j));
}

void octavo_fake_quantize_backward_f32_scalar(const octavo_fake_quantize_f32 *g, const float *slope, const float *dy) {
  for (size_t i = 0; i < g->m; i++)
    for (size_t j = 0; j < g->n; j++) {
      const size_t index = i * g->n + j;
      g->out[index] = passes(g, scaled(g, index, j)) ? dy[index] * slope[j * g->step] : 0.0f;
    }
}

void octavo_fake_quantize_scale_gradient_f32_scalar(const octavo_fake_quantize_f32 *g, const float *dy, double *sum) {
  for (size_t i = 0; i < g->m; i++)
    for (size_t j = 0; j < g->n; j++) {
      const float v = scaled(g, i * g->n + j, j);
      const float slope = passes(g, v) ? rintf(v) - v : clamped(g, v);
      sum[j * g->step] += (double)dy[i * g->n + j] * (double)slope;
    }
}

void octavo_column_range_f32_scalar(size_t m, size_t n, const float *x, float *low, float *high) {
  for (size_t j = 0; j < n; j++) {
    float least = low[j], greatest = high[j];
    bool poisoned = isnan(least) || isnan(greatest);
    for (size_t i = 0; i < m; i++) {
      const float value = x[i * n + j];
      poisoned |= isnan(value);
      least = value < least ? value : least;
      greatest = value > greatest ? value : greatest;
    }
    // Which zero came first shall not show: -0 + 0 is +0.
    low[j] = poisoned ? NAN : least + 0.0f;
    high[j] = poisoned ? NAN : greatest + 0.0f;
  }
}
