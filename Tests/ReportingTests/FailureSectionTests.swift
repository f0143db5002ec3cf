import Foundation
import Reporting
import Testing

@Suite("Failures")
struct FailureSectionTests {
  /// The sample, where one network tells so many classes apart; images are of classes 0 and 2.
  private static func report(classes: Int) -> Report {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classes), count: 3)
    counts[0][0] = 5
    counts[2][2] = 3
    (counts[2][1], counts[2][30]) = (1, 1)
    counts[2][classes - 1] += 4
    var report = Report.sample()
    report.schemes = [report.schemes[0]]
    report.schemes[0].confusion = [.init(model: "int8", counts: counts)]
    return report
  }

  @Test("of up to 32 classes every pair is told")
  func square() {
    let text = Self.report(classes: 32).markdown()
    #expect(text.contains("Rows: the class; columns: the decision."))
    #expect(text.contains("| 2 | 0 | 1 | 3 |") && !text.contains("Images so taken"))
  }

  @Test("of more, each class that images are of is a row: how often right, and the commonest mistake")
  func many() {
    let text = Self.report(classes: 1000).markdown()
    #expect(text.contains("which other of 1,000 classes it gave them most often."))
    #expect(text.contains("| 0 | 5 | 100.00 % | – | – |"))
    #expect(text.contains("| 2 | 9 | 33.33 % | 999 | 4 |"))
    #expect(!text.contains("| 1 | 0 "))
  }

  @Test("a page does not grow with the square of the outputs")
  func size() {
    let small = Self.report(classes: 33).html().utf8.count
    #expect(Self.report(classes: 100_000).html().utf8.count < small + 100)
  }
}
