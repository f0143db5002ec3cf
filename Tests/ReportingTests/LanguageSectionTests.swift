import Reporting
import Testing

@Suite("The report of a language model")
struct LanguageSectionTests {
  private let report = Report.languageSample(["w8a8"])

  @Test("the first screen answers whether it worked: limits, quality, size, speed")
  func firstScreen() throws {
    let text = report.markdown()
    for answer in [
      "A float32 language model and its int8 twin on tales.txt. One quantization scheme: w8a8.", "✓ within limits",
      "4.5224", "1.00199 ± 0.00045", "not chance", "97.73 %", "0.001714 ± 0.000018 nats", "4.00× smaller",
      "300 tokens/s", "1.50× faster", "one token at a time, 2 threads, avx2", "Warning, scheme w8a8: a channel is dead",
    ] {
      #expect(text.contains(answer), "\(answer)")
    }
  }

  // 0.0008 is less than two standard errors of 0.00045.
  @Test("a ratio within two standard errors of one is called chance")
  func chance() {
    var report = report
    report.languageSchemes[0].perplexityRatio = .init(1.0008, error: 0.00045)
    #expect(report.markdown().contains("chance explains it") && !report.markdown().contains("not chance"))
  }

  @Test("layers, massive channels, scales by tensor and flips stand under their scheme")
  func scheme() throws {
    let text = report.markdown()
    let lines = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    for row in [
      "| `layers.0.attention.wq.weight` | ∞ | 3.5 | 12 |", "| `layers.0.feed_forward.w2.weight` | 21.5 | – | – |",
      "| `layers.0.feed_forward.w2.weight` | 40 | 500 | 2 | 250 |",
      "| `layers.0.attention.wq.weight` | 64 | 0.001 | 0.002 | 0.004 | -127 … 127 | `s8` | `per_channel_symmetric` | `min_max` |",
    ] {
      #expect(lines.contains(row), "\(row)")
    }
    #expect(text.contains("0.75") && text.contains("token 2"))
    // One of the two is infinite, and drawn by none.
    #expect(report.html().contains("2 groups: smallest 21.46, median 21.46, largest 21.46; 1 are no numbers."))
  }

  // Would catch a table in the text's order, whose first rows would be the least telling.
  @Test("the flip of the largest margin stands first")
  func flipsByMargin() throws {
    let text = report.markdown()
    let large = try #require(text.range(of: "token 2")), small = try #require(text.range(of: "' dog'"))
    #expect(large.lowerBound < small.lowerBound)
  }

  @Test("what was not measured is said, or left out")
  func missing() {
    var report = report
    report.languageSchemes[0].flips = []
    report.massiveActivations = []
    report.languageSchemes[0].scales = []
    report.languageSchemes[0].layers = []
    report.languageSchemes[0].int8.generatedRate = nil
    report.languageHistory = []
    let text = report.markdown()
    for words in [
      "Both models choose the same token everywhere.", "Calibration found no channel of over 100 times",
      "No scale was recorded.", "No layer was recorded.", "Not timed", "No evaluation was recorded.",
    ] {
      #expect(text.contains(words), "\(words)")
    }
    report.massiveActivations = nil
    #expect(report.markdown().contains("They were not looked for"))
  }

  @Test("several schemes stand side by side, with the best of each kind")
  func schemes() {
    var report = Report.languageSample()
    report.languageSchemes[1].divergence = .init(0.0006, error: 0.00001)
    let text = report.markdown()
    for words in [
      "2 quantization schemes: w8a8, w8.", "2 of 2 hold", "Nearest to float32", "KL divergence against file size",
      "How each scheme quantizes.", "Scheme w8a8", "Scheme w8\n",
    ] {
      #expect(text.contains(words), "\(words)")
    }
    #expect(report.html().contains("Nearest to float32"))
  }

  @Test("nothing of networks for images stands in it")
  func nothingElse() {
    for words in ["images", "McNemar", "Energy", "Training", "Confusion", "Calibration images"] {
      #expect(!report.html().contains(words), "\(words)")
    }
    #expect(Report.sample().html().contains("McNemar"))
  }

  @Test("the short table has three rows for each scheme")
  func summary() {
    #expect(
      report.summaryTable() == """
        stories: tales.txt
        Network    Perplexity      File size      Tokens/s
        ---------  ----------  -------------  ------------
        float32        4.5135        1.00 MB           200
        int8 w8a8      4.5224       250.0 KB           300
        change       1.00199×  4.00× smaller  1.50× faster

        """)
  }

  @Test("the same values give the same bytes")
  func deterministic() {
    #expect(Report.languageSample().html() == Report.languageSample().html())
  }
}
