// The table of ceilings.
#include "peaks.h"

const octavo_peaks *octavo_peaks_for(int isa) {
#if defined(__x86_64__)
  switch ((octavo_isa)isa) {
    case OCTAVO_ISA_SCALAR: return &octavo_peaks_scalar;
    case OCTAVO_ISA_AVX2: return &octavo_peaks_avx2;
    case OCTAVO_ISA_AVXVNNI: return &octavo_peaks_avxvnni;
    case OCTAVO_ISA_AVX512VNNI: return &octavo_peaks_avx512vnni;
    default: break;
  }
#elif defined(__aarch64__)
  switch ((octavo_isa)isa) {
    case OCTAVO_ISA_NEON: return &octavo_peaks_neon;
    case OCTAVO_ISA_NEON_I8MM: return &octavo_peaks_neon_i8mm;
    default: break;
  }
#endif
  return &octavo_peaks_scalar;
}
