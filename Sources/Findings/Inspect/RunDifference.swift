import Catalog
import Tables

/// What two runs of one stage have in common, and what not.
package struct RunDifference {
  /// The most scales that are listed one by one; likewise confusion counts.
  package static let listedRows = 20

  private let first: RunFindings
  private let second: RunFindings

  /// Asks for both runs.
  /// - Throws: `FindingsError.unknownRun`, `.differentStages`, `CatalogError`.
  package init(_ first: Int64, _ second: Int64, in catalog: Catalog) throws {
    self.first = try RunFindings(of: first, in: catalog)
    self.second = try RunFindings(of: second, in: catalog)
    let stages = (self.first.run.stage, self.second.run.stage)
    guard stages.0 == stages.1 else { throw FindingsError.differentStages(first, stages.0, second, stages.1) }
  }

  /// The comparison as plain text: a table for each kind of thing that differs, a line for each that does not.
  package func plain() -> String {
    let head = PlainText.oneLine("Runs \(first.run.id) and \(second.run.id), both \(first.run.stage).") + "\n"
    return [head, settings, files, scheme, scales, metrics, epochs, confusion].joined(separator: "\n")
  }

  // MARK: One by one

  private var settings: String {
    let words = zip(first.longFacts, second.longFacts).filter { $0.value != $1.value }.flatMap { one, other in
      [(first, one), (second, other)].map { run, fact in
        PlainText.oneLine("\(fact.name) of run \(run.run.id): \(fact.value ?? Format.missing)") + "\n"
      }
    }
    return section("Settings", keys: ["What"], pairs(first.settings, second.settings)) + words.joined()
  }

  /// Every file, equal or not: that the outputs are equal is what a reader may have come for.
  private var files: String {
    var table = Table(
      "Files.", columns: [.text("Role"), .code("Path")] + runColumns + [.text("Content")])
    for (one, other) in RunDifference.paired(first.artifacts, second.artifacts) {
      let known = [one, other].compactMap { $0 }
      let paths = known.map(\.artifact.path)
      let content =
        switch (one, other) {
        case (let one?, let other?): one.artifact.sha256 == other.artifact.sha256 ? "equal" : "differs"
        default: "in one only"
        }
      table.append([
        known.first?.role.rawValue ?? "", Set(paths).count == 1 ? paths[0] : paths.joined(separator: ", "),
        one?.artifact.shortDigest ?? Format.missing, other?.artifact.shortDigest ?? Format.missing, content,
      ])
    }
    return table.rows.isEmpty ? "Files: none.\n" : table.plain()
  }

  private var scheme: String {
    func facts(_ run: RunFindings) -> [([String], String)] {
      (run.scheme?.facts ?? []).map { ([$0.key], $0.value ?? Format.missing) }
    }
    return section("Keys of the scheme", keys: ["What"], pairs(facts(first), facts(second)))
  }

  private var scales: String {
    func facts(_ run: RunFindings) -> [([String], String)] {
      run.scales.map { ([$0.tensor, "\($0.channel)"], $0.mapping) }
    }
    return section("Scales", keys: ["Tensor", "Channel"], pairs(facts(first), facts(second)), limit: Self.listedRows)
  }

  private var metrics: String {
    func facts(_ run: RunFindings) -> [([String], String)] {
      run.metrics.map { ([$0.layer, $0.name, $0.model?.rawValue ?? "", $0.unit], Figure.text($0.value)) }
    }
    return section("Figures", keys: ["Layer", "Name", "Model", "Unit"], pairs(facts(first), facts(second)))
  }

  /// Losses and accuracies; seconds left out, as the run's own: they always differ.
  private var epochs: String {
    func facts(_ run: RunFindings) -> [([String], String)] {
      run.epochs.flatMap { epoch in
        [("loss", epoch.loss), ("train accuracy", epoch.trainAccuracy), ("test accuracy", epoch.testAccuracy)]
          .compactMap { name, value in value.map { (["\(epoch.epoch)", name], Figure.text($0)) } }
      }
    }
    return section("Epochs' figures", keys: ["Epoch", "Name"], pairs(facts(first), facts(second)))
  }

  private var confusion: String {
    func facts(_ run: RunFindings) -> [([String], String)] {
      run.confusion.map {
        ([$0.model.rawValue, "\($0.actual)", "\($0.predicted)"], Format.integer($0.count))
      }
    }
    return section(
      "Confusion counts", keys: ["Model", "Actual", "Predicted"], pairs(facts(first), facts(second)),
      limit: Self.listedRows)
  }

  // MARK: Pairs

  /// A thing that either run may have: its key, and its value in each.
  private typealias Pair = (key: [String], first: String?, second: String?)

  /// What both have, in the first's order, then what only the second has.
  private func pairs(_ first: [([String], String)], _ second: [([String], String)]) -> [Pair] {
    let firsts = Dictionary(first, uniquingKeysWith: { $1 })
    let seconds = Dictionary(second, uniquingKeysWith: { $1 })
    return first.map { ($0.0, $0.1, seconds[$0.0]) }
      + second.filter { firsts[$0.0] == nil }.map { ($0.0, nil, $0.1) }
  }

  /// A table of what differs, cut after `limit` rows, and how many there are; or a line when nothing does.
  private func section(_ title: String, keys: [String], _ pairs: [Pair], limit: Int = .max) -> String {
    let different = pairs.filter { $0.first != $0.second }
    guard !different.isEmpty else {
      return pairs.isEmpty ? "\(title): none.\n" : "\(title): all \(Format.integer(pairs.count)) equal.\n"
    }
    let count = "\(Format.integer(different.count)) of \(Format.integer(pairs.count))"
    var table = Table("\(title) that differ: \(count).", columns: keys.map(Table.Column.text) + runColumns)
    for pair in different.prefix(limit) {
      table.append(pair.key + [pair.first ?? Format.missing, pair.second ?? Format.missing])
    }
    let rest = different.count - table.rows.count
    return table.plain() + (rest > 0 ? "… and \(Format.integer(rest)) more\n" : "")
  }

  private var runColumns: [Table.Column] { [first, second].map { Table.Column.text("Run \($0.run.id)") } }

  /// The files of both runs side by side: by role and path, and what is then left over, by role, kind and order. Of two
  /// schemes the paths differ, and the files are still each other's counterparts.
  private static func paired(
    _ first: [Catalog.RunArtifact], _ second: [Catalog.RunArtifact]
  ) -> [(Catalog.RunArtifact?, Catalog.RunArtifact?)] {
    var left = second
    func take(where isIt: (Catalog.RunArtifact) -> Bool) -> Catalog.RunArtifact? {
      left.firstIndex(where: isIt).map { left.remove(at: $0) }
    }
    var partners = first.map { file in
      take { $0.role == file.role && $0.artifact.path == file.artifact.path }
    }
    for (index, file) in first.enumerated() where partners[index] == nil {
      partners[index] = take { $0.role == file.role && $0.artifact.kind == file.artifact.kind }
    }
    var pairs: [(Catalog.RunArtifact?, Catalog.RunArtifact?)] = []
    for (file, partner) in zip(first, partners) { pairs.append((file, partner)) }
    for file in left { pairs.append((nil, file)) }
    return pairs
  }
}

extension RunFindings {
  /// What the run's row says of how it ran, times, memory and process left out: they always differ.
  fileprivate var settings: [([String], String)] {
    let facts: [(String, String?)] = [
      ("pipeline", run.pipeline), ("scheme", run.scheme), ("status", run.status.rawValue),
      ("dataset", run.dataset), ("seed", run.seed.map { "\($0)" }),
      ("octavo version", run.octavoVersion), ("git commit", run.gitCommit), ("cpu", run.cpu),
      ("instruction set", run.instructionSet), ("threads", "\(run.threads)"),
    ]
    return facts.map { ([$0.0], $0.1 ?? Format.missing) }
  }
}

extension Catalog.Artifact {
  /// The first 12 digits of the SHA-256: enough for an eye.
  var shortDigest: String { String(sha256.prefix(12)) }
}

extension Catalog.QuantizationParameter {
  /// `0.0134912832, zero point 3, u8 0...255`: all that integers and reals are mapped by.
  fileprivate var mapping: String {
    "\(Format.exact(scale)), zero point \(zeroPoint), \(dtype) \(quantMin)...\(quantMax)"
  }
}
