/* The work of a network's products as plain loops: see reference.c. */
#ifndef REFERENCE_H
#define REFERENCE_H

#include <stdint.h>

/* What enters and leaves a product, and how its kernel slides; a linear layer is a kernel of one pixel over one pixel. */
typedef struct {
  int32_t height, width, channels, out_height, out_width, out;
  int32_t kernel_height, kernel_width, stride_y, stride_x, top, left, dilation_y, dilation_x, groups;
  int32_t terms; /* channels of one group */
} reference_layer;

void reference_run(void);
#endif
