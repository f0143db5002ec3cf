// The tables of kernels and the question which of them this machine can run.
#include "variants.h"

#define OCTAVO_TABLE(isa)                                        \
  {                                                              \
      .name = #isa,                                              \
      .gemm_f32 = octavo_gemm_f32_##isa,                         \
      .gemm_u8s8_pairwise = octavo_gemm_u8s8_pairwise_##isa,     \
      .gemm_u8s8_wide = octavo_gemm_u8s8_wide_##isa,             \
      .requantize_u8 = octavo_requantize_u8_##isa,               \
      .quantize_u8 = octavo_quantize_u8_##isa,                   \
      .dequantize_f32 = octavo_dequantize_f32_##isa,             \
      .range_f32 = octavo_range_f32_##isa,                       \
      .column_range_f32 = octavo_column_range_f32_##isa,         \
      .fake_quantize_f32 = octavo_fake_quantize_f32_##isa,       \
      .fake_quantize_backward_f32 = octavo_fake_quantize_backward_f32_##isa, \
      .fake_quantize_scale_gradient_f32 = octavo_fake_quantize_scale_gradient_f32_scalar, \
      .max_pool_f32 = octavo_max_pool_f32_##isa,                 \
      .max_pool_u8 = octavo_max_pool_u8_##isa,                   \
      .max_pool_backward_f32 = octavo_max_pool_backward_f32_##isa, \
      .relu_f32 = octavo_relu_f32_##isa,                         \
      .relu_backward_f32 = octavo_relu_backward_f32_##isa,       \
      .transpose_f32 = octavo_transpose_f32_##isa,               \
      .adam_f32 = octavo_adam_f32_##isa,                         \
      .cross_entropy = octavo_cross_entropy_scalar,              \
  }

static const octavo_kernels scalar_table = OCTAVO_TABLE(scalar);

#if defined(__x86_64__)

static const octavo_kernels avx2_table = OCTAVO_TABLE(avx2);

static const octavo_kernels *avx2_table_if_supported(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &avx2_table : NULL;
}

#else

static const octavo_kernels *avx2_table_if_supported(void) { return NULL; }

#endif

const octavo_kernels *octavo_kernels_for(octavo_isa isa) {
  switch (isa) {
    case OCTAVO_ISA_SCALAR: return &scalar_table;
    case OCTAVO_ISA_AVX2: return avx2_table_if_supported();
  }
  return NULL;
}
