import Kernels
import Tensors
import Testing

/// m rows of n sums, dequantized into rows in reverse order with gaps.
private struct Dequantization {
  var m: Int
  var n: Int
  var stride: Int
  var accumulators: [Int32]
  var zeroPoint: [Int32]
  var scale: [Float]
  var columnSum: [Int32]
  var weightScale: [Float]
  var bias: [Float]?
  var fused = false
  var relu = false
  var gap = 0

  /// Random numbers of ordinary size.
  init(m: Int, n: Int, perRow: Bool, hasBias: Bool, random: inout SeededGenerator) {
    (self.m, self.n, stride) = (m, n, n + 2)
    accumulators = random.integers(m == 0 ? 0 : (m - 1) * stride + n, -400_000...400_000)
    zeroPoint = random.integers(perRow ? m : 1, 0...255)
    scale = random.floats(perRow ? m : 1, 0.001, 0.1)
    columnSum = random.integers(n, -5_000...5_000)
    weightScale = random.floats(n, 0.001, 0.01)
    bias = hasBias ? random.floats(n, -300, 300) : nil
  }

  func run(_ kernels: Kernels) -> [Float] {
    let (acc, zeroPoint, scale) = (Guarded(accumulators), Guarded(zeroPoint), Guarded(scale))
    let (columnSum, weightScale, bias) = (Guarded(columnSum), Guarded(weightScale), bias.map { Guarded($0) })
    let outRow = Guarded((0..<m).map { Int32((m - 1 - $0) * (n + gap)) })
    let out = Guarded<Float>(repeating: 77, count: m == 0 ? 0 : (m - 1) * (n + gap) + n)
    kernels.dequantize(
      m: m, n: n, accumulators: acc.pointer, stride: stride, zeroPoint: zeroPoint.pointer, scale: scale.pointer,
      rowStep: self.scale.count == m && m > 1 ? 1 : 0, columnSum: columnSum.pointer, weightScale: weightScale.pointer,
      bias: bias?.pointer, fused: fused, relu: relu, out: out.pointer, outRow: outRow.pointer)
    #expect(out.isIntact)
    return out.elements
  }

  /// With 64-bit sums, and each operation rounded once.
  func oracle() -> [Float] {
    var out = [Float](repeating: 77, count: m == 0 ? 0 : (m - 1) * (n + gap) + n)
    for i in 0..<m {
      let r = scale.count == m && m > 1 ? i : 0
      for j in 0..<n {
        let sum = Float(Int64(accumulators[i * stride + j]) - Int64(zeroPoint[r]) * Int64(columnSum[j]))
        let step = Float(Double(scale[r]) * Double(weightScale[j]))
        var y: Float
        if let bias {
          y = fused ? bias[j].addingProduct(sum, step) : Float(Double(sum) * Double(step)) + bias[j]
        } else {
          y = Float(Double(sum) * Double(step))
        }
        if relu && y < 0 { y = 0 }
        out[(m - 1 - i) * (n + gap) + j] = y
      }
    }
    return out
  }
}

@Suite struct DequantizeTests {
  // Would catch a lane out of order, a tail that overruns or writes into the gap, a scale, zero point, bias or column
  // sum of another row or column, and the two ways to add a bias being one.
  @Test(arguments: sets, [false, true]) func meetsTheOracleAtEverySize(_ set: InstructionSet, _ fused: Bool) throws {
    var random = SeededGenerator(seed: 73)
    for n in edgeSizes {
      for m in [0, 1, 3] {
        for (perRow, hasBias, relu) in [(false, true, false), (true, true, true), (true, false, false)] {
          var product = Dequantization(m: m, n: n, perRow: perRow, hasBias: hasBias, random: &random)
          (product.fused, product.relu, product.gap) = (fused, relu, 3)
          #expect(exactBits(product.run(try Kernels(set))) == exactBits(product.oracle()), "m \(m) n \(n)")
        }
      }
    }
  }

  // Would catch one rounding in place of two. 4097 * (1 + 2^-12) is 4098 + 2^-12, which f32 keeps from 4098 on by steps
  // of 2^-11: a tie, and even is 4098; with -4098 beside it, 0 is left, or, in one rounding, 2^-12.
  @Test(arguments: sets) func fusedRoundsOnce(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 74)
    var product = Dequantization(m: 1, n: 9, perRow: false, hasBias: true, random: &random)
    product.accumulators = [Int32](repeating: 4097, count: 9)
    (product.zeroPoint, product.columnSum) = ([0], [Int32](repeating: 0, count: 9))
    (product.scale, product.weightScale) = ([1], [Float](repeating: 1 + 0x1p-12, count: 9))
    product.bias = [Float](repeating: -4098, count: 9)
    product.fused = true
    #expect(product.run(try Kernels(set)) == [Float](repeating: 0x1p-12, count: 9))
    product.fused = false
    #expect(product.run(try Kernels(set)) == [Float](repeating: 0, count: 9))
  }

  // Would catch a step that is a product of three, or a sum that is not rounded to float first (2^24 + 1).
  @Test(arguments: sets, [false, true]) func extremesMeetTheOracle(_ set: InstructionSet, _ fused: Bool) throws {
    var random = SeededGenerator(seed: 75)
    let extremes: [Int32] = [.max, .min, .min + 1, 16_777_217, -16_777_217, 0, 1, -1, 33_554_433]
    for (scale, weightScale) in [(1, 1), (3e38, 3e38), (1e-30, 1e-30), (0x1p-126, 0.5)] as [(Float, Float)] {
      for bias in [nil, 0, -0.0, .infinity, -.infinity, .nan, 3e38] as [Float?] {
        var product = Dequantization(m: 1, n: 9, perRow: false, hasBias: false, random: &random)
        (product.accumulators, product.zeroPoint) = (extremes, [0])
        (product.scale, product.weightScale) = ([scale], [Float](repeating: weightScale, count: 9))
        product.bias = bias.map { [Float](repeating: $0, count: 9) }
        (product.fused, product.relu) = (fused, true)
        #expect(bits(product.run(try Kernels(set))) == bits(product.oracle()), "\(scale) \(String(describing: bias))")
      }
    }
  }

  // A scale of NaN is how a dynamic layer says that an input had none: it must reach every output, ReLU or not.
  @Test(arguments: sets, [false, true]) func aScaleOfNaNIsNaN(_ set: InstructionSet, _ relu: Bool) throws {
    var random = SeededGenerator(seed: 76)
    for n in edgeSizes where n > 0 {
      var product = Dequantization(m: 2, n: n, perRow: true, hasBias: true, random: &random)
      product.scale[0] = .nan
      product.relu = relu
      let found = product.run(try Kernels(set))
      #expect(found[n...].allSatisfy(\.isNaN) && found[..<n].allSatisfy(\.isFinite))
    }
  }

  // ReLU keeps -0, which a float layer keeps too.
  @Test(arguments: sets) func reluKeepsNegativeZero(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 77)
    var product = Dequantization(m: 1, n: 9, perRow: false, hasBias: true, random: &random)
    (product.accumulators, product.zeroPoint) = ([Int32](repeating: -1, count: 9), [0])
    (product.scale, product.weightScale) = ([0x1p-140], [Float](repeating: 0x1p-140, count: 9))
    (product.bias, product.relu) = ([Float](repeating: -0.0, count: 9), true)
    let negativeZero: Float = -0.0
    #expect(exactBits(product.run(try Kernels(set))).allSatisfy { $0 == negativeZero.bitPattern })
  }
}
