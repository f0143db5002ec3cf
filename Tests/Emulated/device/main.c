// A generated model on the images of a file, on a machine, under an emulator or on a board with semihosting:
//
//   main <images> <answers>
//
// <images> holds whole images of MODEL_PIXELS bytes, (channel, row, column). For each of them <answers> gets the class,
// one byte (two, the lower first, where there are more than 256), and then MODEL_CLASSES scores, one byte each, as they
// are: those of a model whose scores have a sign in two's complement. Exit code: 0 done; 1 a file that is not there or
// cannot be written; 2 an image that ends early; 64 other words than two.
#include <stdio.h>

#include "model.h"

static uint8_t pixels[MODEL_PIXELS], scratch[MODEL_SCRATCH_BYTES > 0 ? MODEL_SCRATCH_BYTES : 1];
static model_score scores[MODEL_CLASSES];

static int answer(FILE *out) {
  const int32_t best = model_predict(pixels, scores, scratch);
  const uint8_t class[2] = {(uint8_t)(best & 0xFF), (uint8_t)(best >> 8)};
  const size_t bytes = MODEL_CLASSES > 256 ? 2 : 1;
  return fwrite(class, 1, bytes, out) == bytes && fwrite(scores, 1, sizeof scores, out) == sizeof scores;
}

int main(int count, char **words) {
  if (count != 3) return 64;
  FILE *images = fopen(words[1], "rb"), *answers = fopen(words[2], "wb");
  if (!images || !answers) return 1;
  size_t bytes;
  while ((bytes = fread(pixels, 1, sizeof pixels, images)) == sizeof pixels) {
    if (!answer(answers)) return 1;
  }
  if (bytes != 0) return 2;
  return fclose(images) == 0 && fclose(answers) == 0 ? 0 : 1;
}
