import Kernels
import Tensors
import Testing

@Suite struct AddTests {
  // In double, rounded to float where the definition rounds. Would catch a sum that is fused with a product, and bytes
  // that are taken for signed ones.
  @Test(arguments: sets) func sumsAreThoseOfTheDefinition(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 81)
    for count in edgeSizes + [1000] {
      let (a, b): ([UInt8], [UInt8]) = (random.integers(count, 0...255), random.integers(count, 0...255))
      let scales = random.floats(2, 0.001, 0.1)
      let zeroPoints: [UInt8] = random.below(3) == 0 ? [0, 255] : random.integers(2, 0...255)
      let (left, right) = (Guarded(a), Guarded(b))
      let sums = Guarded<Float>(repeating: 7, count: count)
      try Kernels(set).add(
        count: count, .init(left.pointer, zeroPoint: zeroPoints[0], scale: scales[0]),
        .init(right.pointer, zeroPoint: zeroPoints[1], scale: scales[1]), y: sums.pointer)
      let expected = zip(a, b).map { a, b in
        let left = Float(Double(Int(a) - Int(zeroPoints[0])) * Double(scales[0]))
        let right = Float(Double(Int(b) - Int(zeroPoints[1])) * Double(scales[1]))
        return Float(Double(left) + Double(right))
      }
      #expect(exactBits(sums.elements) == exactBits(expected), "\(count)")
      #expect(sums.isIntact)
    }
  }
}
