// The natural logarithm's constants, and doubles by their bits.
#ifndef OCTAVO_NATURAL_H
#define OCTAVO_NATURAL_H

#include <stdint.h>
#include <string.h>

// ln 2 = LN2_HIGH + LN2_LOW; the high part is a multiple of 2^-32, so its products with |n| < 2^20 are exact.
static const double LN2_HIGH = 0x1.62e42feep-1, LN2_LOW = 0x1.a39ef35793c76p-33;

static inline double from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

#endif
