import Tensors
import Testing

@Suite struct ImageSetTests {
  /// Five images of 2 x 2 x 3, every byte its own.
  private let images = ImageSet(
    shape: [2, 2, 3], pixels: (0..<60).map { UInt8(4 * $0 + 1) }, labels: [9, 8, 7, 6, 5])

  // Would catch a product with f32(1/255), which is off by one unit for 126 of these: a double holds the quotient of
  // two small integers to more than twice a float's bits, so rounding it again is rounding once.
  @Test func aPixelIsDividedOnce() {
    let all = ImageSet(shape: [1, 1, 256], pixels: (0...255).map { UInt8($0) }, labels: [0])
    #expect(all.floats(0..<1) == (0...255).map { Float(Double($0) / 255) })
    #expect(
      all.floats([0]) != (0...255).map { Float($0) * (1 / Float(255)) }, "the oracle tells the two apart")
  }

  // Would catch images without their labels, and one taken for its neighbour.
  @Test func chosenImagesBringTheirLabels() {
    let chosen = images.selecting([4, 1])
    #expect(chosen.shape == [2, 2, 3] && chosen.labels == [5, 8])
    #expect(chosen.pixels == Array(images.pixels[48..<60] + images.pixels[12..<24]))
    #expect(images.selecting([]).count == 0)
  }

  // Would catch images taken in file order, or once where they are named twice.
  @Test func imagesComeAsNamed() {
    let chosen = images.floats([3, 0, 3])
    #expect(chosen.count == 36)
    #expect(Array(chosen[..<12]) == images.floats(3..<4))
    #expect(Array(chosen[12..<24]) == images.floats(0..<1))
    #expect(Array(chosen[24...]) == images.floats(3..<4))
    let fourth: [Float] = images.pixels[36..<48].map { Float($0) / 255 }
    #expect(images.floats(3..<4) == fourth)
    #expect(images.classes([3, 0, 3]) == [6, 9, 6])
    #expect(images.floats([Int]()) == [])
  }

  @Test func aPrefixIsTheFirstImages() {
    let two = images.prefix(2)
    #expect(two.count == 2 && two.labels == [9, 8] && two.shape == images.shape)
    #expect(two.pixels == Array(images.pixels[..<24]))
    #expect(images.prefix(5) == images)
    #expect(images.prefix(6) == images, "more than there are is all")
    #expect(images.prefix(0).count == 0)
  }

  // Would catch a last batch that is dropped, or that runs past the end.
  @Test func batchesCoverEverythingOnce() {
    #expect(ImageSet.batches(of: 10, size: 4) == [0..<4, 4..<8, 8..<10])
    #expect(ImageSet.batches(of: 8, size: 4) == [0..<4, 4..<8])
    #expect(ImageSet.batches(of: 3, size: 4) == [0..<3])
    #expect(ImageSet.batches(of: 0, size: 4) == [])
  }
}
