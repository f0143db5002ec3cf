import Quantization

// The sum of two values is one of real numbers, rounded as f32 has it, and quantized. The terms come from tables; the sum
// is made in integers; and since quantization never falls where its argument rises, it is a search among the least real
// numbers that reach each integer: whichever the rule, no division.
extension CStep {
  /// The sum of two values under another scale.
  func add(_ rule: ScalingRule, _ clamp: IntegerRange) -> CFunction {
    let (low, high) = output.stored(clamp)
    let terms = inputs.map { Array($0.terms.prefix(tableLength($0))) }
    let isShared = terms[0] == terms[1]
    var function = CFunction(helpers: [.sumOfReals, .stepsReached])
    for (index, term) in terms.enumerated() where index == 0 || !isShared {
      function.constants.append(
        CConstant(
          "terms_\(id)_\(index)", term,
          "The real number of each byte of \(isShared ? "either input" : "input \(index)"), by its IEEE 754 bits."))
    }
    function.constants.append(
      CConstant(
        "levels_\(id)", output.parameters.steps(rule, clamp),
        "The least real numbers that become \(low + 1) to \(high), as keys of their IEEE 754 bits."))
    function.body.loop("i", below: output.shape.image.count) { writer in
      writer.line(
        "const int32_t sum = sum_of_reals(terms_\(id)_0[x0[i]], terms_\(id)_\(isShared ? 0 : 1)[x1[i]]);")
      writer.line(
        "y[i] = (uint8_t)" + "steps_reached(levels_\(id), \(high - low), sum)".plus(low) + ";")
    }
    return function
  }
}

extension IntegerProgram.Value {
  /// For each byte the bits of the real number that it stands for.
  fileprivate var terms: [UInt32] {
    let parameters = parameters.stored
    return (0..<256).map { parameters.dequantize($0).bitPattern }
  }
}

extension QuantizationParameters {
  /// For each integer of `clamp` but the least, the key of the least real number that becomes it or a greater one.
  func steps(_ rule: ScalingRule, _ clamp: IntegerRange) -> [Int32] {
    var steps: [Int32] = []
    var low = -Self.infinity
    for integer in clamp.low + 1...clamp.high {
      var high = Self.infinity
      while low < high {
        let middle = low + (high - low) / 2
        if quantize(Self.real(of: Int32(middle)), rule: rule, clamp) >= integer {
          high = middle
        } else {
          low = middle + 1
        }
      }
      steps.append(Int32(low))
    }
    return steps
  }

  /// The key of infinity.
  private static let infinity = Int(Float.infinity.bitPattern)

  /// The real number of a key: its bits, those of a negative number counted down from 0.
  private static func real(of key: Int32) -> Float {
    key < 0 ? -Float(bitPattern: UInt32(-key)) : Float(bitPattern: UInt32(key))
  }

  /// The integer of a real number, clamped to integers that hold the zero point.
  private func quantize(_ x: Float, rule: ScalingRule, _ clamp: IntegerRange) -> Int32 {
    guard let clamped = try? QuantizationParameters(scale: scale, zeroPoint: zeroPoint, range: clamp) else {
      preconditionFailure("a clamp holds the zero point")
    }
    return clamped.quantize(x, rule: rule)
  }
}
