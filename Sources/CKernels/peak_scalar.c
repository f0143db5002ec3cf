// The ceilings of plain C: what the compiler makes of the simplest loop over operands in the nearest cache.
#include <math.h>
#include <string.h>

#include "peaks.h"

#pragma STDC FP_CONTRACT OFF

enum { CHAINS = 8, BYTES = 256, BLOCK = 64 };

/// The compiler must take everything in memory for new, and for read.
#define RENEW_MEMORY __asm__ volatile("" : : : "memory")

static void f32(size_t rounds) {
  float x[CHAINS], sum[CHAINS];
  for (int i = 0; i < CHAINS; i++) x[i] = sum[i] = 0.5f;
  __asm__ volatile("" : : "r"(x), "r"(sum) : "memory");
  for (size_t round = 0; round < rounds; round++) {
    for (int i = 0; i < CHAINS; i++) sum[i] = fmaf(x[i], 0.5f, sum[i]);
    RENEW_MEMORY;
  }
}

static void u8s8(size_t rounds) {
  uint8_t a[BYTES];
  int8_t w[BYTES];
  memset(a, 3, sizeof a);
  memset(w, -2, sizeof w);
  __asm__ volatile("" : : "r"(a), "r"(w) : "memory");
  for (size_t round = 0; round < rounds; round++) {
    int32_t sum = 0;
    for (int i = 0; i < BYTES; i++) sum += a[i] * w[i];
    __asm__ volatile("" : : "r"(sum) : "memory");
  }
}

// By blocks: the library's memmove has nothing to do where both are the same.
static void copy(size_t bytes, const void *from, void *to) {
  const uint8_t *source = from;
  uint8_t *target = to;
  for (size_t i = 0; i + BLOCK <= bytes; i += BLOCK) {
    uint8_t block[BLOCK];
    memcpy(block, source + i, BLOCK);
    memcpy(target + i, block, BLOCK);
    RENEW_MEMORY;
  }
}

static void read_all(size_t bytes, const void *from) {
  const uint8_t *p = from;
  uint64_t sum = 0, word;
  for (size_t i = 0; i + sizeof word <= bytes; i += sizeof word) {
    memcpy(&word, p + i, sizeof word);
    sum ^= word;
  }
  __asm__ volatile("" : : "r"(sum));
}

const octavo_peaks octavo_peaks_scalar = {
    .f32 = {.operations = 2 * CHAINS, .run = f32},
    .u8s8_pairwise = {.operations = 2 * BYTES, .run = u8s8},
    .u8s8_wide = {.operations = 2 * BYTES, .run = u8s8},
    .copy = copy,
    .read = read_all,
};
