// Guarded memory, adversarial values and comparisons.
#include "harness.h"

#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// The values must not depend on the processor.
#pragma STDC FP_CONTRACT OFF

enum { SLOTS = 24, SLOT_BYTES = 1 << 20, BAND = 64, CANARY = 0xA5 };

static char context[400] = "start";
static unsigned char *slots[SLOTS];
static size_t taken;
static uint64_t random_state, digest_state;

static void __attribute__((noreturn)) fail(const char *what) {
  printf("kernels_equal: %s: %s\n", context, what);
  exit(1);
}

// A read or write outside of what a kernel may touch, or an instruction that this processor lacks.
static void on_signal(int number) {
  const char *what = number == SIGILL ? ": met an instruction that this processor lacks\n"
                                      : ": touched memory outside of what it was given\n";
  // The context was complete before the kernel ran; only calls that a handler may make.
  if (write(STDOUT_FILENO, "kernels_equal: ", 15) < 0 || write(STDOUT_FILENO, context, strlen(context)) < 0 ||
      write(STDOUT_FILENO, what, strlen(what)) < 0) {
    _exit(2);
  }
  _exit(1);
}

static void map_slots(void) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  for (size_t i = 0; i < SLOTS; i++) {
    slots[i] = mmap(NULL, SLOT_BYTES + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (slots[i] == MAP_FAILED || mprotect(slots[i] + SLOT_BYTES, page, PROT_NONE) != 0) fail("no memory");
  }
  signal(SIGSEGV, on_signal);
  signal(SIGBUS, on_signal);
  signal(SIGILL, on_signal);
}

void describe(const char *operation, const char *format, ...) {
  if (!slots[0]) map_slots();
  taken = 0;
  const int length = snprintf(context, sizeof context, "%s: ", operation);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(context + length, sizeof context - (size_t)length, format, arguments);
  va_end(arguments);
}

void *take(size_t bytes) {
  if (taken == SLOTS || bytes + BAND > SLOT_BYTES) fail("the check asks for more memory than it has");
  unsigned char *memory = slots[taken++] + SLOT_BYTES - bytes;
  memset(memory - BAND, CANARY, BAND);
  return memory;
}

void *copy(const void *original, size_t bytes) { return memcpy(take(bytes), original, bytes); }

// size bytes each, at an index, as hexadecimal digits.
static void __attribute__((noreturn)) differ(const void *expected, const void *found, size_t index, size_t size) {
  uint64_t e = 0, f = 0;
  memcpy(&e, (const char *)expected + index * size, size);
  memcpy(&f, (const char *)found + index * size, size);
  char what[120];
  snprintf(what, sizeof what, "element %zu is 0x%0*llx, expected 0x%0*llx", index, (int)size * 2,
           (unsigned long long)f, (int)size * 2, (unsigned long long)e);
  fail(what);
}

void begin(void) {
  random_state = 1;
  digest_state = 0xcbf29ce484222325;
}

uint64_t digest(void) { return digest_state; }

// FNV-1a (Fowler, Noll and Vo), by elements.
static void digest_one(uint64_t element) { digest_state = (digest_state ^ element) * 0x100000001b3; }

static void band_is_intact(const void *found) {
  const unsigned char *band = (const unsigned char *)found - BAND;
  for (size_t i = 0; i < BAND; i++) {
    if (band[i] != CANARY) fail("wrote before the beginning of its output");
  }
}

void same_bytes(const void *expected, const void *found, size_t bytes) {
  band_is_intact(found);
  for (size_t i = 0; i < bytes; i++) digest_one(((const unsigned char *)expected)[i]);
  if (memcmp(expected, found, bytes) == 0) return;
  size_t i = 0;
  while (((const char *)expected)[i] == ((const char *)found)[i]) i++;
  differ(expected, found, i, 1);
}

void same_floats(const float *expected, const float *found, size_t count) {
  band_is_intact(found);
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, expected + i, sizeof bits);
    digest_one(isnan(expected[i]) ? 1 : bits);
    if (isnan(expected[i]) && isnan(found[i])) continue;
    if (memcmp(expected + i, found + i, sizeof *found) != 0) differ(expected, found, i, sizeof *found);
  }
}

void same_doubles(const double *expected, const double *found, size_t count) {
  band_is_intact(found);
  for (size_t i = 0; i < count; i++) {
    uint64_t bits;
    memcpy(&bits, expected + i, sizeof bits);
    digest_one(isnan(expected[i]) ? 1 : bits);
    if (isnan(expected[i]) && isnan(found[i])) continue;
    if (memcmp(expected + i, found + i, sizeof *found) != 0) differ(expected, found, i, sizeof *found);
  }
}

// SplitMix64 (Steele, Lea and Flood, 2014).
static uint64_t next(void) {
  uint64_t z = random_state += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

size_t below(size_t bound) { return (size_t)(next() % bound); }

float uniform(float low, float high) { return low + (high - low) * ((float)(next() >> 40) * 0x1p-24f); }

static float difficult(void) {
  static const uint32_t special[] = {
      0x00000000, 0x80000000,  // zeros
      0x7f800000, 0xff800000,  // infinities
      0x7fc00000, 0xffc12345,  // quiet NaN
      0x7fa00001, 0xff812345,  // signalling NaN
      0x00000001, 0x80000001,  // the least subnormals
      0x007fffff, 0x807fffff,  // the greatest
      0x7f7fffff, 0xff7fffff,  // the greatest numbers
  };
  if (below(3) != 0) return (float)below(7) - 3.0f;
  float x;
  memcpy(&x, special + below(sizeof special / sizeof *special), sizeof x);
  return x;
}

static float tie(void) {
  const float x = (float)below(600) * 0.5f - 150.0f;
  const size_t side = below(3);
  return side == 0 ? x : nextafterf(x, side == 1 ? -INFINITY : INFINITY);
}

float *floats(size_t count, fill kind) {
  float *x = take(count * sizeof *x);
  for (size_t i = 0; i < count; i++) x[i] = kind == UNIFORM ? uniform(-4, 4) : kind == TIES ? tie() : difficult();
  return x;
}

int32_t *offsets(size_t count, size_t step) {
  int32_t *x = take(count * sizeof *x);
  for (size_t i = 0; i < count; i++) x[i] = (int32_t)(i * step);
  return x;
}
