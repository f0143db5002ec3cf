import Foundation
import Kernels
import Tensors
import Testing

@Suite struct RowsTests {
  private static let sizes = [1, 2, 3, 7, 8, 9, 15, 16, 17, 64, 172, 576]

  /// What every set must give: the scalar reference.
  private var scalar: Kernels { get throws { try Kernels(.scalar) } }

  private func floats(_ random: inout SeededGenerator, _ count: Int, in range: ClosedRange<Float>) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &random) }
  }

  // Would catch a sum of squares in another order, a root of the sum in place of the mean, a tail left out.
  @Test(arguments: sets) func normsAreThoseOfTheFormula(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 41)
    for n in Self.sizes {
      let m = 3
      let (x, weight) = (floats(&random, m * n, in: -9...9), floats(&random, n, in: -2...2))
      let (y, expected) = (Guarded([Float](repeating: 7, count: m * n)), Guarded([Float](repeating: 7, count: m * n)))
      try Kernels(set).rmsNorm(m: m, n: n, x: x, weight: weight, epsilon: 1e-5, y: y.pointer)
      try scalar.rmsNorm(m: m, n: n, x: x, weight: weight, epsilon: 1e-5, y: expected.pointer)
      #expect(exactBits(y.elements) == exactBits(expected.elements), "n \(n)")
      #expect(y.isIntact)
      for row in 0..<m {
        let values = x[row * n..<(row + 1) * n].map(Double.init)
        let factor = 1 / (values.reduce(0) { $0 + $1 * $1 } / Double(n) + Double(Float(1e-5))).squareRoot()
        for j in 0..<n {
          let truth = values[j] * factor * Double(weight[j])
          #expect(abs(Double(y.elements[row * n + j]) - truth) <= 1e-6 * abs(truth) + 1e-30, "n \(n) at \(j)")
        }
      }
    }
  }

  // Would catch a maximum that is not taken away, later positions that take part, sums in another order.
  @Test(arguments: sets) func softmaxIsThatOfTheFormula(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 42)
    for n in Self.sizes {
      let (m, stride) = (4, n + 5)
      let counts = (0..<m).map { Int32(1 + $0 * (n - 1) / (m - 1)) }
      let x = floats(&random, m * stride, in: -300...300)
      let (y, expected) = (Guarded(x), Guarded(x))
      try Kernels(set).softmax(m: m, n: n, counts: counts, factor: 0.25, x: y.pointer, stride: stride)
      try scalar.softmax(m: m, n: n, counts: counts, factor: 0.25, x: expected.pointer, stride: stride)
      #expect(exactBits(y.elements) == exactBits(expected.elements), "n \(n)")
      #expect(y.isIntact)
      for row in 0..<m {
        let count = Int(counts[row])
        let values = x[row * stride..<row * stride + count].map { Double($0) * 0.25 }
        let powers = values.map { exp($0 - (values.max() ?? 0)) }
        let total = powers.reduce(0, +)
        for j in 0..<n {
          let (truth, found) = (j < count ? powers[j] / total : 0, Double(y.elements[row * stride + j]))
          // The difference of two numbers up to 300, rounded, moves the exponent by up to 2e-6.
          #expect(abs(found - truth) <= 1e-5 * truth + 1e-37, "n \(n), row \(row) at \(j)")
        }
        for j in n..<stride { #expect(y.elements[row * stride + j] == x[row * stride + j]) }
      }
    }
  }

  // Would catch an exponential that overflows for large negative gates, and the wrong half of the logistic function.
  @Test(arguments: sets) func gatedUnitsAreThoseOfTheFormula(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 43)
    for n in Self.sizes {
      var (gate, up) = (floats(&random, n, in: -20...20), floats(&random, n, in: -4...4))
      for (index, value) in [Float(0), -0.0, 90, -90, 1e-30, -1e-30, 3e38, -3e38].enumerated() where index < n {
        (gate[index], up[index]) = (value, 1)
      }
      let (y, expected) = (Guarded(gate), Guarded(gate))
      try Kernels(set).siluMultiply(count: n, gate: y.pointer, up: up, y: y.pointer)
      try scalar.siluMultiply(count: n, gate: gate, up: up, y: expected.pointer)
      #expect(exactBits(y.elements) == exactBits(expected.elements), "n \(n)")
      #expect(y.isIntact)
      for j in 0..<n {
        let g = Double(gate[j])
        let truth = g / (1 + exp(-g)) * Double(up[j])
        // Below exp(-87) the logistic function counts as 0.
        #expect(abs(Double(y.elements[j]) - truth) <= 1e-6 * abs(truth) + 1e-35, "n \(n), gate \(g)")
      }
    }
  }

  // Would catch halves that turn in place of neighbours, a wrong sign, and a tail left out.
  @Test(arguments: sets) func pairsTurn(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 44)
    for pairs in [1, 2, 3, 4, 5, 8, 31, 32] {
      let heads = 3
      let x = floats(&random, heads * 2 * pairs, in: -3...3)
      let angles = (0..<pairs).map { Double($0) * 0.7 }
      let (cosine, sine) = (angles.map { Float(cos($0)) }, angles.map { Float(sin($0)) })
      let y = Guarded(x)
      try Kernels(set).rotatePairs(heads: heads, pairs: pairs, cosine: cosine, sine: sine, x: y.pointer)
      let expected = (0..<heads * pairs).flatMap { index -> [Float] in
        let (a, b, c, s) = (x[2 * index], x[2 * index + 1], cosine[index % pairs], sine[index % pairs])
        return [a * c - b * s, a * s + b * c]
      }
      #expect(exactBits(y.elements) == exactBits(expected), "pairs \(pairs)")
      #expect(y.isIntact)
    }
  }

  // Would catch a quadrant taken for another, and a reduction that loses the angle's last bits.
  @Test func rotationsAreCosinesAndSines() {
    var random = SeededGenerator(seed: 45)
    let angles =
      [0, 1e-300, 0.785398163397448, 0.7853981633974484, 1.5707963267948966, 3.141592653589793, 0x1p25]
      + (0..<20_000).map { Double.random(in: 0...Double(1 << ($0 % 26)), using: &random) }
    for angle in angles {
      let (cosine, sine) = rotation(by: angle)
      #expect(abs(cosine - cos(angle)) < 1e-15 && abs(sine - sin(angle)) < 1e-15, "angle \(angle)")
    }
  }

  @Test func logarithmsInvertExponentials() {
    for x in [1, 1.0000000000000002, 1.5, 2, 10_000, 100_000, 1e300] {
      #expect(abs(logarithm(x) - log(x)) <= 1e-15 * log(x))
    }
  }
}
