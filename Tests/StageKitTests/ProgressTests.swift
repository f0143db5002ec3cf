import StageKit
import Testing

@Suite("The progress bar")
struct ProgressTests {
  private func draw(_ done: Int, of total: Int, width: Int = 80, label: String = "train", what: String = "") -> String {
    Progress.draw(label: label, what: what, done: done, of: total, width: width)
  }

  @Test("from nothing to all")
  func shares() {
    let (dots, hashes) = (String(repeating: ".", count: 40), String(repeating: "#", count: 40))
    #expect(draw(0, of: 8) == "train [\(dots)]   0 %")
    #expect(draw(4, of: 8) == "train [\(hashes.prefix(20))\(dots.prefix(20))]  50 %")
    #expect(draw(8, of: 8) == "train [\(hashes)] 100 %")
    // Not there yet: never rounded up.
    #expect(draw(999, of: 1000).hasSuffix("#.]  99 %"))
  }

  @Test("what is done stands after the label")
  func what() {
    #expect(draw(1, of: 2, what: "epoch 1 of 2").hasPrefix("train epoch 1 of 2 [####"))
  }

  @Test("counts that make no sense are drawn as an end of the bar")
  func senseless() {
    #expect(draw(9, of: 8) == draw(8, of: 8))
    #expect(draw(-1, of: 8) == draw(0, of: 8))
    #expect(draw(0, of: 0) == draw(8, of: 8))
  }

  /// A line as wide as the terminal would wrap, and the bar would climb.
  @Test("narrower than the terminal, whatever its width", arguments: 0...120)
  func width(_ width: Int) {
    for done in [0, 1, 50, 100] {
      #expect(draw(done, of: 100, width: width, what: "epoch 1 of 2").count <= max(width - 1, 0))
    }
  }

  @Test("all lines of one bar are of one length, so that none leaves a rest of the last")
  func length() {
    #expect(Set((0...100).map { draw($0, of: 100).count }).count == 1)
  }
}
