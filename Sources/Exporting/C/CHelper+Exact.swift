// From sums to integers as f32 does it, in integers. A product of two mantissas of 24 bits has at most 48, and is rounded
// twice as in f32: to 24 bits, then at the binary point.
extension CHelper {
  var exactText: String {
    switch self {
    case .bitLength:
      """
      /* Bits of x from its highest 1 on; x is not 0. */
      #if defined(__ARM_FEATURE_CLZ) && !defined(__aarch64__)
      static int32_t bit_length(uint32_t x) {
        return 32 - __builtin_clzl(x);
      }
      #else
      static int32_t bit_length(uint32_t x) {
        int32_t length = 1;
        for (int32_t half = 16; half > 0; half /= 2) {
          if (x >> half != 0) {
            x >>= half;
            length += half;
          }
        }
        return length;
      }
      #endif

      """
    case .halved:
      """
      /* x / 2^n rounded half to even; n is at least 1, and what leaves fits. */
      static uint32_t halved(uint64_t x, int32_t n) {
        return (uint32_t)((x + (((uint64_t)1 << (n - 1)) - 1) + ((x >> n) & 1)) >> n);
      }

      """
    case .magnitude:
      """
      static uint32_t magnitude(int32_t x) {
        return x < 0 ? 0u - (uint32_t)x : (uint32_t)x;
      }

      """
    case .limited:
      """
      static uint8_t limited(int32_t x, int32_t low, int32_t high) {
        return (uint8_t)(x < low ? low : x > high ? high : x);
      }

      """
    case .scaled:
      """
      /*
       * size * m, rounded to 24 bits, then to an integer, half to even both times; 512 stands for all from there on.
       * multiplier is m as IEEE 754 has it in 32 bits: m = (2^23 + its low 23 bits) * 2^(its other bits - 150).
       * size has 24 bits from its highest 1 to its lowest, or fewer.
       */
      static int32_t scaled(uint32_t size, uint32_t multiplier) {
        if (size == 0) {
          return 0;
        }
        const uint64_t product = (uint64_t)size * (((multiplier & 0x7FFFFFu) | 0x800000u) << 1);
        int32_t extra = bit_length(size);
        if (product >> (extra + 24) != 0) {
          extra++;
        }
        const uint32_t rounded = halved(product, extra);
        const int32_t fraction = 151 - (int32_t)(multiplier >> 23) - extra;
        return fraction < 15 ? 512 : fraction > 25 ? 0 : (int32_t)halved(rounded, fraction);
      }

      """
    case .requantize:
      """
      /* The next layer's integer: sum * m, rounded as by 32-bit real numbers, from the zero point on, limited. */
      static uint8_t requantize(int32_t sum, uint32_t multiplier, int32_t zero, int32_t low, int32_t high) {
        const int32_t size = scaled(magnitude(sum), multiplier);
        return limited(sum < 0 ? zero - size : zero + size, low, high);
      }

      """
    default:
      """
      /* The next layer's integer, of a sum that may need more than 24 bits and is rounded to as many first. */
      static uint8_t requantize_wide(int32_t sum, uint32_t multiplier, int32_t zero, int32_t low, int32_t high) {
        uint32_t size = magnitude(sum);
        const int32_t extra = size == 0 ? 0 : bit_length(size) - 24;
        if (extra > 0) {
          size = halved(size, extra) << extra;
        }
        const int32_t steps = scaled(size, multiplier);
        return limited(sum < 0 ? zero - steps : zero + steps, low, high);
      }

      """
    }
  }
}

// TensorFlow Lite's fixed point.
extension CHelper {
  var fixedPointText: String {
    switch self {
    case .floorShift:
      """
      /* x / 2^n, rounded down, whatever this machine's shift makes of a sign. */
      static int64_t floor_shift(int64_t x, int32_t n) {
        return x < 0 ? ~(~x >> n) : x >> n;
      }

      """
    case .fixed:
      """
      static uint8_t limited_from(int64_t x, int32_t zero, int32_t low, int32_t high) {
        return (uint8_t)(x < low - zero ? low : x > high - zero ? high : (int32_t)x + zero);
      }

      """
    case .requantizeTwice:
      """
      /*
       * sum * multiplier * 2^(shift - 31) as TensorFlow Lite has it: rounded after the product, ties up, and again after
       * the shift to the right, ties away from zero. A shift to the left saturates.
       */
      static uint8_t requantize_twice(int32_t sum, int32_t multiplier, int32_t shift, int32_t zero, int32_t low,
                                      int32_t high) {
        int64_t x = sum;
        if (shift > 0) {
          x *= (int64_t)1 << shift;
          x = x < INT32_MIN ? INT32_MIN : x > INT32_MAX ? INT32_MAX : x;
        }
        x = floor_shift(x * multiplier + ((int64_t)1 << 30), 31);
        if (shift < 0) {
          const int64_t half = (int64_t)1 << (-shift - 1);
          x = x < 0 ? -((half - x) >> -shift) : (half + x) >> -shift;
        }
        return limited_from(x, zero, low, high);
      }

      """
    default:
      """
      /* sum * multiplier * 2^(shift - 31) as TensorFlow Lite has it in single rounding: rounded once, ties up. */
      static uint8_t requantize_once(int32_t sum, int32_t multiplier, int32_t shift, int32_t zero, int32_t low,
                                     int32_t high) {
        const int64_t half = (int64_t)1 << (30 - shift);
        return limited_from(floor_shift((int64_t)sum * multiplier + half, 31 - shift), zero, low, high);
      }

      """
    }
  }
}

// Sums of real numbers, as f32 has them.
extension CHelper {
  var realText: String {
    switch self {
    case .key:
      """
      /* Integers in the order of the real numbers whose IEEE 754 bits they are: what is negative counts down. */
      static int32_t key(uint32_t sign, uint32_t size) {
        return sign != 0 ? -(int32_t)size : (int32_t)size;
      }

      """
    case .sumOfReals:
      """
      /* The key of x + y, rounded half to even, for real numbers as IEEE 754 has them in 32 bits. */
      static int32_t sum_of_reals(uint32_t x, uint32_t y) {
        if ((x & 0x7FFFFFFFu) < (y & 0x7FFFFFFFu)) {
          const uint32_t other = x;
          x = y;
          y = other;
        }
        const uint32_t sign = x >> 31;
        uint32_t exponent = (x >> 23) & 0xFFu, other_exponent = (y >> 23) & 0xFFu;
        uint32_t size = x & 0x7FFFFFu, other = y & 0x7FFFFFu;
        if (exponent == 0) {
          exponent = 1;
        } else {
          size |= 0x800000u;
        }
        if (other_exponent == 0) {
          other_exponent = 1;
        } else {
          other |= 0x800000u;
        }
        /* Three bits more: two that round, and one that says whether anything lies below. */
        const uint32_t apart = exponent - other_exponent;
        size <<= 3;
        other <<= 3;
        other = apart > 31 ? other != 0 : (other >> apart) | ((other >> apart) << apart != other);
        size = sign == (y >> 31) ? size + other : size - other;
        if (size >= 0x8000000u) {
          size = (size >> 1) | (size & 1u);
          exponent++;
        }
        while (size < 0x4000000u && exponent > 1) {
          size <<= 1;
          exponent--;
        }
        const uint32_t rest = size & 7u;
        size >>= 3;
        size += rest > 4 || (rest == 4 && (size & 1u) != 0);
        return key(sign, size + ((exponent - 1) << 23));
      }

      """
    default:
      """
      /* How many of the rising steps lie at x or below. */
      static int32_t steps_reached(const int32_t *steps, int32_t count, int32_t x) {
        int32_t low = 0;
        while (low < count) {
          const int32_t middle = low + (count - low) / 2;
          if (steps[middle] <= x) {
            low = middle + 1;
          } else {
            count = middle;
          }
        }
        return low;
      }

      """
    }
  }
}
