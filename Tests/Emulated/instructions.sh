#!/usr/bin/env bash
# Looks into compiled kernels for the instruction that each set exists for, and for those that it must do without: a
# kernel that lost its instruction still gives the right bits, and one that has too many stops on an older processor.
#
#     instructions.sh aarch64|arm64|x86_64 DIRECTORY      where the objects are, one for each file of CKernels
set -euo pipefail

objdump=$(clang -print-prog-name=llvm-objdump)
directory=$2
failed=0

# The instructions of an object file that match.
count() { "$objdump" --disassemble --no-show-raw-insn "$directory/$1.o" | grep -cE "$2" || true; }

has() {
  local found
  found=$(count "$1" "$2")
  if [ "$found" = 0 ]; then
    echo "instructions: $1: no $3"
    failed=1
  else
    echo "instructions: $1: $3, $found times"
  fi
}

lacks() {
  local found
  found=$(count "$1" "$2")
  if [ "$found" != 0 ]; then
    echo "instructions: $1: $3, $found times, which its instruction set does not have"
    failed=1
  fi
}

case $1 in
  aarch64 | arm64)
    has gemm_f32_neon 'fmla.*\.4s' 'fmla of four floats'
    has gemm_u8s8_neon 'sdot.*\.16b' sdot
    has gemm_u8s8_neon_i8mm 'usdot.*\.16b' usdot
    has gemm_groups_neon 'sdot.*\.16b' sdot
    has peak_neon 'sdot.*\.16b' sdot
    has peak_neon_i8mm 'usmmla.*\.16b' usmmla
    lacks gemm_u8s8_neon '(usdot|sudot|mmla)' usdot
    lacks gemm_groups_neon '(usdot|sudot|mmla)' usdot
    lacks peak_neon '(usdot|sudot|mmla)' usmmla
    for object in "$directory"/*.o; do
      name=$(basename "$object" .o)
      case $name in gemm_u8s8_neon* | gemm_groups_neon | peak_neon*) ;; *) lacks "$name" '(dot|mmla)[[:space:]]+v' 'a dot product' ;; esac
    done
    ;;
  x86_64)
    has gemm_f32_avx2 'vfmadd231ps.*%ymm' 'vfmadd231ps of ymm'
    has gemm_f32_avx512vnni 'vfmadd231ps.*%zmm' 'vfmadd231ps of zmm'
    has gemm_u8s8_avx2 'vpmaddubsw.*%ymm' 'vpmaddubsw of ymm'
    has gemm_u8s8_avxvnni '\{vex\}[[:space:]]+vpdpbusd.*%ymm' 'vpdpbusd of ymm, in VEX encoding'
    has gemm_u8s8_avx512vnni 'vpdpbusd.*%zmm' 'vpdpbusd of zmm'
    has gemm_groups_avx2 'vpmaddubsw.*%ymm' 'vpmaddubsw of ymm'
    has gemm_groups_avxvnni '\{vex\}[[:space:]]+vpdpbusd.*%ymm' 'vpdpbusd of ymm, in VEX encoding'
    has gemm_groups_avx512vnni 'vpdpbusd.*%zmm' 'vpdpbusd of zmm'
    has peak_avx2 'vpmaddubsw.*%ymm' 'vpmaddubsw of ymm'
    has peak_avxvnni '\{vex\}[[:space:]]+vpdpbusd.*%ymm' 'vpdpbusd of ymm, in VEX encoding'
    has peak_avx512vnni 'vpdpbusd.*%zmm' 'vpdpbusd of zmm'
    for object in "$directory"/*.o; do
      name=$(basename "$object" .o)
      case $name in *_avx512vnni) ;; *) lacks "$name" '%(zmm|k[0-7])' 'AVX-512' ;; esac
      case $name in *_avxvnni | *_avx512vnni) ;; *) lacks "$name" 'vpdp' 'VNNI' ;; esac
      case $name in *_avx*) ;; *) lacks "$name" '%ymm' 'AVX' ;; esac
    done
    ;;
  *)
    echo "instructions: $1: expected aarch64 or x86_64" >&2
    exit 64
    ;;
esac
exit $failed
