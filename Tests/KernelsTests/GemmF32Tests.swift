import Kernels
import Testing

@Suite struct GemmF32Tests {
  static let shapes: [(Int, Int, Int)] =
    // Each tail of 6 and of 8 rows, both halves of a panel, one and two panels more.
    [1, 2, 3, 4, 5, 6, 7, 8, 11, 13, 17].flatMap { m in
      [1, 3, 7, 8, 9, 10, 15, 16, 17, 31, 32, 33, 50].map { n in (m, n, 19) }
    }
    // Nothing to add, one product, and both sides of a block over k and over m.
    + [0, 1, 2, 255, 256, 257, 511, 513].map { k in (7, 21, k) }
    + [95, 96, 97, 193].map { m in (m, 17, 5) } + [(0, 5, 5), (5, 0, 5), (0, 0, 0)]

  // Would catch a wrong table, tile, mask or block start in the reference itself; relu before the last block.
  @Test(arguments: FloatProduct.Layout.allCases, FloatProduct.Start.allCases)
  func scalarMeetsTheOracle(_ layout: FloatProduct.Layout, _ start: FloatProduct.Start) throws {
    let kernels = try Kernels(.scalar)
    for (m, n, k) in Self.shapes {
      for relu in [false, true] {
        let product = FloatProduct(m, n, k, layout, start, relu: relu)
        let pairs = zip(product.run(kernels), product.oracle())
        #expect(pairs.allSatisfy { abs(Double($0) - $1.value) <= $1.bound }, "m \(m) n \(n) k \(k) \(relu)")
      }
    }
  }

  // Would catch lanes across p, an unfused or reordered chain, a block that restarts its chain, a store past n, and
  // (by the guard page) a load past the last named element.
  @Test(arguments: FloatProduct.Layout.allCases, FloatProduct.Start.allCases)
  func vectorsGiveTheScalarBits(_ layout: FloatProduct.Layout, _ start: FloatProduct.Start) throws {
    let kernels = try sets.map { try Kernels($0) }
    for (m, n, k) in Self.shapes {
      for relu in [false, true] {
        let product = FloatProduct(m, n, k, layout, start, relu: relu)
        let results = kernels.map { bits(product.run($0)) }
        #expect(results.allSatisfy { $0 == results[0] }, "m \(m) n \(n) k \(k) relu \(relu)")
      }
    }
  }

  // Would catch a product rounded before the sum: (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24 needs 25 bits.
  @Test(arguments: sets) func productsAreNotRounded(_ set: InstructionSet) throws {
    var product = FloatProduct(1, 9, 1, .plain, .bias, relu: false)
    product.a = [1 + 0x1p-12]
    product.b = Array(repeating: 1 + 0x1p-12, count: 9)
    product.bias = Array(repeating: -1 - 0x1p-11, count: 9)
    #expect(try product.run(Kernels(set)) == Array(repeating: 0x1p-24, count: 9))
  }

  // Would catch any order but ascending p: 2^24 + 1 is 2^24 in float, so that both ones are lost.
  @Test(arguments: sets) func sumsRunInAscendingOrder(_ set: InstructionSet) throws {
    var product = FloatProduct(6, 16, 4, .plain, .zero, relu: false)
    product.a = (0..<6).flatMap { _ in [0x1p24, 1, 1, -0x1p24] as [Float] }
    product.b = Array(repeating: 1, count: 64)
    #expect(try product.run(Kernels(set)) == Array(repeating: 0, count: 96))
  }

  // Would catch max() with its operands the wrong way round: NaN and -0 pass, -x becomes +0.
  @Test(arguments: sets) func reluKeepsNaNAndNegativeZero(_ set: InstructionSet) throws {
    var product = FloatProduct(1, 5, 0, .plain, .bias, relu: true)
    product.bias = [.nan, -0.0, -1, 2, -.infinity]
    let result = try product.run(Kernels(set))
    #expect(result[0].isNaN)
    #expect(exactBits(Array(result[1...])) == exactBits([-0.0, 0, 2, 0]))
  }

  // Would catch a NaN or an infinity that a masked lane or a skipped zero swallows.
  @Test(arguments: sets) func nonFiniteValuesSpread(_ set: InstructionSet) throws {
    var product = FloatProduct(7, 17, 3, .plain, .zero, relu: false)
    product.a = product.a.map { _ in 0 }
    product.a[6 * 3 + 1] = .infinity
    product.b = product.b.map { _ in 1 }
    product.b[3 * 16 + 2 * 16] = .nan
    let result = try product.run(Kernels(set))
    for i in 0..<7 {
      for j in 0..<17 {
        let value = result[i * 17 + j]
        #expect(j == 16 ? value.isNaN : value == (i == 6 ? .infinity : 0), "row \(i), column \(j)")
      }
    }
  }
}
