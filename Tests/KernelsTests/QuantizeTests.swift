import Kernels
import Tensors
import Testing

@Suite struct QuantizeTests {
  private func run(
    _ set: InstructionSet, _ x: [Float], scale: Float, zeroPoint: UInt8, range: ClosedRange<UInt8>,
    _ rule: QuantizeRule
  ) throws -> [UInt8] {
    let input = Guarded(x)
    let q = Guarded<UInt8>(repeating: 0x5C, count: x.count)
    try Kernels(set).quantize(
      count: x.count, x: input.pointer, scale: scale, zeroPoint: zeroPoint, range: range, rule: rule,
      q: q.pointer)
    #expect(q.isIntact)
    return q.elements
  }

  /// In double, rounded to float where the definition rounds.
  private func oracle(
    _ x: [Float], scale: Float, zeroPoint: UInt8, range: ClosedRange<UInt8>, _ rule: QuantizeRule
  ) -> [UInt8] {
    x.map { x in
      let reciprocal = Float(1 / Double(scale))
      let q =
        switch rule {
        case .divide: Double(Float(Double(x) / Double(scale))).rounded(.toNearestOrEven) + Double(zeroPoint)
        case .fused: Double(fusedSum(x, reciprocal, Float(zeroPoint))).rounded(.toNearestOrEven)
        }
      return UInt8(min(max(q.isNaN ? 0 : q, Double(range.lowerBound)), Double(range.upperBound)))
    }
  }

  // Would catch lanes out of order after the packs, a tail that overruns and a clamp to 0 ... 255 alone.
  @Test(arguments: sets, QuantizeRule.allCases)
  func meetsTheOracleAtEverySize(_ set: InstructionSet, _ rule: QuantizeRule) throws {
    var random = SeededGenerator(seed: 6)
    for count in edgeSizes + [1000] {
      for range: ClosedRange<UInt8> in [0...255, 0...127, 40...40] {
        let x = random.floats(count, -4, 4)
        let zeroPoint = UInt8(random.below(256))
        let result = try run(set, x, scale: 0.0213, zeroPoint: zeroPoint, range: range, rule)
        let expected = oracle(x, scale: 0.0213, zeroPoint: zeroPoint, range: range, rule)
        #expect(result == expected, "\(count) \(range)")
      }
    }
  }

  // Would catch another rounding, and a zero point added before it.
  @Test(arguments: sets)
  func tiesGoToEven(_ set: InstructionSet) throws {
    let x: [Float] = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 0, -0.0]
    let result = try run(set, x, scale: 1, zeroPoint: 11, range: 0...255, .divide)
    #expect(result == [9, 9, 11, 11, 13, 13, 15, 11, 11])
  }

  // The fused rule adds the zero point first: with an odd one, ties fall to the other side.
  @Test(arguments: sets) func theFusedRuleRoundsTheSum(_ set: InstructionSet) throws {
    let x: [Float] = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 0, -0.0]
    #expect(
      try run(set, x, scale: 1, zeroPoint: 11, range: 0...255, .fused) == [8, 10, 10, 12, 12, 14, 14, 11, 11])
    #expect(
      try run(set, x, scale: 1, zeroPoint: 10, range: 0...255, .fused) == [8, 8, 10, 10, 12, 12, 14, 10, 10])
  }

  // Would catch a product that is rounded before the sum. Here it is 0.5 + 2^-18 and less than a unit more: rounded, it
  // leaves a tie between 64.5 and its neighbour, and the even one is 64.5; in one rounding the sum lies above.
  @Test(arguments: sets) func theFusedRuleRoundsOnce(_ set: InstructionSet) throws {
    let (x, scale): ([Float], Float) = ([0.5 + 0x1p-18 - 0x1p-24], 1 - 0x1p-23)
    #expect(try run(set, x, scale: scale, zeroPoint: 64, range: 0...255, .fused) == [65])
    #expect(oracle(x, scale: scale, zeroPoint: 64, range: 0...255, .fused) == [65])
    let twice = (x[0] * (1 / scale) + 64).rounded(.toNearestOrEven)
    #expect(twice == 64)
  }

  // Would catch a vector path that differs from the definition near ties, where one rounding and two part ways.
  @Test(arguments: sets, QuantizeRule.allCases)
  func setsAgreeNearTies(_ set: InstructionSet, _ rule: QuantizeRule) throws {
    var random = SeededGenerator(seed: 66)
    for _ in 0..<200 {
      let scale = Float(random.uniform(0.001, 0.1))
      let x = (0..<67).map { _ -> Float in
        let tie = (Float(random.below(300)) - 150 + 0.5) * scale
        return [tie.nextDown, tie, tie.nextUp][random.below(3)]
      }
      let zeroPoint = UInt8(random.below(256))
      let scalar = try run(.scalar, x, scale: scale, zeroPoint: zeroPoint, range: 0...255, rule)
      #expect(try run(set, x, scale: scale, zeroPoint: zeroPoint, range: 0...255, rule) == scalar)
      #expect(scalar == oracle(x, scale: scale, zeroPoint: zeroPoint, range: 0...255, rule))
    }
  }

  // Would catch the two rules being one: FBGEMM's example, 127.5 by the reciprocal and 127.499992 by division.
  @Test(arguments: sets) func theRulesDiffer(_ set: InstructionSet) throws {
    let (x, scale): ([Float], Float) = ([0.273939937], 0.00214854861)
    #expect(try run(set, x, scale: scale, zeroPoint: 0, range: 0...255, .divide) == [127])
    #expect(try run(set, x, scale: scale, zeroPoint: 0, range: 0...255, .fused) == [128])
  }

  // Would catch a conversion that overflows, NaN that becomes anything but the lower end, and a scale whose
  // reciprocal is infinite.
  @Test(arguments: sets, QuantizeRule.allCases)
  func nonFiniteValuesAreClamped(_ set: InstructionSet, _ rule: QuantizeRule) throws {
    let x: [Float] = [.nan, .infinity, -.infinity, 3e38, -3e38, .leastNonzeroMagnitude, 0, -0.0, 1e10, -1e10]
    for scale in [1, 1e-30, 1e30, 0x1p-127, .leastNonzeroMagnitude, .greatestFiniteMagnitude] as [Float] {
      let result = try run(set, x, scale: scale, zeroPoint: 9, range: 5...250, rule)
      #expect(result == oracle(x, scale: scale, zeroPoint: 9, range: 5...250, rule), "scale \(scale)")
      #expect(result[0] == 5)
    }
  }
}
