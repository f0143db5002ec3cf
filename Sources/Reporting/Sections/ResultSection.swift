import Tables

extension Report {
  /// Did it work? The answers in large letters, then every figure of every scheme.
  var resultSection: Document.Section {
    let tiles = schemes.count == 1 ? tiles(of: schemes[0]) : tilesOfAll
    return section(
      "Did it work?", [.tiles(tiles)] + warnings(of: schemes) + [.table(resultTable), .facts(circumstances)],
      isMissing: schemes.isEmpty, "scheme was evaluated")
  }

  private func tiles(of scheme: Scheme) -> [Document.Tile] {
    let (float32, int8) = (scheme.float32, scheme.int8)
    let test = scheme.significance.map(Self.explanation) ?? "Not tested."
    let rate = int8.imagesPerSecond.map { Format.rate($0) + " images/s" } ?? Format.missing
    let conditions = scheme.measurement.map { ", \($0.words)" } ?? ""
    return [
      limitsTile(of: scheme),
      Document.Tile(
        question: "int8 accuracy", value: Format.percent(int8.accuracy),
        note: "95 %: \(Format.percents(int8.interval)). float32: \(Format.percent(float32.accuracy))."),
      Document.Tile(question: "Drop", value: scheme.drop.text, note: test),
      sizeTile(of: scheme), speedTile(of: scheme, rate, conditions: conditions),
    ]
  }

  private var tilesOfAll: [Document.Tile] {
    let accurate = best("Most accurate", of: schemes, by: { $0.int8.accuracy }) { scheme in
      "\(Format.percent(scheme.int8.accuracy)), float32 \(Format.percent(scheme.float32.accuracy))."
    }
    return [limitsTile(of: schemes)]
      + [accurate, smallestTile(of: schemes), fastestTile(of: schemes)].compactMap { $0 }
  }

  /// What the paired test says, in a sentence.
  private static func explanation(_ test: Significance) -> String {
    "float32 alone is right on \(Format.integer(test.onlyFloat32Right)) image\(test.onlyFloat32Right == 1 ? "" : "s"), "
      + "int8 alone on \(Format.integer(test.onlyInt8Right)); McNemar p = \(Format.probability(test.pValue)): "
      + (test.pValue < 0.05 ? "not chance." : "chance explains it.")
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
  var circumstances: [Fact] {
    [Fact(isOfLanguage ? "Text" : "Dataset", dataset.isSynthetic ? warned(dataset.name) : dataset.name)] + seeds
      + environment
  }
}
