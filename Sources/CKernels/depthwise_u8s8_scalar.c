// Depthwise convolution of integers by its definition.
#include "depthwise_u8s8.h"

void octavo_depthwise_u8s8_scalar(const octavo_depthwise_u8s8 *g) { depthwise_channels(g, 0); }
