// The exponential in float32 that every variant computes, step by step.
//
// x = n ln 2 + r with |r| <= ln 2 / 2, and exp(x) = 2^n exp(r). Taylor's series to r^7, in Horner's order, leaves out less
// than r^8 / 8! < 6e-9 of a sum of at least 0.7; with rounding the result is within 2 units in the last place.
#ifndef OCTAVO_ROWS_F32_H
#define OCTAVO_ROWS_F32_H

#define EXP_LOG2E 0x1.715476p+0f
// Added and taken away, it rounds a magnitude below 2^22 half to even.
#define EXP_ROUND 0x1.8p+23f
// ln 2 in two parts: the products of the first, of 15 bits, with |n| < 2^9 are exact.
#define EXP_LN2_HIGH 0x1.62e4p-1f
#define EXP_LN2_LOW 0x1.7f7d1cp-20f
// Below it a result would be subnormal.
#define EXP_LEAST -87.0f

enum { EXP_TERMS = 8 };
// 1/7!, 1/6!, ..., 1.
static const float EXP_TERM[EXP_TERMS] = {1.0f / 5040, 1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f};

#endif
