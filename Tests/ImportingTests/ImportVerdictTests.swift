import Importing
import TestSupport
import Tensors
import Testing

@Suite struct ImportVerdictTests {
  private func verdict(_ accuracy: Double, classes: UInt8) -> ImportVerdict {
    let labels = [UInt8](0..<classes)
    let images = ImageSet(shape: [1, 1, 1], pixels: labels, labels: labels)
    return ImportVerdict(accuracy: accuracy, images: images, dataset: "mnist")
  }

  @Test func guessingIsSaid() throws {
    #expect("\(verdict(0.979, classes: 10))" == "97.90 % of 10 test images of mnist classified rightly")
    #expect(verdict(0.2, classes: 10).warning == nil)
    let warning = try #require(verdict(0.1999, classes: 10).warning)
    #expect(warning.hasPrefix("19.99 % of 10 test images is hardly better than guessing among 10 classes; "))
    #expect(warning.isOneLine)
  }

  // As figures are written elsewhere: would catch a count without its commas.
  @Test func countsAreGrouped() throws {
    let images = ImageSet(
      shape: [1, 1, 1], pixels: [UInt8](repeating: 0, count: 10_000), labels: (0..<10_000).map { UInt8($0 % 10) })
    let verdict = ImportVerdict(accuracy: 0.1, images: images, dataset: "mnist")
    #expect("\(verdict)" == "10.00 % of 10,000 test images of mnist classified rightly")
    #expect(try #require(verdict.warning).hasPrefix("10.00 % of 10,000 test images is hardly better"))
  }

  // Of one class every guess is right.
  @Test func oneClassIsNoTest() { #expect(verdict(1, classes: 1).warning == nil) }
}
