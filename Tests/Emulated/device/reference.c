/* The products of a network as plain loops, in the way of reference kernels for microcontrollers: the input's offset is
 * added to each term, each tap is checked against the image's edges, and each sum is scaled by a fixed-point multiplier
 * and rounded twice. What they compute does not matter, for the work does not hang on it; how many instructions they
 * take is what an exported model is measured by. Pools, sums and tables are left out. */
#include "reference.h"

#include "layers.h"

uint8_t reference_input[REFERENCE_INPUT];
int8_t reference_weight[REFERENCE_WEIGHT];
int32_t reference_bias[REFERENCE_OUT], reference_multiplier[REFERENCE_OUT], reference_shift[REFERENCE_OUT];
uint8_t reference_output[REFERENCE_OUTPUT];
int32_t reference_input_offset = -3, reference_output_offset = 5;

static int32_t high_product(int32_t a, int32_t b) {
  const int64_t product = (int64_t)a * b;
  const int64_t nudge = product >= 0 ? (1 << 30) : 1 - (1 << 30);
  return (int32_t)((product + nudge) / ((int64_t)1 << 31));
}

static int32_t divided_by_power(int32_t x, int32_t exponent) {
  const int32_t mask = (int32_t)((1u << exponent) - 1u);
  const int32_t rest = x & mask;
  return (x >> exponent) + (rest > (mask >> 1) + (x < 0));
}

static int32_t scaled(int32_t sum, int32_t channel) {
  const int32_t shift = reference_shift[channel];
  const int32_t left = shift > 0 ? shift : 0, right = shift > 0 ? 0 : -shift;
  return divided_by_power(high_product(sum * (1 << left), reference_multiplier[channel]), right);
}

static void run(const reference_layer *layer) {
  for (int32_t y = 0; y < layer->out_height; ++y)
    for (int32_t x = 0; x < layer->out_width; ++x)
      for (int32_t channel = 0; channel < layer->out; ++channel) {
        const int32_t first = channel / (layer->out / layer->groups) * layer->terms;
        int32_t sum = 0;
        for (int32_t ky = 0; ky < layer->kernel_height; ++ky) {
          const int32_t iy = y * layer->stride_y - layer->top + ky * layer->dilation_y;
          for (int32_t kx = 0; kx < layer->kernel_width; ++kx) {
            const int32_t ix = x * layer->stride_x - layer->left + kx * layer->dilation_x;
            if (iy < 0 || iy >= layer->height || ix < 0 || ix >= layer->width) continue;
            for (int32_t term = 0; term < layer->terms; ++term) {
              const int32_t value = reference_input[(iy * layer->width + ix) * layer->channels + first + term];
              const int32_t weight =
                  reference_weight[((channel * layer->kernel_height + ky) * layer->kernel_width + kx) * layer->terms + term];
              sum += weight * (value + reference_input_offset);
            }
          }
        }
        int32_t result = scaled(sum + reference_bias[channel], channel) + reference_output_offset;
        result = result < 0 ? 0 : result > 255 ? 255 : result;
        reference_output[(y * layer->out_width + x) * layer->out + channel] = (uint8_t)result;
      }
}

void reference_run(void) {
  for (uint32_t channel = 0; channel < REFERENCE_OUT; ++channel) {
    reference_multiplier[channel] = 0x5A000000;
    reference_shift[channel] = -8;
  }
  for (uint32_t layer = 0; layer < sizeof reference_layers / sizeof reference_layers[0]; ++layer)
    run(&reference_layers[layer]);
}
