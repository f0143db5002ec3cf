// The tables of kernels and the question which of them this machine can run.
#include "variants.h"

// The kernels of a set, but for its integer products: some sets have one for each path, some one for both. A set that
// adds to another names that one's first, then its own.
#define OCTAVO_KERNELS(isa)                                                           \
  .gemm_f32 = octavo_gemm_f32_##isa,                                                  \
  .requantize_u8 = octavo_requantize_u8_##isa,                                        \
  .quantize_u8 = octavo_quantize_u8_##isa,                                            \
  .dequantize_f32 = octavo_dequantize_f32_##isa,                                      \
  .range_f32 = octavo_range_f32_##isa,                                                \
  .column_range_f32 = octavo_column_range_f32_##isa,                                  \
  .fake_quantize_f32 = octavo_fake_quantize_f32_##isa,                                \
  .fake_quantize_backward_f32 = octavo_fake_quantize_backward_f32_##isa,              \
  .max_pool_f32 = octavo_max_pool_f32_##isa,                                          \
  .max_pool_u8 = octavo_max_pool_u8_##isa,                                            \
  .max_pool_s32 = octavo_max_pool_s32_##isa,                                          \
  .max_pool_backward_f32 = octavo_max_pool_backward_f32_##isa,                        \
  .max_pool_index_f32 = octavo_max_pool_index_f32_##isa,                              \
  .max_unpool_f32 = octavo_max_unpool_f32_##isa,                                      \
  .winograd_input_f32 = octavo_winograd_input_f32_##isa,                              \
  .winograd_output_f32 = octavo_winograd_output_f32_##isa,                            \
  .winograd_weight_f32 = octavo_winograd_weight_f32_scalar,                           \
  .depthwise_f32 = octavo_depthwise_f32_##isa,                                        \
  .depthwise_weight_f32 = octavo_depthwise_weight_f32_##isa,                          \
  .depthwise_u8s8 = octavo_depthwise_u8s8_##isa,                                      \
  .lookup_u8 = octavo_lookup_u8_##isa,                                                \
  .add_u8 = octavo_add_u8_##isa,                                                      \
  .relu_f32 = octavo_relu_f32_##isa,                                                  \
  .relu_backward_f32 = octavo_relu_backward_f32_##isa,                                \
  .transpose_f32 = octavo_transpose_f32_##isa,                                        \
  .adam_f32 = octavo_adam_f32_##isa,                                                  \
  .rms_norm_f32 = octavo_rms_norm_f32_##isa,                                          \
  .softmax_f32 = octavo_softmax_f32_##isa,                                            \
  .silu_multiply_f32 = octavo_silu_multiply_f32_##isa,                                \
  .rotate_pairs_f32 = octavo_rotate_pairs_f32_##isa,                                  \
  .quantize_groups = octavo_quantize_groups_##isa,                                    \
  .gemm_groups_8 = octavo_gemm_groups_8_##isa,                                        \
  .gemm_groups_4 = octavo_gemm_groups_4_##isa,                                        \
  .fake_quantize_scale_gradient_f32 = octavo_fake_quantize_scale_gradient_f32_scalar, \
  .cross_entropy = octavo_cross_entropy_scalar

static const octavo_kernels scalar_table = {
    .name = "scalar",
    OCTAVO_KERNELS(scalar),
    .gemm_u8s8_pairwise = octavo_gemm_u8s8_pairwise_scalar,
    .gemm_u8s8_wide = octavo_gemm_u8s8_wide_scalar,
};

#if defined(__x86_64__)

#pragma clang diagnostic ignored "-Winitializer-overrides"

static const octavo_kernels avx2_table = {
    .name = "avx2",
    OCTAVO_KERNELS(avx2),
    .gemm_u8s8_pairwise = octavo_gemm_u8s8_pairwise_avx2,
    .gemm_u8s8_wide = octavo_gemm_u8s8_wide_avx2,
};

static const octavo_kernels avxvnni_table = {
    .name = "avxvnni",
    OCTAVO_KERNELS(avx2),
    .gemm_u8s8_pairwise = octavo_gemm_u8s8_avxvnni,
    .gemm_u8s8_wide = octavo_gemm_u8s8_avxvnni,
    .gemm_groups_8 = octavo_gemm_groups_8_avxvnni,
    .gemm_groups_4 = octavo_gemm_groups_4_avxvnni,
};

static const octavo_kernels avx512vnni_table = {
    .name = "avx512vnni",
    OCTAVO_KERNELS(avx2),
    .gemm_f32 = octavo_gemm_f32_avx512vnni,
    .gemm_u8s8_pairwise = octavo_gemm_u8s8_avx512vnni,
    .gemm_u8s8_wide = octavo_gemm_u8s8_avx512vnni,
    .gemm_groups_8 = octavo_gemm_groups_8_avx512vnni,
    .gemm_groups_4 = octavo_gemm_groups_4_avx512vnni,
    .requantize_u8 = octavo_requantize_u8_avx512vnni,
    .column_range_f32 = octavo_column_range_f32_avx512vnni,
    .fake_quantize_f32 = octavo_fake_quantize_f32_avx512vnni,
    .fake_quantize_backward_f32 = octavo_fake_quantize_backward_f32_avx512vnni,
    .winograd_input_f32 = octavo_winograd_input_f32_avx512vnni,
    .winograd_output_f32 = octavo_winograd_output_f32_avx512vnni,
    .max_pool_s32 = octavo_max_pool_s32_avx512vnni,
    .max_pool_index_f32 = octavo_max_pool_index_f32_avx512vnni,
    .max_unpool_f32 = octavo_max_unpool_f32_avx512vnni,
    .max_pool_f32 = octavo_max_pool_f32_avx512vnni,
    .max_pool_backward_f32 = octavo_max_pool_backward_f32_avx512vnni,
};

static const octavo_kernels *table_if_supported(octavo_isa isa) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("f16c")) return NULL;
  switch (isa) {
    case OCTAVO_ISA_SCALAR: return &scalar_table;
    case OCTAVO_ISA_AVX2: return &avx2_table;
    case OCTAVO_ISA_AVXVNNI: return __builtin_cpu_supports("avxvnni") ? &avxvnni_table : NULL;
    case OCTAVO_ISA_AVX512VNNI:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni")
                 ? &avx512vnni_table
                 : NULL;
    default: return NULL;
  }
}

#elif defined(__aarch64__)

static const octavo_kernels neon_table = {
    .name = "neon",
    OCTAVO_KERNELS(neon),
    .gemm_u8s8_pairwise = octavo_gemm_u8s8_neon,
    .gemm_u8s8_wide = octavo_gemm_u8s8_neon,
};

static const octavo_kernels neon_i8mm_table = {
    .name = "neon_i8mm",
    OCTAVO_KERNELS(neon),
    .gemm_u8s8_pairwise = octavo_gemm_u8s8_neon_i8mm,
    .gemm_u8s8_wide = octavo_gemm_u8s8_neon_i8mm,
};

// Only the operating system may ask this processor what it can do; it passes the answer on.
#if defined(__linux__)

#include <sys/auxv.h>

static bool has_dot_product(void) { return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0; }
static bool has_i8mm(void) { return (getauxval(AT_HWCAP2) & HWCAP2_I8MM) != 0; }

#elif defined(__APPLE__)

#include <sys/sysctl.h>

static bool has(const char *feature) {
  int value = 0;
  size_t size = sizeof value;
  return sysctlbyname(feature, &value, &size, NULL, 0) == 0 && value != 0;
}

static bool has_dot_product(void) { return has("hw.optional.arm.FEAT_DotProd"); }
static bool has_i8mm(void) { return has("hw.optional.arm.FEAT_I8MM"); }

#else

static bool has_dot_product(void) { return false; }
static bool has_i8mm(void) { return false; }

#endif

static const octavo_kernels *table_if_supported(octavo_isa isa) {
  if (!has_dot_product()) return NULL;
  switch (isa) {
    case OCTAVO_ISA_SCALAR: return &scalar_table;
    case OCTAVO_ISA_NEON: return &neon_table;
    case OCTAVO_ISA_NEON_I8MM: return has_i8mm() ? &neon_i8mm_table : NULL;
    default: return NULL;
  }
}

#else

static const octavo_kernels *table_if_supported(octavo_isa isa) { return NULL; }

#endif

const octavo_kernels *octavo_kernels_for(octavo_isa isa) {
  return isa == OCTAVO_ISA_SCALAR ? &scalar_table : table_if_supported(isa);
}
