/// A small function of C that layers share. A file holds those that its layers call, and what they call in turn.
enum CHelper: CaseIterable, Comparable {
  case dot, dotFrom, firstTap, endTap
  case bitLength, halved, magnitude, limited
  case scaled, requantize, requantizeWide
  case floorShift, fixed, requantizeTwice, requantizeOnce
  case mean, key, sumOfReals, stepsReached

  /// What its text calls.
  private var calls: [CHelper] {
    switch self {
    case .dot, .dotFrom, .firstTap, .endTap, .bitLength, .halved, .magnitude, .limited, .floorShift, .mean, .key: []
    case .scaled: [.bitLength, .halved]
    case .requantize: [.magnitude, .scaled, .limited]
    case .requantizeWide: [.bitLength, .halved, .magnitude, .scaled, .limited]
    case .fixed: []
    case .requantizeTwice, .requantizeOnce: [.floorShift, .fixed]
    case .sumOfReals: [.key]
    case .stepsReached: []
    }
  }

  /// The given ones with all that they call, in an order in which C can read them.
  static func closure(of helpers: Set<CHelper>) -> [CHelper] {
    var (all, waiting) = (helpers, Array(helpers))
    while let helper = waiting.popLast() {
      for call in helper.calls where all.insert(call).inserted { waiting.append(call) }
    }
    return all.sorted()
  }

  /// Its C.
  var text: String {
    switch self {
    case .dot, .dotFrom: dotText
    case .firstTap, .endTap, .mean: windowText
    case .bitLength, .halved, .magnitude, .limited, .scaled, .requantize, .requantizeWide: exactText
    case .floorShift, .fixed, .requantizeTwice, .requantizeOnce: fixedPointText
    case .key, .sumOfReals, .stepsReached: realText
    }
  }
}

// MARK: Windows

extension CHelper {
  fileprivate var windowText: String {
    switch self {
    case .firstTap:
      """
      /* The first of taps at origin, origin + step, ... that lies at 0 or behind it. */
      static int32_t first_tap(int32_t origin, int32_t step) {
        return origin < 0 ? (step - 1 - origin) / step : 0;
      }

      """
    case .endTap:
      """
      /* One past the last of count taps at origin, origin + step, ... that lies before size. */
      static int32_t end_tap(int32_t origin, int32_t step, int32_t count, int32_t size) {
        const int32_t taps = origin < size ? (size - origin + step - 1) / step : 0;
        return taps < count ? taps : count;
      }

      """
    default:
      """
      /* sum / count, rounded half to even. */
      static int32_t mean(int32_t sum, int32_t count) {
        int32_t quotient = sum / count, rest = sum % count;
        if (rest < 0) {
          quotient--;
          rest += count;
        }
        return quotient + (rest > count - rest || (rest == count - rest && quotient % 2 != 0));
      }

      """
    }
  }
}
