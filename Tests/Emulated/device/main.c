/* Runs an exported model on images: `program images answers`.
 *
 * images   bytes of images, one after the other, MODEL_PIXELS of each
 * answers  for each image its class, four bytes, the lowest first, and then its MODEL_CLASSES scores
 *
 * Prints figures, a word and a number a line: scratch_bytes, and on a Cortex-M, whose timer an emulator that counts
 * instructions advances with them, instructions_per_image and reference_instructions_per_image. */
#include <stdio.h>
#include <stdlib.h>

#include "counter.h"
#include "model.h"
#include "reference.h"

static uint8_t pixels[MODEL_PIXELS];
static model_score scores[MODEL_CLASSES];
static uint8_t scratch[MODEL_SCRATCH_BYTES + 1];

static int fail(const char *what, const char *file) {
  fprintf(stderr, "error: cannot %s %s\n", what, file);
  return EXIT_FAILURE;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "error: expected two files, images and answers, found %d\n", argc - 1);
    return EXIT_FAILURE;
  }
  FILE *images = fopen(argv[1], "rb");
  if (images == NULL) return fail("read", argv[1]);
  FILE *answers = fopen(argv[2], "wb");
  if (answers == NULL) return fail("write", argv[2]);
  double instructions = 0;
  unsigned long count = 0;
  counter_start();
  while (fread(pixels, 1, sizeof pixels, images) == sizeof pixels) {
    const double before = counter_read();
    const int32_t winner = model_predict(pixels, scores, scratch);
    instructions += counter_read() - before;
    const uint8_t bytes[4] = {(uint8_t)winner, (uint8_t)(winner >> 8), (uint8_t)(winner >> 16), (uint8_t)(winner >> 24)};
    if (fwrite(bytes, 1, sizeof bytes, answers) != sizeof bytes) return fail("write", argv[2]);
    if (fwrite(scores, sizeof scores[0], MODEL_CLASSES, answers) != MODEL_CLASSES) return fail("write", argv[2]);
    count += 1;
  }
  fclose(images);
  if (fclose(answers) != 0) return fail("write", argv[2]);
  printf("scratch_bytes %lu\n", (unsigned long)MODEL_SCRATCH_BYTES);
  if (count > 0 && instructions > 0) {
    const double before = counter_read();
    reference_run();
    printf("instructions_per_image %.0f\n", instructions / (double)count);
    printf("reference_instructions_per_image %.0f\n", counter_read() - before);
  }
  return EXIT_SUCCESS;
}
