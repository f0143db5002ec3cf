import Kernels
import Tensors
import Testing

/// A byte matrix product with its tables, in memory that ends where its last named element ends.
private struct ByteProduct {
  enum Fill: CaseIterable {
    case uniform, least, most, seven, ones
    /// Activations and weights of this fill; the last three stand at the edge of what the pairwise path allows.
    case activations127, weights64, weightsMinus64

    var activations: ClosedRange<UInt8> {
      switch self {
      case .uniform: 0...255
      case .least: 0...0
      case .most, .weights64, .weightsMinus64: 255...255
      case .seven: 0...127
      case .ones: 1...1
      case .activations127: 127...127
      }
    }

    var weights: [Int8] {
      switch self {
      case .uniform, .seven: Array(-128...127)
      case .least, .most: [-128]
      case .ones: [-1, 1]
      case .activations127: [-128, -128, -128, 127]
      case .weights64: [64]
      case .weightsMinus64: [-64]
      }
    }

    var isPairwise: Bool { self != .uniform && self != .most }
  }

  let m: Int
  let n: Int
  let groups: Int
  let a: [UInt8]
  let aRow: [Int32]
  let aGroup: [Int32]
  /// (n, 4 groups)
  let weights: [Int8]
  let start: [Int32]?
  let stride: Int

  init(_ m: Int, _ n: Int, _ groups: Int, _ fill: Fill, start hasStart: Bool, scattered: Bool) {
    var random = SeededGenerator(seed: 2, stream: UInt64(m * 10007 + n * 101 + groups))
    (self.m, self.n, self.groups, stride) = (m, n, groups, scattered ? n + 5 : n)
    // Odd offsets, named twice or never: a patch of 3 channels starts anywhere.
    aRow = (0..<m).map { Int32(scattered ? random.below(41) : $0 * groups * 4) }
    aGroup = (0..<groups).map { Int32(scattered ? random.below(97) : $0 * 4) }
    let last = m == 0 || groups == 0 ? 0 : Int((aRow.max() ?? 0) + (aGroup.max() ?? 0)) + 4
    a = random.integers(last, fill.activations)
    let values = fill.weights
    weights = (0..<n * groups * 4).map { _ in values[random.below(values.count)] }
    start = hasStart ? random.integers(n, -1_000_000_000...1_000_000_000) : nil
  }

  func run(_ kernels: Kernels, _ path: ProductPath) -> [Int32] {
    let packed = Guarded<Int8>(repeating: 0, count: PackedWeights.sizeU8S8(n: n, groups: groups))
    let rows = Guarded(weights)
    PackedWeights.packU8S8(n: n, groups: groups, weights: rows.pointer, packed: packed.pointer)
    let (a, aRow, aGroup) = (Guarded(a), Guarded(aRow), Guarded(aGroup))
    let start = start.map { Guarded($0) }
    let c = Guarded<Int32>(repeating: 77, count: m == 0 ? 0 : (m - 1) * stride + n)
    kernels.gemmU8S8(
      m: m, n: n, groups: groups, a: a.pointer, aRow: aRow.pointer, aGroup: aGroup.pointer,
      weights: packed.pointer, start: start?.pointer, accumulators: c.pointer, stride: stride, path: path)
    #expect(c.isIntact)
    return c.elements
  }

  func oracle() -> [Int32] {
    var result = Array(repeating: Int32(77), count: m == 0 ? 0 : (m - 1) * stride + n)
    for i in 0..<m {
      for j in 0..<n {
        var sum = Int64(start?[j] ?? 0)
        for g in 0..<groups {
          for t in 0..<4 {
            sum += Int64(a[Int(aRow[i] + aGroup[g]) + t]) * Int64(weights[(j * groups + g) * 4 + t])
          }
        }
        result[i * stride + j] = Int32(sum)
      }
    }
    return result
  }
}

@Suite struct GemmU8S8Tests {
  static let shapes: [(Int, Int, Int)] =
    // Each tail of 4 and of 8 rows, both halves of a panel, one and two panels more.
    [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap { m in [1, 7, 8, 9, 10, 15, 16, 17, 31, 32, 33].map { n in (m, n, 5) } }
    // No group, one, and both sides of a block over groups.
    + [0, 1, 2, 255, 256, 257, 513].map { groups in (5, 19, groups) }
    + [(0, 5, 5), (5, 0, 5), (0, 0, 0)]

  // Would catch 16-bit saturation (255 * -128 * 2 = -65280), a sign lost in widening, a wrong lane of the packing,
  // a tail stored past n, a block that forgets its start and, by the guard page, a fifth byte read.
  @Test(arguments: sets) func wideMeetsTheOracle(_ set: InstructionSet) throws {
    let kernels = try Kernels(set)
    for (m, n, groups) in Self.shapes {
      for fill in ByteProduct.Fill.allCases {
        for flag in [false, true] {
          let product = ByteProduct(m, n, groups, fill, start: flag, scattered: flag)
          #expect(product.run(kernels, .wide) == product.oracle(), "m \(m) n \(n) groups \(groups) \(fill)")
        }
      }
    }
  }

  // Would catch a path that saturates inside its own condition: 127 * -128 * 2 = -32512 and 255 * 64 * 2 = 32640
  // lie just inside s16.
  @Test(arguments: sets) func pairwiseMeetsTheOracle(_ set: InstructionSet) throws {
    let kernels = try Kernels(set)
    for (m, n, groups) in Self.shapes {
      for fill in ByteProduct.Fill.allCases where fill.isPairwise {
        for flag in [false, true] {
          let product = ByteProduct(m, n, groups, fill, start: flag, scattered: flag)
          let result = product.run(kernels, .pairwise)
          #expect(result == product.oracle(), "m \(m) n \(n) groups \(groups) \(fill)")
        }
      }
    }
  }

  // Would catch an addition that saturates in s32: the start lies at the end of the range and products lead back.
  @Test(arguments: sets, ProductPath.allCases)
  func sumsMayEndAtTheLimits(_ set: InstructionSet, _ path: ProductPath) throws {
    let (row, groups): ([Int32], [Int32]) = ([0], [0, 4])
    let a = AlignedBuffer<UInt8>([1, 0, 0, 0, 1, 0, 0, 0])
    let weights: [Int8] = [1, 0, 0, 0, -1, 0, 0, 0]
    let packed = AlignedBuffer<Int8>(count: PackedWeights.sizeU8S8(n: 2, groups: 2))
    PackedWeights.packU8S8(n: 2, groups: 2, weights: weights + weights, packed: packed.pointer)
    var results: [Int32] = [0, 0]
    try Kernels(set).gemmU8S8(
      m: 1, n: 2, groups: 2, a: a.pointer, aRow: row, aGroup: groups, weights: packed.pointer,
      start: [.max, .min], accumulators: &results, stride: 2, path: path)
    #expect(results == [.max, .min])
  }
}
