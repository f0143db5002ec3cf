import Reporting
import Testing

@Suite("The table that a run ends with")
struct SummaryTableTests {
  @Test("three rows for each scheme, right-aligned")
  func twoSchemes() {
    #expect(
      Report.sample().summaryTable() == """
        digits: mnist
        Network               Accuracy      File size      Images/s
        ----------------  ------------  -------------  ------------
        float32                98.75 %       172.5 KB         2,000
        int8 per-channel       98.62 %        43.1 KB         5,000
        change            -0.13 points  4.00× smaller  2.50× faster
        float32                98.75 %       172.5 KB         2,000
        int8 per-tensor        98.62 %        43.1 KB         5,000
        change            -0.13 points  4.00× smaller  2.50× faster

        """)
  }

  @Test("synthetic digits are called so in the first line")
  func synthetic() {
    let text = Report.sample(isSynthetic: true).summaryTable()
    #expect(text.hasPrefix("SYNTHETIC DIGITS, not MNIST. digits: synthetic-digits\n"))
  }

  @Test("figures that are missing or no numbers are shown as such")
  func strange() {
    let report = Report(
      title: "t", dataset: .init(name: "d", isSynthetic: false),
      schemes: [
        .init(
          name: "s", run: 1, float32: .init(accuracy: .nan, interval: 0...1, bytes: 10, imagesPerSecond: .infinity),
          int8: .init(accuracy: 0.5, interval: 0...1, bytes: 0))
      ])
    #expect(
      report.summaryTable() == """
        t: d
        Network    Accuracy  File size  Images/s
        -------  ----------  ---------  --------
        float32       NaN %       10 B         ∞
        int8 s      50.00 %        0 B         –
        change   NaN points         ∞×         –

        """)
  }
}
