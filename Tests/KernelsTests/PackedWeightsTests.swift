import Kernels
import Tensors
import Testing

@Suite struct PackedWeightsTests {
  // Would catch a lane, group or panel out of place, and padding that is not 0.
  @Test(arguments: [0, 1, 15, 16, 17, 33], [0, 1, 3]) func bytesLieInPanels(_ n: Int, _ groups: Int) {
    var random = SeededGenerator(seed: 3)
    let weights: [Int8] = random.integers(n * groups * 4, -128...127)
    let rows = Guarded(weights)
    let packed = Guarded<Int8>(repeating: 99, count: PackedWeights.sizeU8S8(n: n, groups: groups))
    PackedWeights.packU8S8(n: n, groups: groups, weights: rows.pointer, packed: packed.pointer)
    var expected = Array(repeating: Int8(0), count: (n + 15) / 16 * groups * 64)
    for j in 0..<n {
      for p in 0..<groups * 4 {
        expected[(j / 16 * groups + p / 4) * 64 + j % 16 * 4 + p % 4] = weights[j * groups * 4 + p]
      }
    }
    #expect(packed.elements == expected)
    #expect(packed.isIntact)
  }

  // Would catch the same in floats, a stride taken for a width, and a transposed packing that differs.
  @Test(arguments: [0, 1, 15, 16, 17, 33], [0, 1, 9]) func floatsLieInPanels(_ n: Int, _ k: Int) throws {
    var random = SeededGenerator(seed: 4)
    let (stride, transposedStride) = (n + 2, k + 1)
    let values = random.floats(k * n)
    var expected = Array(repeating: Float(0), count: (n + 15) / 16 * k * 16)
    let rows = Guarded<Float>(repeating: 5, count: k == 0 || n == 0 ? 0 : (k - 1) * stride + n)
    let columns = Guarded<Float>(repeating: 5, count: k == 0 || n == 0 ? 0 : (n - 1) * transposedStride + k)
    for p in 0..<k {
      for j in 0..<n {
        rows.pointer[p * stride + j] = values[p * n + j]
        columns.pointer[j * transposedStride + p] = values[p * n + j]
        expected[(j / 16 * k + p) * 16 + j % 16] = values[p * n + j]
      }
    }
    let packed = Guarded<Float>(repeating: 7, count: PackedWeights.sizeF32(k: k, n: n))
    PackedWeights.packF32(k: k, n: n, b: rows.pointer, stride: stride, packed: packed.pointer)
    #expect(packed.elements == expected)
    for set in sets {
      let packed = Guarded<Float>(repeating: 7, count: PackedWeights.sizeF32(k: k, n: n))
      try Kernels(set).packTransposedF32(
        k: k, n: n, x: columns.pointer, stride: transposedStride, packed: packed.pointer)
      #expect(packed.elements == expected)
      #expect(packed.isIntact)
    }
  }
}
