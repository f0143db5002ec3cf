// Every kernel of every instruction set, declared by one list, so that a variant cannot drift from the table.
#ifndef OCTAVO_VARIANTS_H
#define OCTAVO_VARIANTS_H

#include "CKernels.h"

#define OCTAVO_DECLARE_VARIANT(isa)                                                                       \
  void octavo_gemm_f32_##isa(const octavo_gemm_f32 *);                                                    \
  void octavo_requantize_u8_##isa(const octavo_requantize_u8 *);                                          \
  void octavo_quantize_u8_##isa(const octavo_quantize_u8 *);                                              \
  void octavo_dequantize_f32_##isa(const octavo_dequantize_f32 *);                                        \
  void octavo_range_f32_##isa(size_t count, const float *x, float *low, float *high);                     \
  void octavo_column_range_f32_##isa(size_t m, size_t n, const float *x, float *low, float *high);         \
  void octavo_fake_quantize_f32_##isa(const octavo_fake_quantize_f32 *);                                  \
  void octavo_fake_quantize_backward_f32_##isa(const octavo_fake_quantize_f32 *, const float *slope,      \
                                               const float *dy);                                          \
  void octavo_max_pool_f32_##isa(const octavo_pool *, const float *x, float *y);                          \
  void octavo_max_pool_u8_##isa(const octavo_pool *, const uint8_t *x, uint8_t *y);                       \
  void octavo_max_pool_s32_##isa(const octavo_pool *, const int32_t *x, int32_t *y);                      \
  void octavo_max_pool_backward_f32_##isa(const octavo_pool *, const float *x, const float *y,            \
                                          const float *dy, float *dx);                                    \
  void octavo_max_pool_index_f32_##isa(const octavo_pool *, const float *x, const float *y, uint8_t *index); \
  void octavo_max_unpool_f32_##isa(const octavo_pool *, bool relu, const uint8_t *index, const float *y,  \
                                   const float *dy, float *dx);                                           \
  void octavo_winograd_input_f32_##isa(const octavo_winograd_input_f32 *);                                \
  void octavo_winograd_output_f32_##isa(const octavo_winograd_output_f32 *);                              \
  void octavo_depthwise_f32_##isa(const octavo_depthwise_f32 *);                                          \
  void octavo_depthwise_weight_f32_##isa(const octavo_depthwise_weight_f32 *);                            \
  void octavo_depthwise_u8s8_##isa(const octavo_depthwise_u8s8 *);                                        \
  void octavo_lookup_u8_##isa(const octavo_lookup_u8 *);                                                  \
  void octavo_add_u8_##isa(const octavo_add_u8 *);                                                        \
  void octavo_relu_f32_##isa(size_t count, float *x);                                                     \
  void octavo_relu_backward_f32_##isa(size_t count, const float *y, float *dy);                           \
  void octavo_transpose_f32_##isa(size_t rows, size_t columns, const float *x, size_t ld_x, float *out,   \
                                  size_t ld_out);                                                         \
  void octavo_adam_f32_##isa(const octavo_adam_f32 *);                                                    \
  void octavo_rms_norm_f32_##isa(const octavo_rms_norm_f32 *);                                            \
  void octavo_softmax_f32_##isa(const octavo_softmax_f32 *);                                              \
  void octavo_silu_multiply_f32_##isa(size_t count, const float *gate, const float *up, float *y);        \
  void octavo_rotate_pairs_f32_##isa(const octavo_rotate_pairs_f32 *);                                    \
  void octavo_quantize_groups_##isa(const octavo_quantize_groups *);                                      \
  void octavo_gemm_groups_8_##isa(const octavo_gemm_groups *);                                            \
  void octavo_gemm_groups_4_##isa(const octavo_gemm_groups *)

OCTAVO_DECLARE_VARIANT(scalar);
OCTAVO_DECLARE_VARIANT(avx2);
OCTAVO_DECLARE_VARIANT(neon);

void octavo_gemm_u8s8_pairwise_scalar(const octavo_gemm_u8s8 *);
void octavo_gemm_u8s8_wide_scalar(const octavo_gemm_u8s8 *);
void octavo_gemm_u8s8_pairwise_avx2(const octavo_gemm_u8s8 *);
void octavo_gemm_u8s8_wide_avx2(const octavo_gemm_u8s8 *);

// The integer product of these sets is exact for all operands: it serves both paths.
void octavo_gemm_u8s8_avxvnni(const octavo_gemm_u8s8 *);
void octavo_gemm_u8s8_avx512vnni(const octavo_gemm_u8s8 *);
void octavo_gemm_u8s8_neon(const octavo_gemm_u8s8 *);
void octavo_gemm_u8s8_neon_i8mm(const octavo_gemm_u8s8 *);

void octavo_gemm_groups_8_avxvnni(const octavo_gemm_groups *);
void octavo_gemm_groups_4_avxvnni(const octavo_gemm_groups *);
void octavo_gemm_groups_8_avx512vnni(const octavo_gemm_groups *);
void octavo_gemm_groups_4_avx512vnni(const octavo_gemm_groups *);

void octavo_gemm_f32_avx512vnni(const octavo_gemm_f32 *);
void octavo_winograd_input_f32_avx512vnni(const octavo_winograd_input_f32 *);
void octavo_winograd_output_f32_avx512vnni(const octavo_winograd_output_f32 *);
void octavo_requantize_u8_avx512vnni(const octavo_requantize_u8 *);
void octavo_column_range_f32_avx512vnni(size_t m, size_t n, const float *x, float *low, float *high);
void octavo_fake_quantize_f32_avx512vnni(const octavo_fake_quantize_f32 *);
void octavo_fake_quantize_backward_f32_avx512vnni(const octavo_fake_quantize_f32 *, const float *slope,
                                                  const float *dy);
void octavo_max_pool_index_f32_avx512vnni(const octavo_pool *, const float *x, const float *y, uint8_t *index);
void octavo_max_unpool_f32_avx512vnni(const octavo_pool *, bool relu, const uint8_t *index, const float *y,
                                      const float *dy, float *dx);
void octavo_max_pool_s32_avx512vnni(const octavo_pool *, const int32_t *x, int32_t *y);
void octavo_max_pool_f32_avx512vnni(const octavo_pool *, const float *x, float *y);
void octavo_max_pool_backward_f32_avx512vnni(const octavo_pool *, const float *x, const float *y, const float *dy,
                                             float *dx);

/// Small beside the matrix products, and their bits must not move: one version serves every instruction set.
void octavo_fake_quantize_scale_gradient_f32_scalar(const octavo_fake_quantize_f32 *, const float *dy, double *sum);
void octavo_winograd_weight_f32_scalar(const octavo_winograd_weight_f32 *);
double octavo_cross_entropy_scalar(const octavo_cross_entropy *);

#endif
