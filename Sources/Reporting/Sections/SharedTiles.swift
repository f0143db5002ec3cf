import Tables

extension Report {
  /// Whether a scheme keeps what the pipeline promises.
  func limitsTile(of scheme: some ReportedScheme) -> Document.Tile {
    let broken = scheme.broken
    return Document.Tile(
      question: "Limits", value: verdict(of: scheme),
      note: broken.isEmpty
        ? "All \(scheme.verdicts.count) of limits.yaml hold."
        : broken.map(\.line).joined(separator: "; "),
      mood: scheme.verdicts.isEmpty ? .plain : broken.isEmpty ? .good : .bad)
  }

  /// Whether all schemes do.
  func limitsTile(of schemes: [some ReportedScheme]) -> Document.Tile {
    let broken = schemes.filter { !$0.broken.isEmpty }
    let isChecked = schemes.contains { !$0.verdicts.isEmpty }
    return Document.Tile(
      question: "Limits",
      value: isChecked ? "\(schemes.count - broken.count) of \(schemes.count) hold" : "not checked",
      note: broken.isEmpty
        ? "No scheme breaks limits.yaml." : "Broken: \(broken.map(\.name).joined(separator: ", ")).",
      mood: !isChecked ? .plain : broken.isEmpty ? .good : .bad)
  }

  /// A scheme's verdict in a few words.
  func verdict(of scheme: some ReportedScheme) -> String {
    if scheme.verdicts.isEmpty { return "not checked" }
    return scheme.broken.isEmpty ? "✓ within limits" : "✗ \(scheme.broken.count) broken"
  }

  /// What a scheme's file weighs.
  func sizeTile(of scheme: some ReportedScheme) -> Document.Tile {
    Document.Tile(
      question: "File size", value: Format.bytes(scheme.int8Bytes),
      note: Format.ratio(scheme.sizeRatio, above: "smaller", below: "larger")
        + " than float32's \(Format.bytes(scheme.float32Bytes)).")
  }

  /// How fast a scheme is.
  /// - Parameter conditions: what the speed was measured under, from its comma on.
  func speedTile(of scheme: some ReportedScheme, _ rate: String, conditions: String) -> Document.Tile {
    Document.Tile(
      question: "Speed", value: rate,
      note: (scheme.speedRatio.map { Format.ratio($0, above: "faster", below: "slower") + " than float32" }
        ?? "Not timed") + conditions + ".")
  }

  /// The scheme with the largest figure, nil where none has one.
  func best<Scheme: ReportedScheme>(
    _ question: String, of schemes: [Scheme], by figure: (Scheme) -> Double?, _ text: (Scheme) -> String
  ) -> Document.Tile? {
    schemes.compactMap { scheme in figure(scheme).map { (scheme, $0) } }.max { $0.1 < $1.1 }.map {
      .init(question: question, value: $0.0.name, note: text($0.0))
    }
  }

  /// The scheme of the smallest file.
  func smallestTile(of schemes: [some ReportedScheme]) -> Document.Tile? {
    best("Smallest file", of: schemes, by: { -Double($0.int8Bytes) }) { scheme in
      "\(Format.bytes(scheme.int8Bytes)), "
        + Format.ratio(scheme.sizeRatio, above: "smaller", below: "larger") + " than float32."
    }
  }

  /// The fastest scheme.
  func fastestTile(of schemes: [some ReportedScheme]) -> Document.Tile? {
    best("Fastest", of: schemes, by: \.speedRatio) { scheme in
      (scheme.speedRatio.map { Format.ratio($0, above: "faster", below: "slower") } ?? "") + " than float32."
    }
  }

  /// What the stages warned of, scheme by scheme.
  func warnings(of schemes: [some ReportedScheme]) -> [Document.Block] {
    schemes.flatMap { scheme in
      scheme.warnings.map { .paragraph("Warning, scheme \(scheme.name): \($0)") }
    }
  }
}
