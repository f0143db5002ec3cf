// One step of Adam (Kingma and Ba, 2015, algorithm 1) by the equations of the header.
#include <math.h>

#include "variants.h"

#pragma STDC FP_CONTRACT OFF

void octavo_adam_f32_scalar(const octavo_adam_f32 *s) {
  for (size_t i = 0; i < s->count; i++) {
    const float g = s->g[i];
    const float m = s->m[i] + (g - s->m[i]) * s->one_minus_beta1;
    const float v = s->v[i] * s->beta2 + (g * g) * s->one_minus_beta2;
    s->m[i] = m;
    s->v[i] = v;
    s->w[i] = s->w[i] - s->step_size * (m / (sqrtf(v) / s->sqrt_correction2 + s->epsilon));
  }
}
