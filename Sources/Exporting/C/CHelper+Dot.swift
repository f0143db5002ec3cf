// Sums of products. Where a processor multiplies two pairs of 16 bits at once, as Cortex-M4, M7, M33 and M55 do, four
// products take two instructions; the sum is the same, for it is exact either way.
extension CHelper {
  /// What the C of a sum of products needs from the compiler, before all else.
  static let dotIncludes = """
    #if defined(__ARM_FEATURE_SIMD32)
    #include <arm_acle.h>
    #include <string.h>
    #endif

    """

  var dotText: String {
    switch self {
    case .dot:
      """
      /* The sum of x[i] * w[i]. */
      #if defined(__ARM_FEATURE_SIMD32)
      static int32_t dot(const uint8_t *x, const int8_t *w, int32_t count) {
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
      static int32_t dot(const uint8_t *x, const int8_t *w, int32_t count) {
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
      #if defined(__ARM_FEATURE_SIMD32)
      static int32_t dot_from(const uint8_t *x, int32_t zero, const int8_t *w, int32_t count) {
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
      static int32_t dot_from(const uint8_t *x, int32_t zero, const int8_t *w, int32_t count) {
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
