// What an instruction set can reach at most on this machine: loops that do nothing but multiply and add in registers, or
// move bytes. Benchmarks divide a kernel's rate by theirs. They compute nothing that anyone reads.
#ifndef OCTAVO_CPEAKS_H
#define OCTAVO_CPEAKS_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// A loop in registers: `run(rounds)` performs rounds * operations multiplications and additions, each counted as one.
typedef struct {
  size_t operations;
  void (*run)(size_t rounds);
} octavo_peak;

/// One instruction set's loops.
typedef struct {
  /// Fused multiply-adds of f32: a product and a sum each.
  octavo_peak f32;
  /// u8 * s8 -> s32, by the fastest way that is exact where the sum of two products fits in s16.
  octavo_peak u8s8_pairwise;
  /// u8 * s8 -> s32, by the fastest way that is exact for all operands.
  octavo_peak u8s8_wide;
  /// Reads `bytes` bytes and writes as many, which may be the same ones.
  void (*copy)(size_t bytes, const void *from, void *to);
  /// Reads `bytes` bytes.
  void (*read)(size_t bytes, const void *from);
} octavo_peaks;

/// The loops of an instruction set, an `octavo_isa`. The set's kernels must be available on this machine.
const octavo_peaks *octavo_peaks_for(int isa);

#pragma clang assume_nonnull end

#endif
