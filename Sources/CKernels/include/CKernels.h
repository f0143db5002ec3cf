// The kernels of Octavo: every signature once, shared by the scalar reference, the vector variants, the
// Swift face and the tests. Nothing here allocates, locks, or remembers anything between calls.
//
// Exactness, which every variant keeps:
//  - integers: s32 sums are exact; no variant saturates when its stated precondition holds;
//  - floats: each result is one chain of operations in the stated order, each rounded once (fused
//    multiply-adds where "fma" is written and nowhere else), so all variants give the same bits. Which NaN an
//    arithmetic operation yields is the processor's choice: there a NaN equals any NaN.
//
// Sizes are element counts, offsets are in elements, "row tables" hold the offset of each row. Tables let
// one matrix product serve convolution and linear layers, forward and backward, without copying patches:
// an activation lives in a bordered NHWC buffer and a convolution's patch is a sum of two offsets.
#ifndef OCTAVO_CKERNELS_H
#define OCTAVO_CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CRows.h"

// A pointer is never NULL unless it says _Nullable: Swift reads this too.
#pragma clang assume_nonnull begin

/// Columns in a panel of a packed right-hand matrix.
enum { OCTAVO_PANEL = 16 };

/// C[i][j] = start + sum over p of A[i][p] * B[p][j], one fma chain in ascending p, for i < m, j < n, p < k.
///
///     A[i][p] = a[a_row[i] + a_col[p]]
///     B[p][j] = b[(j / 16) * b_panel + b_row[p] + j % 16]     row-major B: b_row[p] = p * ld, b_panel = 16
///     C[i][j] = c[c_row[i] + (j / 16) * c_panel + j % 16]     row-major C: c_panel = 16
///
/// start is C[i][j] itself when accumulate, else bias[j] when bias is not NULL, else +0.
/// relu replaces a negative result by +0 and keeps -0 and NaN. Only elements named above are read or written.
typedef struct {
  size_t m, n, k;
  const float *a;
  const int32_t *a_row, *a_col;
  const float *b;
  const int32_t *b_row;
  size_t b_panel;
  float *c;
  const int32_t *c_row;
  size_t c_panel;
  const float *_Nullable bias;
  bool accumulate, relu;
} octavo_gemm_f32;

/// acc[i][j] = start[j] + sum over g < groups, t < 4 of a[a_row[i] + a_group[g] + t] * W[g][j][t], exact in s32.
///
/// W is packed by panels, b[((j / 16) * groups + g) * 64 + (j % 16) * 4 + t], columns past n filled with 0.
/// acc[i][j] lies at c[i * ldc + j]. start may be NULL for zeros. The caller proves that no s32 sum overflows.
typedef struct {
  size_t m, n, groups;
  const uint8_t *a;
  const int32_t *a_row, *a_group;
  const int8_t *b;
  const int32_t *_Nullable start;
  int32_t *c;
  size_t ldc;
} octavo_gemm_u8s8;

/// Which pixels the outputs of a depthwise convolution read: output i < m, n channels at y_pixel[i], reads for
/// first[i] <= t < first[i + 1] the pixel at x_pixel[t] by tap[t] of its kernel of so many taps.
///
/// The weight of tap k and channel j lies at (j / 16 * taps + k) * 16 + j % 16.
typedef struct {
  size_t m, n, taps;
  const int32_t *y_pixel, *first, *x_pixel, *tap;
} octavo_taps;

/// y[i][j] = bias[j] + sum over t of x[x_pixel[t] + j] * w(tap[t], j): one chain of fused multiply-adds in ascending t
/// that starts at bias[j], or at +0 when bias is NULL. relu replaces a negative result by +0 and keeps -0 and NaN.
typedef struct {
  octavo_taps taps;
  const float *x, *w;
  const float *_Nullable bias;
  bool relu;
  float *y;
} octavo_depthwise_f32;

/// dw(tap[t], j) = fma(x[x_pixel[t] + j], dy[y_pixel[i] + j], dw(tap[t], j)), for all t of i, ascending.
typedef struct {
  octavo_taps taps;
  const float *x, *dy;
  float *dw;
} octavo_depthwise_weight_f32;

/// acc[i][j] = start[j] + sum over t < taps of a[a_row[i] + a_tap[t] + j] * w(t, j), exact in s32.
///
/// The weights come in pairs of taps, w(t, j) at b[((j / 16) * ((taps + 1) / 2) + t / 2) * 32 + (j % 16) * 2 + t % 2], what
/// fills up the last pair and the last panel is 0. acc[i][j] lies at c[i * n + j]. The caller proves that no sum overflows.
typedef struct {
  size_t m, n, taps;
  const uint8_t *a;
  const int32_t *a_row, *a_tap;
  const int16_t *b;
  const int32_t *start;
  int32_t *c;
} octavo_depthwise_u8s8;

/// out[i][j] = clamp(rne(fma(bias[j], bias_factor, f32(acc[i][j])) * multiplier[j]) + zero_point, low, high), rounding half
/// to even.
///
/// f32(acc), the multiply-add and the product are each rounded once; bias NULL leaves the sum out. acc[i][j] lies at
/// acc[i * ldc + j], out[i][j] at out[out_row[i] + j]. 0 <= low <= high <= 255; multipliers are finite.
typedef struct {
  size_t m, n;
  const int32_t *acc;
  size_t ldc;
  const float *_Nullable bias;
  float bias_factor;
  const float *multiplier;
  int32_t zero_point, low, high;
  uint8_t *out;
  const int32_t *out_row;
} octavo_requantize_u8;

/// y[i * y_row + j] = table[j * table_step + x[i * x_row + j]]: bytes through a table of 256, one for all columns
/// (table_step 0) or one for each (256). y may be x.
typedef struct {
  size_t m, n;
  const uint8_t *x;
  size_t x_row;
  const uint8_t *table;
  size_t table_step;
  uint8_t *y;
  size_t y_row;
} octavo_lookup_u8;

/// y[i] = f32(f32((a[i] - a_zero_point) * a_scale) + f32((b[i] - b_zero_point) * b_scale)):
/// the real numbers that two integers stand for, added.
typedef struct {
  size_t count;
  const uint8_t *a, *b;
  int32_t a_zero_point, b_zero_point;
  float a_scale, b_scale;
  float *y;
} octavo_add_u8;

/// How octavo_quantize_u8 scales a value before it rounds half to even.
typedef enum {
  OCTAVO_QUANTIZE_DIVIDE,  // rne(x / scale) + zero_point            ONNX QuantizeLinear
  OCTAVO_QUANTIZE_FUSED,   // rne(fma(x, 1 / scale, zero_point))     PyTorch since 2.13
} octavo_quantize_rule;

/// q[i] = clamp(rounded x[i], low, high). NaN becomes low. 0 <= low <= high <= 255; scale is finite and positive.
typedef struct {
  size_t count;
  const float *x;
  float scale;
  int32_t zero_point, low, high;
  octavo_quantize_rule rule;
  uint8_t *q;
} octavo_quantize_u8;

/// The real numbers that integer sums stand for: out[i][j] = y, with r = i * row_step,
///     sum  = acc[i][j] - zero_point[r] * column_sum[j]                      s32, exact by the caller's proof
///     step = f32(scale[r] * weight_scale[j])
///     y    = fused ? fma(f32(sum), step, bias[j]) : f32(f32(sum) * step) + bias[j]
///
/// Each operation is rounded once; bias NULL leaves the sum out. relu replaces a negative y by +0 and keeps -0 and NaN.
/// acc[i][j] lies at acc[i * ldc + j], out[i][j] at out[out_row[i] + j]. row_step 0: one scale for all rows, 1: one each.
typedef struct {
  size_t m, n;
  const int32_t *acc;
  size_t ldc;
  const int32_t *zero_point;
  const float *scale;
  size_t row_step;
  const int32_t *column_sum;
  const float *weight_scale;
  const float *_Nullable bias;
  bool fused, relu;
  float *out;
  const int32_t *out_row;
} octavo_dequantize_f32;

/// Fake quantization of a matrix x[i][j] = x[i * n + j], whose scale belongs to its columns:
///     v = fma(x[i][j] + bias[j], factor[j * step], zero_point)      or, when divide, (x[i][j] + bias[j]) / factor[j * step]
///     r = rne(v) - zero_point                                       or, when divide, rne(v)
///     y = clamp(r, low, high), zeros as +0; NaN stays NaN, so that a divergence is seen
/// and v passes when low <= r <= high and, when relu, v > 0.
///
/// The sum, the multiply-add or quotient are each rounded once; bias NULL leaves the sum out. step is 0, one factor for all
/// columns, or 1, one each. zero_point is 0 where a column has a bias, with relu, and when divide. low and high are
/// integers, low <= 0 <= high; relu does not change y: low is 0 then.
typedef struct {
  size_t m, n;
  const float *x;
  const float *_Nullable bias;
  const float *factor;
  size_t step;
  bool divide, relu;
  float zero_point, low, high;
  float *out;
} octavo_fake_quantize_f32;

/// Geometry of a max-pool over one NHWC image: kernel x kernel windows, no padding.
/// Pixel (y, x) of the input lies at y * x_row + x * channels, of the output at y * y_row + x * channels.
typedef struct {
  size_t channels, out_height, out_width, kernel, stride, x_row, y_row;
} octavo_pool;

/// A 3x3 convolution of stride 1 by Winograd's F(4x4, 3x3): tiles of 4x4 outputs come from patches of 6x6 inputs by 36
/// products per channel pair in place of 144. The input of every tile is transformed, B^T d B; 36 matrix products over
/// channels follow, one for each place of the transformed patch; their results are transformed back, A^T m A.
///
/// v[(6 i + j) * v_plane + tile * channels + c], for the patch x[x_tile[tile] + i * x_row + j * channels + c].
typedef struct {
  size_t tiles, channels;
  const float *x;
  const int32_t *x_tile;
  size_t x_row;
  float *v;
  size_t v_plane;
} octavo_winograd_input_f32;

/// y[y_tile[tile] + i * y_row + j * channels + c], i, j < 4, from m[(6 i + j) * m_plane + tile * channels + c]; bias[c] is
/// added last, unless it is NULL, and relu replaces a negative y by +0 and keeps -0 and NaN.
typedef struct {
  size_t tiles, channels;
  const float *m;
  size_t m_plane;
  const float *_Nullable bias;
  bool relu;
  float *y;
  const int32_t *y_tile;
  size_t y_row;
} octavo_winograd_output_f32;

/// G g G^T of `count` 3x3 kernels: u[(6 i + j) * u_plane + k] from w[(3 i + j) * w_tap + k].
typedef struct {
  size_t count;
  const float *w;
  size_t w_tap;
  float *u;
  size_t u_plane;
} octavo_winograd_weight_f32;

/// One Adam step without weight decay or AMSGrad, in this order, each operation rounded once and nothing fused:
///     m = m + (g - m) * (1 - beta1);  v = v * beta2 + (g * g) * (1 - beta2)
///     w = w - step_size * (m / (sqrt(v) / sqrt_correction2 + epsilon))
/// step_size = lr / (1 - beta1^t) and sqrt_correction2 = sqrt(1 - beta2^t) come from the caller, in f32.
typedef struct {
  size_t count;
  float *w, *m, *v;
  const float *g;
  float one_minus_beta1, beta2, one_minus_beta2, step_size, sqrt_correction2, epsilon;
} octavo_adam_f32;

/// Softmax and cross-entropy of m rows of n logits (row-major), with its gradient:
/// grad[i][j] = (softmax(x[i])[j] - (j == label[i])) * gradient_scale; returns the sum over rows of
/// -log softmax(x[i])[label[i]] in double. Computed in double with an exponential of our own, so that its bits do
/// not depend on the C library; a NaN logit makes the row's gradient and the sum NaN. label[i] < n.
typedef struct {
  size_t m, n;
  const float *x;
  const uint8_t *label;
  float gradient_scale;
  float *grad;
} octavo_cross_entropy;

/// One instruction set's kernels.
typedef struct {
  const char *name;
  void (*gemm_f32)(const octavo_gemm_f32 *);
  /// Requires for each g, j and each pair t in {0, 2}: the two products' sum fits in s16 for every activation.
  void (*gemm_u8s8_pairwise)(const octavo_gemm_u8s8 *);
  /// No such requirement: 16-bit operands, 32-bit sums.
  void (*gemm_u8s8_wide)(const octavo_gemm_u8s8 *);
  void (*requantize_u8)(const octavo_requantize_u8 *);
  void (*quantize_u8)(const octavo_quantize_u8 *);
  void (*dequantize_f32)(const octavo_dequantize_f32 *);
  /// The least and the greatest of count values, zeros as +0; +inf and -inf of none; both NaN where a value is NaN.
  void (*range_f32)(size_t count, const float *x, float *low, float *high);
  /// low[j] and high[j] become the least and the greatest of themselves and column j of x[i * n + j], zeros as +0; both
  /// NaN where one of them is NaN.
  void (*column_range_f32)(size_t m, size_t n, const float *x, float *low, float *high);
  /// out[i][j] = y.
  void (*fake_quantize_f32)(const octavo_fake_quantize_f32 *);
  /// The straight-through estimator: out[i][j] = dy[i][j] * slope[j * step] where v passes, else +0. out may be dy.
  void (*fake_quantize_backward_f32)(const octavo_fake_quantize_f32 *, const float *slope, const float *dy);
  /// The gradient of a learned scale (LSQ), in grid steps: sum[j * step] += dy[i][j] * (rne(v) - v where v passes, else
  /// y), row by row, products and sums in double. out is not touched.
  void (*fake_quantize_scale_gradient_f32)(const octavo_fake_quantize_f32 *, const float *dy, double *sum);
  void (*max_pool_f32)(const octavo_pool *, const float *x, float *y);
  void (*max_pool_u8)(const octavo_pool *, const uint8_t *x, uint8_t *y);
  void (*max_pool_s32)(const octavo_pool *, const int32_t *x, int32_t *y);
  /// dx += dy at the first position, row by row, of each window that holds the window's maximum. Where windows do not
  /// overlap, kernel <= stride, dx is set, not added to: +0 + dy there, +0 at a window's other positions.
  void (*max_pool_backward_f32)(const octavo_pool *, const float *x, const float *y, const float *dy, float *dx);
  /// The place of each window's maximum, to keep in place of x: index[(row * out_width + column) * channels + c] is
  /// dy * kernel + dx of the first position, row by row, that holds it. y is what max_pool_f32 made of x; kernel <= 16.
  void (*max_pool_index_f32)(const octavo_pool *, const float *x, const float *y, uint8_t *index);
  /// What max_pool_backward_f32 does where windows do not overlap, from their maxima's places in place of x. With relu, x
  /// was rectified, and dy counts as +0 where y <= 0: what relu_backward would do to dx.
  void (*max_unpool_f32)(const octavo_pool *, bool relu, const uint8_t *index, const float *y, const float *dy,
                         float *dx);
  void (*winograd_input_f32)(const octavo_winograd_input_f32 *);
  void (*winograd_output_f32)(const octavo_winograd_output_f32 *);
  void (*winograd_weight_f32)(const octavo_winograd_weight_f32 *);
  void (*depthwise_f32)(const octavo_depthwise_f32 *);
  void (*depthwise_weight_f32)(const octavo_depthwise_weight_f32 *);
  void (*depthwise_u8s8)(const octavo_depthwise_u8s8 *);
  void (*lookup_u8)(const octavo_lookup_u8 *);
  void (*add_u8)(const octavo_add_u8 *);
  /// x[i] < 0 becomes +0; -0 and NaN stay.
  void (*relu_f32)(size_t count, float *x);
  /// dy[i] becomes +0 where y[i] <= 0; stays where y[i] > 0 or is NaN.
  void (*relu_backward_f32)(size_t count, const float *y, float *dy);
  /// out[j * ld_out + i] = x[i * ld_x + j] for i < rows, j < columns.
  void (*transpose_f32)(size_t rows, size_t columns, const float *x, size_t ld_x, float *out, size_t ld_out);
  void (*adam_f32)(const octavo_adam_f32 *);
  void (*rms_norm_f32)(const octavo_rms_norm_f32 *);
  void (*softmax_f32)(const octavo_softmax_f32 *);
  /// y[i] = f32(f32(gate[i] * s) * up[i]) with s the logistic function of gate[i]: f32(1 / f32(1 + e)), or f32(e / f32(1 +
  /// e)) where gate[i] < 0, e = exp(-|gate[i]|) as in softmax. y may be gate or up.
  void (*silu_multiply_f32)(size_t count, const float *gate, const float *up, float *y);
  void (*rotate_pairs_f32)(const octavo_rotate_pairs_f32 *);
  void (*quantize_groups)(const octavo_quantize_groups *);
  /// Weights of 8 bits, and of 4.
  void (*gemm_groups_8)(const octavo_gemm_groups *);
  void (*gemm_groups_4)(const octavo_gemm_groups *);
  double (*cross_entropy)(const octavo_cross_entropy *);
} octavo_kernels;

/// exp(x) for x <= 0, with a relative error below 1e-15; +0 below -708, NaN for NaN. One version serves every set.
double octavo_exponential(double x);
/// log(x) for finite x >= 1, likewise; NaN for NaN.
double octavo_logarithm(double x);
/// Cosine and sine of 0 <= angle <= 2^25, each within 1e-15 of the true value; one version serves every set.
void octavo_rotation(double angle, double *cosine, double *sine);

/// Instruction sets in order of preference, best last. New ones are added at the end of their architecture.
typedef enum {
  OCTAVO_ISA_SCALAR,
  OCTAVO_ISA_AVX2,
  OCTAVO_ISA_AVXVNNI,
  OCTAVO_ISA_AVX512VNNI,
  OCTAVO_ISA_NEON,  // with the dot product of FEAT_DotProd
  OCTAVO_ISA_NEON_I8MM,
} octavo_isa;

/// Tells the processor that a thread does nothing but look for a change in memory.
static inline void octavo_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// The kernels of an instruction set, or NULL when this binary or this CPU lacks it. Scalar is never NULL.
const octavo_kernels *_Nullable octavo_kernels_for(octavo_isa isa);

#pragma clang assume_nonnull end

#include "CPeaks.h"

#endif
