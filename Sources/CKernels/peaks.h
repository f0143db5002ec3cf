// The loops of peak_<set>.c, one declaration for each set, and what they are made of.
#ifndef OCTAVO_PEAKS_H
#define OCTAVO_PEAKS_H

#include "CKernels.h"

extern const octavo_peaks octavo_peaks_scalar, octavo_peaks_avx2, octavo_peaks_avxvnni, octavo_peaks_avx512vnni;

/// The compiler must take the register's content for new: what is computed from it cannot be computed once for all.
#define OCTAVO_RENEW(x) __asm__ volatile("" : "+v"(x))
/// The compiler must take the register's content for read: what leads to it cannot be left out.
#define OCTAVO_USE(x) __asm__ volatile("" : : "v"(x))

#endif
