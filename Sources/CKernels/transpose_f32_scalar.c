// Transposition by its definition.
#include "variants.h"

#pragma STDC FP_CONTRACT OFF

void octavo_transpose_f32_scalar(size_t rows, size_t columns, const float *x, size_t ld_x, float *out,
                                 size_t ld_out) {
  for (size_t j = 0; j < columns; j++) {
    for (size_t i = 0; i < rows; i++) out[j * ld_out + i] = x[i * ld_x + j];
  }
}
