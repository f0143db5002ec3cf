// Sums of products, in three ways between which a compiler chooses; the sum is the same, for it is exact in each. Where
// a processor has MVE (Helium), as Cortex-M55 and M85 may, sixteen products take one instruction. Where it multiplies
// two pairs of 16 bits at once, as Cortex-M4, M7 and M33 do, four products take two. Elsewhere, one by one.
extension CHelper {
  /// Whether there is MVE for integers. Arm's header has none for memory whose highest byte lies first.
  private static let hasMVE =
    "defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1) && !defined(__ARM_BIG_ENDIAN)"

  /// What the C of a sum of products needs from the compiler, before all else.
  static let dotIncludes = """
    #if \(hasMVE)
    #include <arm_mve.h>
    #elif defined(__ARM_FEATURE_SIMD32)
    #include <arm_acle.h>
    #include <string.h>
    #endif

    """

  /// With MVE. It multiplies bytes of one sign: x - 128 is one with a sign, and the sum of the weights is added as often as
  /// x lacks. Sums wrap at 32 bits, and that of all products does not leave them: it is exact, whatever is passed on the
  /// way. Loads of the last bytes read those alone; the others are zero, and so are their products.
  /// - Parameters:
  ///   - head: the function's name and arguments.
  ///   - lack: what each x lacks, a number without a sign.
  private static func mve(_ head: String, lack: String) -> String {
    """
    \(head) {
      /* Bytes of one sign are multiplied: x - 128 by w, and then w by what x lacks. Sums may wrap, the last one fits. */
      const uint8x16_t flip = vdupq_n_u8(128);
      uint32_t left = (uint32_t)count;
      int32_t sum = 0, weights = 0;
      for (uint32_t blocks = left / 16; blocks > 0; blocks--, x += 16, w += 16) {
        const int8x16_t some = vldrbq_s8(w);
        sum = vmladavaq_s8(sum, vreinterpretq_s8_u8(veorq_u8(vldrbq_u8(x), flip)), some);
        weights = vaddvaq_s8(weights, some);
      }
      left %= 16;
      if (left > 0) {
        const mve_pred16_t first = vctp8q(left);
        const int8x16_t some = vldrbq_z_s8(w, first);
        sum = vmladavaq_s8(sum, vreinterpretq_s8_u8(veorq_u8(vldrbq_z_u8(x, first), flip)), some);
        weights = vaddvaq_s8(weights, some);
      }
      return (int32_t)((uint32_t)sum + \(lack) * (uint32_t)weights);
    }
    """
  }

  private static let dotHead = "static int32_t dot(const uint8_t *x, const int8_t *w, int32_t count)"
  private static let dotFromHead =
    "static int32_t dot_from(const uint8_t *x, int32_t zero, const int8_t *w, int32_t count)"

  var dotText: String {
    switch self {
    case .dot:
      """
      /* The sum of x[i] * w[i]. */
      #if \(Self.hasMVE)
      \(Self.mve(Self.dotHead, lack: "128u"))
      #elif defined(__ARM_FEATURE_SIMD32)
      \(Self.dotHead) {
        int32_t sum = 0;
        for (; count >= 4; count -= 4, x += 4, w += 4) {
          uint32_t four, weights;
          memcpy(&four, x, 4);
          memcpy(&weights, w, 4);
          sum = __smlad((int16x2_t)(four & 0xFF00FFu), __sxtb16((int8x4_t)weights), sum);
          sum = __smlad((int16x2_t)((four >> 8) & 0xFF00FFu), __sxtb16((int8x4_t)(weights >> 8)), sum);
        }
        for (; count > 0; count--) {
          sum += (int32_t)*x++ * *w++;
        }
        return sum;
      }
      #else
      \(Self.dotHead) {
        int32_t sum = 0;
        for (int32_t i = 0; i < count; i++) {
          sum += (int32_t)x[i] * w[i];
        }
        return sum;
      }
      #endif

      """
    default:
      """
      /* The sum of (x[i] - zero) * w[i]. */
      #if \(Self.hasMVE)
      \(Self.mve(Self.dotFromHead, lack: "(128u - (uint32_t)zero)"))
      #elif defined(__ARM_FEATURE_SIMD32)
      \(Self.dotFromHead) {
        const int16x2_t zeros = (int16x2_t)(zero * 0x10001);
        int32_t sum = 0;
        for (; count >= 4; count -= 4, x += 4, w += 4) {
          uint32_t four, weights;
          memcpy(&four, x, 4);
          memcpy(&weights, w, 4);
          const int16x2_t even = __ssub16((int16x2_t)(four & 0xFF00FFu), zeros);
          const int16x2_t odd = __ssub16((int16x2_t)((four >> 8) & 0xFF00FFu), zeros);
          sum = __smlad(even, __sxtb16((int8x4_t)weights), sum);
          sum = __smlad(odd, __sxtb16((int8x4_t)(weights >> 8)), sum);
        }
        for (; count > 0; count--) {
          sum += (*x++ - zero) * *w++;
        }
        return sum;
      }
      #else
      \(Self.dotFromHead) {
        int32_t sum = 0;
        for (int32_t i = 0; i < count; i++) {
          sum += (x[i] - zero) * w[i];
        }
        return sum;
      }
      #endif

      """
    }
  }
}
