// Winograd's transforms of whole tiles, WIDTH channels at a time, the last of them under a mask. Included where the
// target of an instruction set is in force and its operations are defined.
#include "winograd_f32.h"

OCTAVO_WINOGRAD_TRANSFORMS(vector, SET, ADD, SUB, FMA)

INLINE void input_tile(const octavo_winograd_input_f32 *g, const float *x, float *v, lanes mask) {
  vector columns[6][6];
#pragma clang loop unroll(full)
  for (size_t j = 0; j < 6; j++) {
    vector d[6], t[6];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 6; i++) d[i] = load(x + i * g->x_row + j * g->channels, mask);
    transform_input(d, t);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 6; i++) columns[i][j] = t[i];
  }
#pragma clang loop unroll(full)
  for (size_t i = 0; i < 6; i++) {
    vector t[6];
    transform_input(columns[i], t);
#pragma clang loop unroll(full)
    for (size_t j = 0; j < 6; j++) store(v + (6 * i + j) * g->v_plane, t[j], mask);
  }
}

INLINE void input_tiles(const octavo_winograd_input_f32 *g) {
  for (size_t tile = 0; tile < g->tiles; tile++) {
    const float *x = g->x + g->x_tile[tile];
    float *v = g->v + tile * g->channels;
    size_t c = 0;
    for (; c + WIDTH <= g->channels; c += WIDTH) input_tile(g, x + c, v + c, first_lanes(WIDTH));
    if (c < g->channels) input_tile(g, x + c, v + c, first_lanes(g->channels - c));
  }
}

INLINE void output_tile(const octavo_winograd_output_f32 *g, size_t tile, size_t c, lanes mask) {
  const float *m = g->m + tile * g->channels + c;
  float *y = g->y + g->y_tile[tile] + c;
  vector rows[4][6];
#pragma clang loop unroll(full)
  for (size_t j = 0; j < 6; j++) {
    vector s[6], t[4];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 6; i++) s[i] = load(m + (6 * i + j) * g->m_plane, mask);
    transform_output(s, t);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 4; i++) rows[i][j] = t[i];
  }
  const vector added = g->bias ? load(g->bias + c, mask) : SET(0);
#pragma clang loop unroll(full)
  for (size_t i = 0; i < 4; i++) {
    vector t[4];
    transform_output(rows[i], t);
#pragma clang loop unroll(full)
    for (size_t j = 0; j < 4; j++) {
      vector value = g->bias ? ADD(t[j], added) : t[j];
      if (g->relu) value = RECTIFIED(value);
      store(y + i * g->y_row + j * g->channels, value, mask);
    }
  }
}

INLINE void output_tiles(const octavo_winograd_output_f32 *g) {
  for (size_t tile = 0; tile < g->tiles; tile++) {
    size_t c = 0;
    for (; c + WIDTH <= g->channels; c += WIDTH) output_tile(g, tile, c, first_lanes(WIDTH));
    if (c < g->channels) output_tile(g, tile, c, first_lanes(g->channels - c));
  }
}
