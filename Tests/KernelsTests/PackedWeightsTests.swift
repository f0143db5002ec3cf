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
}
