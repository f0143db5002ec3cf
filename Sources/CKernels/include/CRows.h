// What language models do to rows: the signatures of CKernels.h that no network for images has. Its promises are theirs.
#ifndef OCTAVO_CROWS_H
#define OCTAVO_CROWS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The root-mean-square norm of m rows of n values: y[i][j] = f32(x[i][j] * f) * weight[j], f = 1 / sqrt(s / n + epsilon).
///
/// s is the sum of squares in eight chains of fused multiply-adds, element j in chain j % 8, which are added by halves:
/// ((c0 + c4) + (c2 + c6)) + ((c1 + c5) + (c3 + c7)). y may be x.
typedef struct {
  size_t m, n;
  const float *x, *weight;
  float epsilon;
  float *y;
} octavo_rms_norm_f32;

/// Softmax of the first count[i] >= 1 values of row i, in place at x[i * x_row], the others of n set to +0:
/// e[j] = exp(f32(x[j] - max x) * factor), within 2 units in the last place, and x[j] = e[j] * f32(1 / sum e), the sum in
/// eight chains, added as above.
typedef struct {
  size_t m, n;
  const int32_t *count;
  float factor;
  float *x;
  size_t x_row;
} octavo_softmax_f32;

/// Turns the pairs of `heads` rows of 2 pairs values, in place: (a, b) = (x[2 i], x[2 i + 1]) becomes
/// (a cosine[i] - b sine[i], a sine[i] + b cosine[i]), each product and each sum rounded once.
typedef struct {
  size_t heads, pairs;
  const float *cosine, *sine;
  float *x;
} octavo_rotate_pairs_f32;

/// Rows of x cut into groups of neighbours, each group in bytes by a scale of its own:
///     scale = f32(max |x| / 127) of the group; q[k] = rne(x[k] / scale), 0 where the scale is 0; sum = the sum of the q
///
/// A group with a value that is not finite has the scale NaN and zeros. count is a multiple of group.
typedef struct {
  size_t count, group;
  const float *x;
  int8_t *q;
  float *scale;
  int32_t *sum;
} octavo_quantize_groups;

/// Rows of bytes times weights, both with a scale for each group of neighbouring terms:
///     y[i][j] = the chain over p < groups, ascending, from +0, of y = fma(f32(s), f32(a_scale[i][p] * f32(w_scale[p][j])), y)
///     s       = sum over t < 4 fours of a[i][p][t] * W[p][j][t], exact in s32
///
/// A group has `fours` times four terms. a[i][p][t] lies at a[i * a_row + p * 4 * fours + t], within -127 ... 127; a_scale and
/// a_sum, the sum of a group's bytes, at [i * groups + p]. Weights come in panels of 16 columns:
/// of 8 bits as octavo_gemm_u8s8 has them, within -127 ... 127; of 4 bits in pairs of fours, 64 bytes each, whose
/// low half bytes hold the first four's weights plus 8, and the high ones the second's, in the same order (fours is even).
/// w_scale is binary16, at [(j / 16 * groups + p) * 16 + j % 16]; what fills up a panel is read and not used.
/// y[i][j] lies at y[i * y_row + j].
typedef struct {
  size_t m, n, groups, fours;
  const int8_t *a;
  size_t a_row;
  const float *a_scale;
  const int32_t *a_sum;
  const uint8_t *w;
  const uint16_t *w_scale;
  float *y;
  size_t y_row;
} octavo_gemm_groups;

#pragma clang assume_nonnull end

#endif
