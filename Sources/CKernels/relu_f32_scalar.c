// The rectifier and its gradient by definition.
#include "variants.h"

#pragma STDC FP_CONTRACT OFF

void octavo_relu_f32_scalar(size_t count, float *x) {
  for (size_t i = 0; i < count; i++) x[i] = x[i] < 0.0f ? 0.0f : x[i];
}

void octavo_relu_backward_f32_scalar(size_t count, const float *y, float *dy) {
  for (size_t i = 0; i < count; i++) dy[i] = y[i] <= 0.0f ? 0.0f : dy[i];
}
