// Max-pooling, Winograd's transforms and transposition: every tail of channels, windows that overlap or leave pixels out, rows with gaps.
#include <string.h>

#include "harness.h"

// How much of an image with these rows of pixels, the last without a gap, is named.
static size_t extent(const octavo_pool *g, size_t height, size_t width, size_t row) {
  return height == 0 || width == 0 ? 0 : (height - 1) * row + width * g->channels;
}

typedef struct {
  octavo_pool pool;
  size_t x_count, y_count;
} image;

static image image_of(size_t channels, size_t kernel, size_t stride, size_t height, size_t width) {
  octavo_pool g = {.channels = channels, .kernel = kernel, .stride = stride, .out_height = height, .out_width = width};
  const size_t x_height = height == 0 ? 0 : (height - 1) * stride + kernel;
  const size_t x_width = width == 0 ? 0 : (width - 1) * stride + kernel;
  g.x_row = x_width * channels + 5;
  g.y_row = width * channels + 3;
  return (image){.pool = g,
                 .x_count = extent(&g, x_height, x_width, g.x_row),
                 .y_count = extent(&g, height, width, g.y_row)};
}

// Catches a NaN that is passed over, a later zero of the other sign taken, a NaN whose bits are not kept; backward a
// maximum that is met twice, a zero added where nothing was hit.
static void max_pool(pair p, const image *s, fill kind) {
  const octavo_pool *g = &s->pool;
  describe(p.tested->name, "max_pool, channels %zu kernel %zu stride %zu out %zu x %zu fill %d", g->channels, g->kernel,
           g->stride, g->out_height, g->out_width, (int)kind);
  const size_t y_bytes = s->y_count * sizeof(float), x_bytes = s->x_count * sizeof(float);
  const float *x = floats(s->x_count, kind), *dy = floats(s->y_count, kind);
  float *y = floats(s->y_count, UNIFORM), *found_y = copy(y, y_bytes);
  p.scalar->max_pool_f32(g, x, y);
  p.tested->max_pool_f32(g, x, found_y);
  same_bytes(y, found_y, y_bytes);

  float *dx = floats(s->x_count, kind), *found_dx = copy(dx, x_bytes);
  p.scalar->max_pool_backward_f32(g, x, y, dy, dx);
  p.tested->max_pool_backward_f32(g, x, y, dy, found_dx);
  same_floats(dx, found_dx, s->x_count);

  if (g->kernel <= g->stride) {
    const size_t places = g->out_height * g->out_width * g->channels;
    uint8_t *index = memset(take(places), 0x5c, places), *found_index = copy(index, places);
    p.scalar->max_pool_index_f32(g, x, y, index);
    p.tested->max_pool_index_f32(g, x, y, found_index);
    same_bytes(index, found_index, places);
    p.tested->max_unpool_f32(g, false, index, y, dy, found_dx);
    same_floats(dx, found_dx, s->x_count);
    p.scalar->max_unpool_f32(g, true, index, y, dy, dx);
    p.tested->max_unpool_f32(g, true, index, y, dy, found_dx);
    same_floats(dx, found_dx, s->x_count);
  }

  uint8_t *bytes = take(s->x_count), *q = memset(take(s->y_count), 0x5c, s->y_count), *found_q = copy(q, s->y_count);
  for (size_t i = 0; i < s->x_count; i++) bytes[i] = (uint8_t)(below(3) ? below(256) : below(2) * 255);
  p.scalar->max_pool_u8(g, bytes, q);
  p.tested->max_pool_u8(g, bytes, found_q);
  same_bytes(q, found_q, s->y_count);
}

static void max_pool_s32(pair p, const image *s) {
  const octavo_pool *g = &s->pool;
  describe(p.tested->name, "max_pool_s32, channels %zu kernel %zu stride %zu", g->channels, g->kernel, g->stride);
  int32_t *x = take(s->x_count * sizeof *x), *y = memset(take(s->y_count * sizeof *y), 0x5c, s->y_count * sizeof *y);
  int32_t *found = copy(y, s->y_count * sizeof *y);
  for (size_t i = 0; i < s->x_count; i++) x[i] = below(4) ? (int32_t)below(1u << 31) - (1 << 30) : INT32_MIN;
  p.scalar->max_pool_s32(g, x, y);
  p.tested->max_pool_s32(g, x, found);
  same_bytes(y, found, s->y_count * sizeof *y);
}

// Three tiles that overlap, planes with gaps. Catches another order of operations, a product rounded before its sum, a
// vector of channels stored past the last.
static void winograd_f32(pair p, size_t channels, bool bias, bool relu, fill kind) {
  describe(p.tested->name, "winograd_f32, channels %zu bias %d relu %d fill %d", channels, bias, relu, (int)kind);
  const size_t tiles = 3, row = 14 * channels + 3, plane = tiles * channels + 5;
  int32_t *tile = take(tiles * sizeof *tile);
  for (size_t t = 0; t < tiles; t++) tile[t] = (int32_t)(4 * t * channels);
  const size_t v_count = 35 * plane + tiles * channels, y_count = 3 * row + 12 * channels;
  octavo_winograd_input_f32 in = {.tiles = tiles, .channels = channels, .x_tile = tile, .x_row = row, .v_plane = plane};
  in.x = floats(5 * row + 14 * channels, kind);
  float *v = floats(v_count, UNIFORM), *found_v = copy(v, v_count * sizeof *v);
  in.v = v;
  p.scalar->winograd_input_f32(&in);
  in.v = found_v;
  p.tested->winograd_input_f32(&in);
  same_floats(v, found_v, v_count);
  octavo_winograd_output_f32 out = {.tiles = tiles, .channels = channels, .m_plane = plane, .relu = relu,
                                    .y_tile = tile, .y_row = row};
  out.m = floats(v_count, kind);
  if (bias) out.bias = floats(channels, kind);
  float *y = floats(y_count, UNIFORM), *found_y = copy(y, y_count * sizeof *y);
  out.y = y;
  p.scalar->winograd_output_f32(&out);
  out.y = found_y;
  p.tested->winograd_output_f32(&out);
  same_floats(y, found_y, y_count);
}

static void transpose_f32(pair p, size_t rows, size_t columns) {
  describe(p.tested->name, "transpose_f32, %zu x %zu", rows, columns);
  const size_t ld_x = columns + 2, ld_out = rows + 3;
  const float *x = floats(rows == 0 ? 0 : (rows - 1) * ld_x + columns, DIFFICULT);
  const size_t count = columns == 0 ? 0 : (columns - 1) * ld_out + rows;
  float *expected = floats(count, UNIFORM), *found = copy(expected, count * sizeof *found);
  p.scalar->transpose_f32(rows, columns, x, ld_x, expected, ld_out);
  p.tested->transpose_f32(rows, columns, x, ld_x, found, ld_out);
  same_bytes(expected, found, count * sizeof *found);
}

void images_are_equal(pair p) {
  for (size_t channels = 1; channels <= 50; channels++) {
    for (int options = 0; options < 8; options++) {
      winograd_f32(p, channels, options & 1, options & 2, options & 4 ? DIFFICULT : UNIFORM);
    }
    for (size_t kernel = 1; kernel <= 3; kernel++) {
      for (size_t stride = 1; stride <= 3; stride++) {
        for (int kind = UNIFORM; kind <= DIFFICULT; kind++) {
          const image s = image_of(channels, kernel, stride, 2 + channels % 2, 1 + channels % 3);
          max_pool(p, &s, (fill)kind);
          if (kind == UNIFORM) max_pool_s32(p, &s);
        }
      }
    }
  }
  const image none = image_of(5, 2, 2, 0, 3);
  max_pool(p, &none, UNIFORM);
  for (size_t rows = 0; rows <= 18; rows++) {
    for (size_t columns = 0; columns <= 18; columns++) transpose_f32(p, rows, columns);
  }
}
