import Benchmarks
import Layers
import Networks
import Testing

@Suite struct ProductShapeTests {
  // The oracle walks the definition: term (ky, kx, c) of output (y, x) lies in a bordered NHWC image at
  // ((y s + ky) (w + 2 p) + x s + kx) channels + c.
  @Test func aConvolutionsTablesAddUpToItsPatches() throws {
    let conv = Conv2d(out: 7, kernel: 3, stride: 2, padding: 1)
    let input = ImageShape(channels: 2, height: 4, width: 5)
    let output = ImageShape(channels: 7, height: 2, width: 3)
    let shape = try #require(ProductShape(Layer("c", .conv2d(conv)), input: input, output: output, batch: 3))
    var expected: [Int] = []
    for (y, x) in [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)] {
      for ky in 0..<3 {
        for kx in 0..<3 {
          for c in 0..<2 { expected.append(((y * 2 + ky) * 7 + x * 2 + kx) * 2 + c) }
        }
      }
    }
    #expect(shape.rowTable.flatMap { row in shape.termTable.map { Int(row + $0) } } == expected)
    #expect(expected.max() ?? 0 < shape.inputStride && shape.inputCount == 3 * shape.inputStride)
    // Kernel rows of six values take two groups.
    #expect(shape.groupTable == [0, 4, 14, 18, 28, 32])
    #expect((shape.rows, shape.terms, shape.out, shape.calls) == (6, 18, 7, 3))
    #expect(shape.operations == 3 * 2 * 6 * 18 * 7 && shape.description == "6 x 7 x 18")
  }

  // Would catch a last call that leaves outputs out, or goes past them.
  @Test(arguments: [1, 10, 32, 33, 128]) func aLinearLayersCallsCoverItsOutputs(_ out: Int) throws {
    let input = ImageShape(channels: 3, height: 2, width: 1)
    let output = ImageShape(channels: out, height: 1, width: 1)
    let shape = try #require(
      ProductShape(Layer("f", .linear(Linear(out: out))), input: input, output: output, batch: 4))
    #expect((0..<shape.calls).flatMap { Array(shape.columns(of: $0)) } == Array(0..<out))
    #expect((0..<shape.calls).allSatisfy { shape.result(of: $0) == shape.columns(of: $0).lowerBound })
    #expect(shape.resultCount == 4 * out && shape.operations == 2 * 4 * 6 * out)
    #expect(shape.groupTable == [0, 4])
  }

  @Test(arguments: [Operation.relu, .flatten, .maxPool2d(MaxPool2d(kernel: 2))])
  func otherLayersHaveNone(_ operation: Operation) {
    let shape = ImageShape(channels: 1, height: 4, width: 4)
    #expect(ProductShape(Layer("l", operation), input: shape, output: shape, batch: 1) == nil)
  }
}
