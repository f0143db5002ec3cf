// The one-dimensional transforms of Winograd's F(4, 3), written once for floats and for vectors of floats: V is the type,
// ADD, SUB, MUL and FMA(a, b, c) = a * b + c its operations, SET its constants. Each operation is rounded once, so that
// every instruction set gives the same bits.
//
//     input    B^T d:  4 0 -5 0 1 0 / 0 -4 -4 1 1 0 / 0 4 -4 -1 1 0 / 0 -2 -1 2 1 0 / 0 2 -1 -2 1 0 / 0 4 0 -5 0 1
//     output   A^T m:  1 1 1 1 1 0 / 0 1 -1 2 -2 0 / 0 1 1 4 4 0 / 0 1 -1 8 -8 1
#ifndef OCTAVO_WINOGRAD_F32_H
#define OCTAVO_WINOGRAD_F32_H

#define OCTAVO_WINOGRAD_TRANSFORMS(V, SET, ADD, SUB, FMA)                                               \
  static inline __attribute__((always_inline)) void transform_input(const V d[6], V t[6]) {             \
    const V even = FMA(SET(-4), d[2], d[4]), odd = FMA(SET(-4), d[1], d[3]);                            \
    const V near = SUB(d[4], d[2]), far = SUB(d[3], d[1]);                                              \
    t[0] = FMA(SET(4), d[0], FMA(SET(-5), d[2], d[4]));                                                 \
    t[1] = ADD(even, odd);                                                                              \
    t[2] = SUB(even, odd);                                                                              \
    t[3] = FMA(SET(2), far, near);                                                                      \
    t[4] = FMA(SET(-2), far, near);                                                                     \
    t[5] = FMA(SET(4), d[1], FMA(SET(-5), d[3], d[5]));                                                 \
  }                                                                                                     \
  static inline __attribute__((always_inline)) void transform_output(const V m[6], V y[4]) {            \
    const V p = ADD(m[1], m[2]), q = SUB(m[1], m[2]), r = ADD(m[3], m[4]), s = SUB(m[3], m[4]);         \
    y[0] = ADD(ADD(m[0], p), r);                                                                        \
    y[1] = FMA(SET(2), s, q);                                                                           \
    y[2] = FMA(SET(4), r, p);                                                                           \
    y[3] = ADD(FMA(SET(8), s, q), m[5]);                                                                \
  }

#endif
