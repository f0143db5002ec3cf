// Winograd's transforms by their definition, and that of the weights for every instruction set: it runs once for a whole
// batch.
#include "winograd_f32.h"

#include <math.h>
#include <string.h>

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

// Kernels side by side, so that compilers may take several at once.
enum { LANES = 16 };

static void transform_weight(const float g[3][LANES], float u[6][LANES]) {
  const float sixth = 1.0f / 6, twelfth = 1.0f / 12, twenty_fourth = 1.0f / 24;
  for (size_t l = 0; l < LANES; l++) {
    const float outer = -sixth * (g[0][l] + g[2][l]), inner = sixth * g[1][l];
    const float wide = twenty_fourth * g[0][l] + sixth * g[2][l], middle = twelfth * g[1][l];
    u[0][l] = 0.25f * g[0][l];
    u[1][l] = outer - inner;
    u[2][l] = outer + inner;
    u[3][l] = wide + middle;
    u[4][l] = wide - middle;
    u[5][l] = g[2][l];
  }
}

void octavo_winograd_weight_f32_scalar(const octavo_winograd_weight_f32 *g) {
  for (size_t k = 0; k < g->count; k += LANES) {
    const size_t bytes = (g->count - k < LANES ? g->count - k : LANES) * sizeof(float);
    float rows[6][3][LANES] = {0};
    for (size_t j = 0; j < 3; j++) {
      float column[3][LANES] = {0}, u[6][LANES];
      for (size_t i = 0; i < 3; i++) memcpy(column[i], g->w + (3 * i + j) * g->w_tap + k, bytes);
      transform_weight(column, u);
      for (size_t i = 0; i < 6; i++) memcpy(rows[i][j], u[i], sizeof u[i]);
    }
    for (size_t i = 0; i < 6; i++) {
      float u[6][LANES];
      transform_weight(rows[i], u);
      for (size_t j = 0; j < 6; j++) memcpy(g->u + (6 * i + j) * g->u_plane + k, u[j], bytes);
    }
  }
}
