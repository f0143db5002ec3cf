import Kernels
import Tensors
import Testing

@Suite struct ReluTests {
  // Would catch max() with its operands the wrong way round (NaN or -0 lost) and a tail left out.
  @Test(arguments: sets) func negativeValuesBecomeZero(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 11)
    for count in edgeSizes {
      let x = random.difficultFloats(count)
      let memory = Guarded(x)
      try Kernels(set).relu(count: count, x: memory.pointer)
      #expect(exactBits(memory.elements) == exactBits(x.map { $0 < 0 ? 0 : $0 }), "count \(count)")
      #expect(memory.isIntact)
    }
  }

  // Would catch a gradient passed at y = 0, one stopped at NaN, and a product with 0 that keeps NaN or a sign.
  @Test(arguments: sets) func gradientsStopWhereTheOutputIsZero(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 12)
    for count in edgeSizes {
      let (y, dy) = (random.difficultFloats(count), random.difficultFloats(count))
      let (output, gradient) = (Guarded(y), Guarded(dy))
      try Kernels(set).reluBackward(count: count, y: output.pointer, dy: gradient.pointer)
      let expected = zip(y, dy).map { y, dy in y <= 0 ? 0 : dy }
      #expect(exactBits(gradient.elements) == exactBits(expected), "count \(count)")
      #expect(gradient.isIntact)
    }
  }
}
