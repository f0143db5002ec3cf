import Datasets
import Tensors
import Testing

@Suite struct LabelledImagesTests {
  private func images(labels: [UInt8]) throws -> LabelledImages {
    try LabelledImages(
      count: 2, rows: 1, columns: 2, pixels: [1, 2, 3, 4], labels: labels, labelsFile: "labels")
  }

  @Test func everyDigitIsALabel() throws {
    for digit in UInt8(0)...9 {
      #expect(try images(labels: [digit, 9 - digit]).labels == [digit, 9 - digit])
    }
  }

  @Test func pixelsAsATensor() throws {
    #expect(try images(labels: [0, 1]).pixelTensor == Tensor([2, 1, 2], [1, 2, 3, 4] as [UInt8]))
  }

  @Test func tenIsNoDigit() {
    #expect(throws: LabelError.notADigit(file: "labels", index: 1, found: 10)) {
      try images(labels: [9, 10])
    }
  }

  @Test func tooFewLabels() {
    #expect(throws: LabelError.countsDiffer(file: "labels", labels: 1, images: 2)) { try images(labels: [1]) }
  }

  @Test func tooManyLabels() {
    #expect(throws: LabelError.countsDiffer(file: "labels", labels: 3, images: 2)) {
      try images(labels: [1, 2, 3])
    }
  }
}
