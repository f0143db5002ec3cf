import Datasets
import Tensors
import Testing

@Suite struct ImageSetPicturesTests {
  private func images(labels: [UInt8]) throws -> ImageSet {
    let pictures = IDX(dimensions: [2, 1, 2], elements: [1, 2, 3, 4])
    return try ImageSet(pictures: pictures, labels: labels, labelsFile: "labels")
  }

  @Test func everyDigitIsALabel() throws {
    for digit in UInt8(0)...9 {
      #expect(try images(labels: [digit, 9 - digit]).labels == [digit, 9 - digit])
    }
  }

  @Test func picturesHaveOneChannel() throws {
    #expect(try images(labels: [0, 1]).shape == [1, 1, 2])
    #expect(try images(labels: [0, 1]).pixels == [1, 2, 3, 4])
  }

  @Test func tenIsNoDigit() {
    #expect(throws: LabelError.notAClass(file: "labels", index: 1, found: 10, classes: 10)) {
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
