import Tables

extension Report {
  /// Did it work? The answers in large letters, then every figure of every scheme.
  var resultSection: Document.Section {
    let tiles = schemes.count == 1 ? tiles(of: schemes[0]) : tilesOfAll
    let warnings = schemes.flatMap { scheme in
      scheme.warnings.map { Document.Block.paragraph("Warning, scheme \(scheme.name): \($0)") }
    }
    return section(
      "Did it work?", [.tiles(tiles)] + warnings + [.table(resultTable), .facts(circumstances)],
      isMissing: schemes.isEmpty, "scheme was evaluated")
  }

  private func tiles(of scheme: Scheme) -> [Document.Tile] {
    let (float32, int8) = (scheme.float32, scheme.int8)
    let test = scheme.significance.map(Self.explanation) ?? "Not tested."
    let rate = int8.imagesPerSecond.map { Format.rate($0) + " images/s" } ?? Format.missing
    let conditions = scheme.measurement.map { ", \($0.words)" } ?? ""
    let broken = scheme.broken
    return [
      Document.Tile(
        question: "Limits", value: verdict(of: scheme),
        note: broken.isEmpty
          ? "All \(scheme.verdicts.count) of limits.yaml hold."
          : broken.map(\.line).joined(separator: "; "),
        mood: scheme.verdicts.isEmpty ? .plain : broken.isEmpty ? .good : .bad),
      Document.Tile(
        question: "int8 accuracy", value: Format.percent(int8.accuracy),
        note: "95 %: \(Format.percents(int8.interval)). float32: \(Format.percent(float32.accuracy))."),
      Document.Tile(question: "Drop", value: scheme.drop.text, note: test),
      Document.Tile(
        question: "File size", value: Format.bytes(int8.bytes),
        note: Format.ratio(scheme.sizeRatio, above: "smaller", below: "larger")
          + " than float32's \(Format.bytes(float32.bytes))."),
      Document.Tile(
        question: "Speed", value: rate,
        note: (scheme.speedRatio.map { Format.ratio($0, above: "faster", below: "slower") + " than float32" }
          ?? "Not timed") + conditions + "."),
    ]
  }

  private var tilesOfAll: [Document.Tile] {
    let broken = schemes.filter { !$0.broken.isEmpty }
    let isChecked = schemes.contains { !$0.verdicts.isEmpty }
    func best(_ question: String, _ pairs: [(Scheme, Double)], _ text: (Scheme) -> String) -> Document.Tile? {
      pairs.max { $0.1 < $1.1 }.map { .init(question: question, value: $0.0.name, note: text($0.0)) }
    }
    return [
      Document.Tile(
        question: "Limits",
        value: isChecked ? "\(schemes.count - broken.count) of \(schemes.count) hold" : "not checked",
        note: broken.isEmpty
          ? "No scheme breaks limits.yaml." : "Broken: \(broken.map(\.name).joined(separator: ", ")).",
        mood: !isChecked ? .plain : broken.isEmpty ? .good : .bad)
    ]
      + [
        best("Most accurate", schemes.map { ($0, $0.int8.accuracy) }) { scheme in
          "\(Format.percent(scheme.int8.accuracy)), float32 \(Format.percent(scheme.float32.accuracy))."
        },
        best("Smallest file", schemes.map { ($0, -Double($0.int8.bytes)) }) { scheme in
          "\(Format.bytes(scheme.int8.bytes)), "
            + Format.ratio(scheme.sizeRatio, above: "smaller", below: "larger") + " than float32."
        },
        best("Fastest", schemes.compactMap { scheme in scheme.speedRatio.map { (scheme, $0) } }) { scheme in
          (scheme.speedRatio.map { Format.ratio($0, above: "faster", below: "slower") } ?? "") + " than float32."
        },
      ].compactMap { $0 }
  }

  /// What the paired test says, in a sentence.
  private static func explanation(_ test: Significance) -> String {
    "float32 alone is right on \(Format.integer(test.onlyFloat32Right)) image\(test.onlyFloat32Right == 1 ? "" : "s"), "
      + "int8 alone on \(Format.integer(test.onlyInt8Right)); McNemar p = \(Format.probability(test.pValue)): "
      + (test.pValue < 0.05 ? "not chance." : "chance explains it.")
  }

  private func verdict(of scheme: Scheme) -> String {
    if scheme.verdicts.isEmpty { return "not checked" }
    return scheme.broken.isEmpty ? "✓ within limits" : "✗ \(scheme.broken.count) broken"
  }

  private var resultTable: Table {
    var table = captioned(
      "Accuracy with its 95 % interval (Wilson); drop: what int8 loses, in percentage points, with the p-value of "
        + "McNemar's exact test; file size; images per second, each scheme timed in turn with float32.",
      columns: [
        .text("Network"), .number("Accuracy"), .number("Drop"), .number("p"), .text("Limits"), .number("File"),
        .number("Smaller"), .number("Images/s"), .number("Faster"),
      ])
    var last: (accuracy: Double, bytes: Int64)?
    for scheme in schemes {
      let (float32, int8) = (scheme.float32, scheme.int8)
      if last?.accuracy != float32.accuracy || last?.bytes != float32.bytes {
        let none = Format.missing
        table.append([
          "float32", Format.accuracy(float32.accuracy, float32.interval), none, none, none,
          Format.bytes(float32.bytes), none, speedsOfFloat, none,
        ])
        last = (float32.accuracy, float32.bytes)
      }
      table.append([
        "int8 \(scheme.name)", Format.accuracy(int8.accuracy, int8.interval), scheme.drop.text,
        scheme.significance.map { Format.probability($0.pValue) } ?? Format.missing, verdict(of: scheme),
        Format.bytes(int8.bytes), Format.ratio(scheme.sizeRatio),
        int8.imagesPerSecond.map(Format.rate) ?? Format.missing,
        scheme.speedRatio.map { Format.ratio($0) } ?? Format.missing,
      ])
    }
    return table
  }

  /// float32's speed, once in turn with each scheme.
  private var speedsOfFloat: String {
    let speeds = schemes.compactMap(\.float32.imagesPerSecond)
    guard let least = speeds.min(), let most = speeds.max() else { return Format.missing }
    return least == most ? Format.rate(least) : "\(Format.rate(least)) … \(Format.rate(most))"
  }

  /// What the figures depend on.
  private var circumstances: [Fact] {
    [Fact("Dataset", dataset.isSynthetic ? warned(dataset.name) : dataset.name)] + seeds + environment
  }
}
