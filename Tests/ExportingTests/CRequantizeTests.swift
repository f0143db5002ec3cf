import Exporting
import Foundation
import Kernels
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

/// The functions of generated C that go from a sum to an integer, called by themselves.
@Suite(.enabled(if: !CCompiler.all.isEmpty, Comment(rawValue: CCompiler.absence)))
struct CRequantizeTests {
  /// What a function is called with.
  private struct Call {
    var sum: Int32
    var multiplier: UInt32
    var shift: Int32 = 0
    var zero: Int32
    var low: Int32
    var high: Int32
  }

  /// What a function makes of calls.
  private func answers(
    _ calls: [Call], function: String, bias: Int32 = 100, _ rounding: CRounding = .exact
  ) throws -> [UInt8] {
    let model = try QuantizedModel(
      Network(1, 1, 1, [.conv2d(Conv2d(out: 1, kernel: 1))]),
      scales: [Network.inputName: .u8(1, 0), "l0": .u8(1, 0)], bias: bias, seed: 3)
    let multiplier = rounding == .exact ? "(uint32_t)c[1]" : "c[1], c[2]"
    return try CFunctionRun.answers(
      "\(function)(c[0], \(multiplier), c[3], c[4], c[5])", in: model, rounding: rounding,
      words: calls.map { [$0.sum, Int32(bitPattern: $0.multiplier), $0.shift, $0.zero, $0.low, $0.high] }
    ).map { UInt8($0) }
  }

  /// Sums of every length, whole powers of two and their neighbours among them.
  private func sum(_ random: inout SeededGenerator, bits: Int) -> Int32 {
    let length = random.below(bits + 1)
    let size =
      switch random.below(4) {
      case 0: Int64(1) << Int64(length)
      case 1: (Int64(1) << Int64(length)) + Int64(random.below(5)) - 2
      default: Int64(random.below(1 << length))
      }
    return Int32(clamping: random.below(2) == 0 ? size : -size)
  }

  /// Multipliers of every size, most of which bring the sum into the bytes, some onto a tie.
  private func multiplier(_ random: inout SeededGenerator, for sum: Int32) -> Float {
    let size = Float(max(sum.magnitude, 1))
    switch random.below(8) {
    case 0: return Float(bitPattern: 1 + UInt32(random.below(Int(Float.infinity.bitPattern) - 1)))
    case 1: return Float(sign: .plus, exponent: random.below(60) - 50, significand: 1)
    case 2: return (Float(random.below(512)) + 0.5) / size
    case 3: return ((Float(random.below(512)) + 0.5) / size).nextUp
    case 4: return ((Float(random.below(512)) + 0.5) / size).nextDown
    default: return Float(random.uniform(0.001, 300)) / size
    }
  }

  private func range(_ random: inout SeededGenerator) -> (zero: Int32, low: Int32, high: Int32) {
    let ends = random.integers(3, 0...255 as ClosedRange<Int32>).sorted()
    return random.below(2) == 0 ? (ends[1], 0, 255) : (ends[1], ends[0], max(ends[2], ends[0] + 1))
  }

  // A million pairs of a sum and a multiplier: the integer is that of the definition in f32.
  @Test(arguments: [("requantize_wide", 1 << 30, 31), ("requantize", 100, 24)] as [(String, Int32, Int)])
  func sumsBecomeWhatTheDefinitionSays(_ function: String, _ bias: Int32, _ bits: Int) throws {
    var random = SeededGenerator(seed: UInt64(bits))
    var (calls, expected): ([Call], [UInt8]) = ([], [])
    for _ in 0..<500_000 {
      let sum = sum(&random, bits: bits)
      guard bits == 31 || sum.magnitude <= 1 << 24 else { continue }
      let multiplier = multiplier(&random, for: sum)
      let (zero, low, high) = range(&random)
      calls.append(Call(sum: sum, multiplier: multiplier.bitPattern, zero: zero, low: low, high: high))
      let integer = Requantization.requantize(
        sum, multiplier: multiplier, zeroPoint: zero, clamp: IntegerRange(low, high))
      expected.append(UInt8(integer))
    }
    let edges: [Int32] = bits == 31 ? [.min, .min + 1, .max, .max - 1, 0, 1, -1] : [0, 1, -1]
    let extremes: [Float] = [
      .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 0x1p-31, 0x1p-32, 0.5, 1,
    ]
    for sum in edges {
      for multiplier in extremes {
        calls.append(Call(sum: sum, multiplier: multiplier.bitPattern, zero: 100, low: 0, high: 255))
      }
    }
    for call in calls[expected.count...] {
      let integer = Requantization.requantize(
        call.sum, multiplier: Float(bitPattern: call.multiplier), zeroPoint: 100, clamp: IntegerRange(0, 255))
      expected.append(UInt8(integer))
    }
    #expect(Set(expected).count == 256)
    let found = try answers(calls, function: function, bias: bias)
    #expect(found.count == expected.count)
    let wrong = zip(zip(calls, found), expected).filter { $0.0.1 != $0.1 }
    #expect(wrong.isEmpty, "\(wrong.count) differ, the first \(String(describing: wrong.first))")
  }

  // Fixed point as gemmlowp defines it, step by step; both shifts, both signs, ties, saturation.
  @Test(arguments: [CRounding.tfliteDouble, .tfliteSingle]) func fixedPointIsThatOfTheDefinition(_ rounding: CRounding)
    throws
  {
    var random = SeededGenerator(seed: 5)
    var (calls, expected): ([Call], [UInt8]) = ([], [])
    for _ in 0..<300_000 {
      let sum = sum(&random, bits: 31)
      let (q, shift) = Gemmlowp.quantizeMultiplier(Double(multiplier(&random, for: sum)), rounding)
      let (zero, low, high) = range(&random)
      // What overflows on the way is undefined in the original.
      guard Int32(exactly: Int64(sum) << Int64(max(shift, 0))) != nil else { continue }
      calls.append(Call(sum: sum, multiplier: UInt32(bitPattern: q), shift: shift, zero: zero, low: low, high: high))
      let scaled = Gemmlowp.multiply(sum, q, shift, rounding)
      expected.append(UInt8(min(max(scaled + Int64(zero), Int64(low)), Int64(high))))
    }
    #expect(calls.count > 200_000 && calls.contains { $0.shift > 0 } && Set(expected).count == 256)
    let function = rounding == .tfliteDouble ? "requantize_twice" : "requantize_once"
    let found = try answers(calls, function: function, rounding)
    let wrong = zip(zip(calls, found), expected).filter { $0.0.1 != $0.1 }
    #expect(wrong.isEmpty, "\(wrong.count) differ, the first \(String(describing: wrong.first))")
  }

  // A whole layer in fixed point, its multipliers made from scales in f64.
  @Test(arguments: [CRounding.tfliteDouble, .tfliteSingle])
  func aLayerInFixedPointIsThatOfTheDefinition(_ rounding: CRounding) throws {
    let network = Network(1, 6, 6, [.flatten, .linear(Linear(out: 40))])
    var random = SeededGenerator(seed: 8)
    let weightScales = random.floats(40, 0.001, 0.2)
    let (input, output) = (try QuantizationParameters.u8(0.0173, 0), try QuantizationParameters.s8(1.37, -11))
    let model = try QuantizedModel(
      network, scales: [Network.inputName: input, "l1": output], weightScales: ["l1": weightScales], bias: 3000)
    let pixels = random.integers(20 * 36, 0...255 as ClosedRange<UInt8>)
    let run = try CModelRun([.init(name: "fixed point", model: model, pixels: pixels)], rounding: rounding)
    let answers = try run.answers(#require(CCompiler.all.first))[0]
    let numbers = try #require(model.layers["l1"]?.integer)
    guard case .s32(let bias) = numbers.bias else { preconditionFailure("octavo's biases are integers") }
    let fixed = weightScales.map {
      Gemmlowp.quantizeMultiplier(Double(input.scale) * Double($0) / Double(output.scale), rounding)
    }
    var differences = 0
    for answer in answers {
      let x = try #require(answer.traced[0])
      for channel in 0..<40 {
        let sum = (0..<36).reduce(bias[channel]) {
          $0 + Int32(x[$1]) * Int32(numbers.weight.integers[channel * 36 + $1])
        }
        let (q, shift) = fixed[channel]
        let integer = min(max(Gemmlowp.multiply(sum, q, shift, rounding) - 11, -128), 127)
        #expect(answer.scores[channel] == UInt8(bitPattern: Int8(integer)))
        let ours = Requantization.requantize(
          sum, multiplier: numbers.multipliers[channel], zeroPoint: -11, clamp: IntegerRange(.s8))
        if Int64(ours) != integer { differences += 1 }
      }
    }
    #expect(run.models[0].elements(of: "multipliers_l1") == fixed.map(\.0))
    #expect(run.models[0].elements(of: "shifts_l1") == fixed.map(\.1))
    #expect(differences < 20, "fixed point and f32 seldom disagree")
  }
}

extension CModel {
  /// The integers of an array.
  fileprivate func elements(of name: String) -> [Int32] {
    guard let begin = source.range(of: " \(name)[")?.upperBound else { return [] }
    let array = source[begin...].drop { $0 != "{" }.dropFirst().prefix { $0 != "}" }
    return array.split { ", \n".contains($0) }.compactMap { Int32($0) }
  }
}

/// TensorFlow Lite's fixed point, from its description.
private enum Gemmlowp {
  static func quantizeMultiplier(_ factor: Double, _ rounding: CRounding) -> (Int32, Int32) {
    guard factor != 0 else { return (0, 0) }
    let (fraction, exponent) = frexp(factor)
    var (q, shift) = (Int64((fraction * 2_147_483_648).rounded(.toNearestOrAwayFromZero)), exponent)
    if q == 2_147_483_648 { (q, shift) = (q / 2, shift + 1) }
    if shift < -31 { (q, shift) = (0, 0) }
    if rounding == .tfliteSingle && shift > 30 { (q, shift) = (2_147_483_647, 30) }
    return (Int32(q), Int32(min(shift, 31)))
  }

  static func multiply(_ x: Int32, _ q: Int32, _ shift: Int32, _ rounding: CRounding) -> Int64 {
    if rounding == .tfliteSingle {
      let total = Int64(31 - shift)
      return (Int64(x) * Int64(q) + (1 << (total - 1))) >> total
    }
    let high = saturatingRoundingDoublingHighMul(Int32(Int64(x) << Int64(max(shift, 0))), q)
    return Int64(roundingDivideByPOT(high, max(-shift, 0)))
  }

  private static func saturatingRoundingDoublingHighMul(_ a: Int32, _ b: Int32) -> Int32 {
    if a == b && a == .min { return .max }
    let product = Int64(a) * Int64(b)
    let nudge: Int64 = product >= 0 ? 1 << 30 : 1 - (1 << 30)
    return Int32((product + nudge) / (1 << 31))
  }

  private static func roundingDivideByPOT(_ x: Int32, _ exponent: Int32) -> Int32 {
    let mask = Int32((Int64(1) << Int64(exponent)) - 1)
    let threshold = (mask >> 1) + (x < 0 ? 1 : 0)
    return (x >> exponent) + (x & mask > threshold ? 1 : 0)
  }
}
