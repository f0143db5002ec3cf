import Reporting
import Testing

@Suite("Check reports")
struct CheckReportTests {
  private let holding = Verdict(
    scheme: "s", limit: "size_ratio", what: "size ratio", measured: "0.25", allowed: "0.253", run: 7, holds: true)
  private let broken = Verdict(
    scheme: "t", limit: "accuracy_drop", what: "accuracy drop", measured: "2.0 points", allowed: "1.0", run: 8,
    holds: false)
  private let unheld = Verdict(scheme: "t", limit: "accuracy_floor", problem: "no floor | none", run: 8)

  @Test("a line for each broken limit, with the run; else one in all")
  func lines() {
    #expect(
      CheckReport(pipeline: "p", verdicts: [holding, broken, unheld]).lines()
        == ["p: t: accuracy drop 2.0 points, limit 1.0, run 8", "p: t: no floor | none, run 8"])
    #expect(CheckReport(pipeline: "p", verdicts: [holding, holding]).lines() == ["p: s: within all limits"])
  }

  @Test("the summary says how many are broken, shows those first, and escapes what they hold")
  func summary() {
    #expect(
      CheckReport(pipeline: "p", verdicts: [holding, broken, unheld]).summary() == """
        ## p: 2 of 3 limits broken

        **Each limit and scheme**

        | result | scheme | limit | measured | allowed | run |
        | :--- | :--- | :--- | :--- | :--- | ---: |
        | BROKEN | `t` | `accuracy_drop` | 2.0 points | 1.0 | 8 |
        | BROKEN | `t` | `accuracy_floor` | no floor \\| none | – | 8 |
        | holds | `s` | `size_ratio` | 0.25 | 0.253 | 7 |

        """)
    #expect(CheckReport(pipeline: "p", verdicts: [holding]).summary().hasPrefix("## p: within all limits\n"))
  }
}
