import Catalog
import Tables

extension Catalog.Pruning {
  /// What went, as plain text: a table by pipeline, scheme and stage, and how many rows that were.
  /// - Parameter isDry: whether it has not gone yet.
  package func plain(isDry: Bool) -> String {
    let verb = isDry ? "would be removed" : "removed"
    guard !runs.isEmpty else { return "No run \(verb): all \(Format.integer(keptRuns)) stay.\n" }
    var table = Table(
      "Runs that \(isDry ? "would be removed" : "were removed").",
      columns: [.text("Pipeline"), .text("Scheme"), .text("Stage"), .number("Count"), .list("Runs")])
    let groups = Dictionary(grouping: runs) { [$0.pipeline ?? "", $0.scheme ?? "", $0.stage] }
    for (key, group) in groups.sorted(by: { ($0.value[0].id, $0.key[2]) < ($1.value[0].id, $1.key[2]) }) {
      table.append(key + [Format.integer(group.count), Self.ranges(group.map(\.id))])
    }
    let belonging = rows.sorted { $0.key < $1.key }.map { "\($0.key) \(Format.integer($0.value))" }
    return table.plain()
      + "\(Format.integer(runs.count)) of \(Format.integer(runs.count + keptRuns)) runs \(verb)"
      + (belonging.isEmpty ? "" : ", and with them rows of \(belonging.joined(separator: ", "))")
      + "; no file on disk is touched\n"
  }

  /// `1-3 7`.
  private static func ranges(_ numbers: [Int64]) -> String {
    var ranges: [ClosedRange<Int64>] = []
    for number in numbers {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: " ")
  }
}
