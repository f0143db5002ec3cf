// Winograd's transforms by their definition, and that of the weights for every instruction set: it runs once for a whole
// batch.
#include "winograd_f32.h"

#include <math.h>

#include "variants.h"

#pragma STDC FP_CONTRACT OFF

#define SET(x) ((float)(x))
#define ADD(a, b) ((a) + (b))
#define SUB(a, b) ((a) - (b))
OCTAVO_WINOGRAD_TRANSFORMS(float, SET, ADD, SUB, fmaf)

void octavo_winograd_input_f32_scalar(const octavo_winograd_input_f32 *g) {
  for (size_t tile = 0; tile < g->tiles; tile++) {
    for (size_t c = 0; c < g->channels; c++) {
      const float *x = g->x + g->x_tile[tile] + c;
      float columns[6][6], *v = g->v + tile * g->channels + c;
      for (size_t j = 0; j < 6; j++) {
        float d[6], t[6];
        for (size_t i = 0; i < 6; i++) d[i] = x[i * g->x_row + j * g->channels];
        transform_input(d, t);
        for (size_t i = 0; i < 6; i++) columns[i][j] = t[i];
      }
      for (size_t i = 0; i < 6; i++) {
        float t[6];
        transform_input(columns[i], t);
        for (size_t j = 0; j < 6; j++) v[(6 * i + j) * g->v_plane] = t[j];
      }
    }
  }
}

void octavo_winograd_output_f32_scalar(const octavo_winograd_output_f32 *g) {
  for (size_t tile = 0; tile < g->tiles; tile++) {
    for (size_t c = 0; c < g->channels; c++) {
      const float *m = g->m + tile * g->channels + c;
      float rows[4][6], *y = g->y + g->y_tile[tile] + c;
      for (size_t j = 0; j < 6; j++) {
        float s[6], t[4];
        for (size_t i = 0; i < 6; i++) s[i] = m[(6 * i + j) * g->m_plane];
        transform_output(s, t);
        for (size_t i = 0; i < 4; i++) rows[i][j] = t[i];
      }
      for (size_t i = 0; i < 4; i++) {
        float t[4];
        transform_output(rows[i], t);
        for (size_t j = 0; j < 4; j++) {
          const float value = g->bias ? t[j] + g->bias[c] : t[j];
          y[i * g->y_row + j * g->channels] = g->relu && value < 0.0f ? 0.0f : value;
        }
      }
    }
  }
}

static void transform_weight(const float g[3], float u[6]) {
  const float sixth = 1.0f / 6, twelfth = 1.0f / 12, twenty_fourth = 1.0f / 24;
  const float outer = -sixth * (g[0] + g[2]), inner = sixth * g[1];
  const float wide = twenty_fourth * g[0] + sixth * g[2], middle = twelfth * g[1];
  u[0] = 0.25f * g[0];
  u[1] = outer - inner;
  u[2] = outer + inner;
  u[3] = wide + middle;
  u[4] = wide - middle;
  u[5] = g[2];
}

void octavo_winograd_weight_f32_scalar(const octavo_winograd_weight_f32 *g) {
  for (size_t k = 0; k < g->count; k++) {
    float columns[6][3];
    for (size_t j = 0; j < 3; j++) {
      const float column[3] = {g->w[j * g->w_tap + k], g->w[(3 + j) * g->w_tap + k], g->w[(6 + j) * g->w_tap + k]};
      float u[6];
      transform_weight(column, u);
      for (size_t i = 0; i < 6; i++) columns[i][j] = u[i];
    }
    for (size_t i = 0; i < 6; i++) {
      float u[6];
      transform_weight(columns[i], u);
      for (size_t j = 0; j < 6; j++) g->u[(6 * i + j) * g->u_plane + k] = u[j];
    }
  }
}
