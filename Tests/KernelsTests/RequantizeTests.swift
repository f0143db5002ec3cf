import Kernels
import Tensors
import Testing

/// m rows of n accumulators, requantized with the given parameters into rows in reverse order with gaps.
private struct Requantization {
  var m: Int
  var n: Int
  var accumulators: [Int32]
  var multiplier: [Float]
  var bias: [Float]?
  var biasFactor: Float = 1
  var zeroPoint: UInt8 = 0
  var range: ClosedRange<UInt8> = 0...255
  var gap = 0

  func run(_ kernels: Kernels) -> [UInt8] {
    let (acc, multiplier, bias) = (Guarded(accumulators), Guarded(multiplier), bias.map { Guarded($0) })
    let outRow = Guarded((0..<m).map { Int32((m - 1 - $0) * (n + gap)) })
    let out = Guarded<UInt8>(repeating: 0x5C, count: m == 0 ? 0 : (m - 1) * (n + gap) + n)
    kernels.requantize(
      m: m, n: n, accumulators: acc.pointer, stride: n, bias: bias?.pointer,
      biasFactor: biasFactor, multiplier: multiplier.pointer,
      zeroPoint: zeroPoint, range: range, out: out.pointer, outRow: outRow.pointer)
    #expect(out.isIntact)
    return out.elements
  }

  /// In double, rounded to float where the definition rounds: double holds more than 2 * 24 + 2 bits, so that
  /// rounding twice is rounding once.
  func oracle() -> [UInt8] {
    var out = Array(repeating: UInt8(0x5C), count: m == 0 ? 0 : (m - 1) * (n + gap) + n)
    for i in 0..<m {
      for j in 0..<n {
        var x = Float(Double(accumulators[i * n + j]))
        if let bias { x = fusedSum(bias[j], biasFactor, x) }
        x = Float(Double(x) * Double(multiplier[j]))
        let q = Double(x).rounded(.toNearestOrEven) + Double(zeroPoint)
        let clamped = min(max(q.isNaN ? 0 : q, Double(range.lowerBound)), Double(range.upperBound))
        out[(m - 1 - i) * (n + gap) + j] = UInt8(clamped)
      }
    }
    return out
  }
}

@Suite struct RequantizeTests {
  // Would catch a factor that is left out, and a product that is rounded before the sum.
  @Test(arguments: sets) func aBiasMayHaveAFactor(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 55)
    for n in edgeSizes {
      let product = Requantization(
        m: 3, n: n, accumulators: random.integers(3 * n, -40_000...40_000),
        multiplier: [Float](repeating: 0.5, count: n), bias: random.floats(n, -1, 1),
        biasFactor: random.floats(1, 1e3, 1e5)[0], zeroPoint: 7)
      #expect(try product.run(Kernels(set)) == product.oracle(), "n \(n)")
    }
  }

  // Would catch a lane out of order after the packs, a tail that overruns, a bias or multiplier by row.
  @Test(arguments: sets) func meetsTheOracleAtEverySize(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 5)
    for n in edgeSizes {
      for hasBias in [false, true] {
        let product = Requantization(
          m: 3, n: n, accumulators: random.integers(3 * n, -40_000...40_000),
          multiplier: random.floats(n, 0.001, 0.01), bias: hasBias ? random.floats(n, -500, 500) : nil,
          zeroPoint: UInt8(random.below(256)), gap: 3)
        #expect(try product.run(Kernels(set)) == product.oracle(), "n \(n) bias \(hasBias)")
      }
    }
  }

  // Would catch rounding half up or away from zero, and a zero point added before rounding (2.5 + 1 is 3.5).
  @Test(arguments: sets) func tiesGoToEven(_ set: InstructionSet) throws {
    let ties = Requantization(
      m: 1, n: 41, accumulators: Array(-20...20), multiplier: Array(repeating: 0.5, count: 41), zeroPoint: 101
    )
    let result = try ties.run(Kernels(set))
    #expect(result == ties.oracle())
    // -2.5, -1.5, -0.5, 0.5, 1.5, 2.5
    #expect([15, 17, 19, 21, 23, 25].map { result[$0] } == [99, 99, 101, 101, 103, 103])
  }

  // Would catch a conversion to s32 that overflows to its minimum before the clamp, a sum that wraps in s32, and a
  // rounding of the accumulator to float that is left out (2^24 + 1).
  @Test(arguments: sets) func hugeValuesAreClamped(_ set: InstructionSet) throws {
    let accumulators: [Int32] = [.min, .min + 1, -1, 0, 1, .max - 1, .max, 16_777_217, -16_777_217]
    let scales: [Float] = [1, -1, 3e38, -3e38, 1e-30, 0, .leastNonzeroMagnitude, 0x1p-24, 5e-8]
    let limits: [(UInt8, ClosedRange<UInt8>)] = [(0, 0...255), (255, 0...255), (7, 7...127), (3, 9...9)]
    for scale in scales {
      for bias in [nil, 0, 1, Float.greatestFiniteMagnitude, .infinity, .nan] {
        for (zeroPoint, range) in limits {
          let huge = Requantization(
            m: 1, n: 9, accumulators: accumulators, multiplier: Array(repeating: scale, count: 9),
            bias: bias.map { Array(repeating: $0, count: 9) }, zeroPoint: zeroPoint, range: range)
          let result = try huge.run(Kernels(set))
          #expect(result == huge.oracle(), "\(scale) \(String(describing: bias)) \(range)")
        }
      }
    }
  }
}
