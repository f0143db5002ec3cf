import Tables

/// How a pipeline's newest evaluations stand to its limits, for a terminal, a test report and a summary page.
public struct CheckReport: Sendable, Hashable {
  /// The pipeline.
  public var pipeline: String
  /// Every limit of every scheme.
  public var verdicts: [Verdict]

  /// A report over the given verdicts.
  public init(pipeline: String, verdicts: [Verdict]) {
    self.pipeline = pipeline
    self.verdicts = verdicts
  }

  /// The limits that do not hold.
  public var broken: [Verdict] { verdicts.filter { !$0.holds } }

  /// A line for each broken limit; one line in all where every limit holds.
  public func lines() -> [String] {
    guard broken.isEmpty else { return broken.map { "\(pipeline): \($0.line)" } }
    var schemes: [String] = []
    for verdict in verdicts where !schemes.contains(verdict.scheme) { schemes.append(verdict.scheme) }
    return ["\(pipeline): \(schemes.joined(separator: ", ")): within all limits"]
  }

  /// JUnit's XML: a test case for each limit and scheme.
  public func junit() -> String { JUnitRenderer.render(self) }

  /// GitHub's Markdown: how many limits are broken, and a table of all, the broken ones first.
  public func summary() -> String {
    let result = broken.isEmpty ? "within all limits" : "\(broken.count) of \(verdicts.count) limits broken"
    var table = Table(
      "Each limit and scheme",
      columns: [
        .text("result"), .code("scheme"), .code("limit"), .text("measured"), .text("allowed"), .number("run"),
      ])
    for verdict in broken + verdicts.filter(\.holds) {
      let measured = verdict.measured.isEmpty ? verdict.what : verdict.measured
      table.append([
        verdict.holds ? "holds" : "BROKEN", verdict.scheme, verdict.limit, measured, verdict.allowed ?? Format.missing,
        "\(verdict.run)",
      ])
    }
    return "## \(MarkdownText.escaped("\(pipeline): \(result)"))\n\n\(MarkdownRenderer.render(table))\n"
  }
}
