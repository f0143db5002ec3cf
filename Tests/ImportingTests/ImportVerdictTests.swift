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

  // Of one class every guess is right.
  @Test func oneClassIsNoTest() { #expect(verdict(1, classes: 1).warning == nil) }
}
