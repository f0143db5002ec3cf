import Kernels
import Tensors
import Testing

@Suite struct FakeQuantizeTests {
  private struct Case {
    let (m, n): (Int, Int)
    let (x, dy): ([Float], [Float])
    let (bias, factor, slope): ([Float], [Float], [Float])
    let (isPerColumn, divides, relu, hasBias): (Bool, Bool, Bool, Bool)
    var zeroPoint: Float = 0
    let (low, high): (Float, Float)
  }

  private struct Result: Equatable {
    let (out, dx, sum): ([UInt32], [UInt32], [UInt64])
  }

  /// Sizes around the lanes, every flag, ties, values beyond both ends, and special values now and then.
  private func cases() -> [Case] {
    var random = SeededGenerator(seed: 71)
    return edgeSizes.flatMap { n in
      (0..<8).map { flags in
        let m = 3
        let relu = flags & 4 != 0
        let isHard = n % 2 == 1
        return Case(
          m: m, n: n, x: isHard ? random.difficultFloats(m * n) : random.floats(m * n, -9, 9),
          dy: random.floats(m * n), bias: random.integers(n, -2...2).map { Float($0) / 2 },
          factor: isHard ? [Float](repeating: 0.5, count: max(n, 1)) : random.floats(max(n, 1), 0.5, 2),
          slope: random.floats(max(n, 1)), isPerColumn: flags & 1 != 0, divides: flags & 2 != 0, relu: relu,
          hasBias: n % 3 != 0, zeroPoint: flags < 2 && n % 3 == 0 ? 11 : 0, low: relu ? 0 : -3, high: 5)
      }
    }
  }

  private func run(_ set: InstructionSet, _ c: Case) throws -> Result {
    let kernels = try Kernels(set)
    let (x, dy, bias) = (Guarded(c.x), Guarded(c.dy), Guarded(c.bias))
    let factors = c.isPerColumn ? c.n : 1
    let (factor, slope) = (Guarded(Array(c.factor.prefix(factors))), Guarded(Array(c.slope.prefix(factors))))
    let out = Guarded<Float>(repeating: 77, count: c.m * c.n)
    let dx = Guarded<Float>(repeating: 77, count: c.m * c.n)
    let sum = Guarded<Double>(repeating: 0.25, count: factors)
    let grid = FakeQuantization(
      bias: c.hasBias ? UnsafePointer(bias.pointer) : nil, factor: factor.pointer, isPerColumn: c.isPerColumn,
      divides: c.divides, relu: c.relu, zeroPoint: c.zeroPoint, range: c.low...c.high)
    kernels.fakeQuantize(m: c.m, n: c.n, x: x.pointer, grid, out: out.pointer)
    kernels.fakeQuantizeBackward(
      m: c.m, n: c.n, x: x.pointer, grid, slope: slope.pointer, dy: dy.pointer, dx: dx.pointer)
    kernels.fakeQuantizeScaleGradient(m: c.m, n: c.n, x: x.pointer, grid, dy: dy.pointer, sum: sum.pointer)
    #expect(out.isIntact && dx.isIntact && sum.isIntact && x.elements.count == c.x.count)
    return Result(
      out: bits(out.elements), dx: bits(dx.elements),
      sum: sum.elements.map { $0.isNaN ? 0 : $0.bitPattern })
  }

  /// The header's equations, one value at a time.
  private func oracle(_ c: Case) -> Result {
    var (out, dx): ([Float], [Float]) = ([], [])
    var sum = [Double](repeating: 0.25, count: c.isPerColumn ? c.n : 1)
    for index in 0..<c.m * c.n {
      let column = index % c.n
      let at = c.isPerColumn ? column : 0
      let shifted = c.hasBias ? c.x[index] + c.bias[column] : c.x[index]
      let v = c.divides ? shifted / c.factor[at] : c.zeroPoint.addingProduct(shifted, c.factor[at])
      let rounded = v.rounded(.toNearestOrEven) - c.zeroPoint
      let y = v.isNaN ? Float.nan : Swift.max(c.low, Swift.min(c.high, rounded)) + 0
      let passes = rounded >= c.low && rounded <= c.high && (!c.relu || v > 0)
      out.append(y == 0 ? 0 : y)
      dx.append(passes ? c.dy[index] * c.slope[at] : 0)
      sum[at] += Double(c.dy[index]) * (passes ? Double(v.rounded(.toNearestOrEven) - v) : Double(y))
    }
    return Result(out: bits(out), dx: bits(dx), sum: sum.map { $0.isNaN ? 0 : $0.bitPattern })
  }

  // Would catch lanes out of order, a tail that overruns, a mask taken after the clamp, and a rounding of its own.
  @Test(arguments: sets) func everyVariantMeetsTheOracle(_ set: InstructionSet) throws {
    for c in cases() {
      let (found, expected) = (try run(set, c), oracle(c))
      #expect(found.out == expected.out, "n \(c.n), per column \(c.isPerColumn), divides \(c.divides)")
      #expect(found.dx == expected.dx, "n \(c.n), relu \(c.relu)")
      #expect(found.sum == expected.sum, "n \(c.n), relu \(c.relu)")
    }
  }

  @Test(arguments: sets) func tiesGoToEvenAndZeroIsPositive(_ set: InstructionSet) throws {
    let c = Case(
      m: 1, n: 6, x: [-1.5, -0.5, 0.5, 1.5, 2.5, -0.0], dy: [1, 1, 1, 1, 1, 1], bias: [], factor: [1], slope: [1],
      isPerColumn: false, divides: true, relu: false, hasBias: false, low: -2, high: 2)
    #expect(try run(set, c).out == [-2, 0, 0, 2, 2, 0].map { Float($0).bitPattern })
  }

  // Beside an odd zero point ties fall to the other side: -1.5 + 11 is 9.5, and the even neighbour is 10.
  @Test(arguments: sets) func aZeroPointDecidesTies(_ set: InstructionSet) throws {
    let c = Case(
      m: 1, n: 6, x: [-1.5, -0.5, 0.5, 1.5, 2.5, 9], dy: [1, 1, 1, 1, 1, 1], bias: [], factor: [1], slope: [1],
      isPerColumn: false, divides: false, relu: false, hasBias: false, zeroPoint: 11, low: -11, high: 4)
    let result = try run(set, c)
    #expect(result.out == [-1, -1, 1, 1, 3, 4].map { Float($0).bitPattern })
    #expect(result.dx == [1, 1, 1, 1, 1, 0].map { Float($0).bitPattern })
  }

  // A NaN anywhere in a column must show; a comparison alone would pass over it.
  @Test(arguments: sets) func columnRangesAreThoseOfAllRows(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 9)
    for n in edgeSizes {
      let m = 4
      let x = n % 2 == 1 ? random.difficultFloats(m * n) : random.floats(m * n)
      let (low, high) = (Guarded<Float>(repeating: 0.5, count: n), Guarded<Float>(repeating: 0.25, count: n))
      let input = Guarded(x)
      try Kernels(set).columnRange(m: m, n: n, x: input.pointer, low: low.pointer, high: high.pointer)
      #expect(low.isIntact && high.isIntact)
      for column in 0..<n {
        let values = (0..<m).map { x[$0 * n + column] }
        let hasNaN = values.contains { $0.isNaN }
        let expected = hasNaN ? (Float.nan, Float.nan) : ((values + [0.5]).min() ?? 0, (values + [0.25]).max() ?? 0)
        #expect(bits([low.elements[column]]) == bits([expected.0 + 0]), "n \(n)")
        #expect(bits([high.elements[column]]) == bits([expected.1 + 0]), "n \(n)")
      }
    }
  }
}
