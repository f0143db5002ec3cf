// The loops of peak_<set>.c, one declaration for each set, and what they are made of.
#ifndef OCTAVO_PEAKS_H
#define OCTAVO_PEAKS_H

#include "CKernels.h"

extern const octavo_peaks octavo_peaks_scalar;
extern const octavo_peaks octavo_peaks_avx2, octavo_peaks_avxvnni, octavo_peaks_avx512vnni;
extern const octavo_peaks octavo_peaks_neon, octavo_peaks_neon_i8mm;

// How inline assembly names a vector register.
#if defined(__aarch64__)
#define OCTAVO_VECTOR "w"
#else
#define OCTAVO_VECTOR "v"
#endif

/// The compiler must take the register's content for new: what is computed from it cannot be computed once for all.
#define OCTAVO_RENEW(x) __asm__ volatile("" : "+" OCTAVO_VECTOR(x))
/// The compiler must take the register's content for read: what leads to it cannot be left out.
#define OCTAVO_USE(x) __asm__ volatile("" : : OCTAVO_VECTOR(x))

/// CHAINS chains of dependent sums, enough to hide the latency of a multiply-add on every port that has one, and few
/// enough for the registers. One round makes sum[i] the value of `add`, for every i; x is renewed for each, so that no two
/// products are the same to the compiler.
#define OCTAVO_CHAINS(vector, zero, rounds, x, add)             \
  do {                                                          \
    vector sum[CHAINS];                                         \
    _Pragma("clang loop unroll(full)")                          \
    for (int i = 0; i < CHAINS; i++) sum[i] = zero;             \
    for (size_t round = 0; round < (rounds); round++) {         \
      _Pragma("clang loop unroll(full)")                        \
      for (int i = 0; i < CHAINS; i++) {                        \
        OCTAVO_RENEW(x);                                        \
        sum[i] = add;                                           \
      }                                                         \
    }                                                           \
    _Pragma("clang loop unroll(full)")                          \
    for (int i = 0; i < CHAINS; i++) OCTAVO_USE(sum[i]);        \
  } while (0)

#endif
