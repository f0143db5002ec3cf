import Tables

extension Report {
  /// Did it work, of a language model? The answers in large letters, then every figure of every scheme.
  var languageResultSection: Document.Section {
    let schemes = languageSchemes
    let tiles = schemes.count == 1 ? tiles(of: schemes[0]) : languageTilesOfAll
    return Document.Section(
      title: "Did it work?",
      blocks: [.tiles(tiles)] + warnings(of: schemes) + [
        .table(qualityTable), .table(speedTable), .facts(circumstances),
      ])
  }

  private func tiles(of scheme: LanguageScheme) -> [Document.Tile] {
    let rate = scheme.int8.generatedRate.map { Format.rate($0) + " tokens/s" } ?? Format.missing
    let ratio = scheme.perplexityRatio
    return [
      limitsTile(of: scheme),
      Document.Tile(
        question: "int8 perplexity", value: Format.decimal(scheme.int8.perplexity.value, places: 4),
        note: "float32: \(Format.decimal(scheme.float32.perplexity.value, places: 4)). int8 over float32: "
          + "\(text(ratio, places: 5)): "
          + (abs(ratio.value - 1) > 2 * ratio.error ? "not chance." : "chance explains it.")),
      Document.Tile(
        question: "Same first choice", value: Format.percent(scheme.sameTop1.value),
        note: "Of \(Format.integer(scheme.predictions)) predictions; "
          + "KL divergence \(text(scheme.divergence, places: 6)) nats."),
      sizeTile(of: scheme), speedTile(of: scheme, rate, conditions: ", one token at a time, \(scheme.conditions)"),
    ]
  }

  private var languageTilesOfAll: [Document.Tile] {
    let nearest = best("Nearest to float32", of: languageSchemes, by: { -$0.divergence.value }) { scheme in
      "KL divergence \(text(scheme.divergence, places: 6)) nats, "
        + "perplexity ratio \(Format.decimal(scheme.perplexityRatio.value, places: 5))."
    }
    return [limitsTile(of: languageSchemes)]
      + [nearest, smallestTile(of: languageSchemes), fastestTile(of: languageSchemes)].compactMap { $0 }
  }

  /// A mean with its standard error: `1.00199 ± 0.00045`.
  func text(_ estimate: Estimate, places: Int) -> String {
    Format.decimal(estimate.value, places: places) + " ± " + Format.decimal(estimate.error, places: places)
  }

  private var qualityTable: Table {
    var table = captioned(
      "Perplexity, exp of the mean loss; int8's over float32's, compared prediction by prediction; the mean divergence of "
        + "int8 from float32; how often both would choose the same token. ± is a standard error.",
      columns: [
        .text("Network"), .number("Perplexity"), .number("Over float32"), .number("KL divergence, nats"),
        .number("Same first choice"), .number("Flips"), .text("Limits"),
      ])
    let none = Format.missing
    for (index, scheme) in languageSchemes.enumerated() {
      let perplexity = scheme.float32.perplexity
      if index == 0 || languageSchemes[index - 1].float32.perplexity != perplexity {
        table.append(["float32", text(perplexity, places: 4), none, none, none, none, none])
      }
      table.append([
        "int8 \(scheme.name)", text(scheme.int8.perplexity, places: 4), text(scheme.perplexityRatio, places: 5),
        text(scheme.divergence, places: 6),
        Format.percent(scheme.sameTop1.value) + " ± " + Format.decimal(100 * scheme.sameTop1.error, places: 2),
        Format.integer(scheme.flips.count), verdict(of: scheme),
      ])
    }
    return table
  }

  private var speedTable: Table {
    var table = captioned(
      "File size, and tokens a second: of a prompt, which is read many tokens at once, and of what follows, one at a time.",
      columns: [
        .text("Network"), .number("File"), .number("Smaller"), .number("Prompt, tokens/s"),
        .number("Generation, tokens/s"), .number("Generation faster"),
      ])
    func rate(_ rate: Double?) -> String { rate.map(Format.rate) ?? Format.missing }
    for scheme in languageSchemes {
      let beside = languageSchemes.count > 1 ? ", beside \(scheme.name)" : ""
      for (name, figures) in [("float32\(beside)", scheme.float32), ("int8 \(scheme.name)", scheme.int8)] {
        let isFloat = figures == scheme.float32
        table.append([
          name, Format.bytes(figures.bytes), isFloat ? Format.missing : Format.ratio(scheme.sizeRatio),
          rate(figures.promptRate), rate(figures.generatedRate),
          isFloat ? Format.missing : scheme.speedRatio.map { Format.ratio($0) } ?? Format.missing,
        ])
      }
    }
    return table
  }
}
