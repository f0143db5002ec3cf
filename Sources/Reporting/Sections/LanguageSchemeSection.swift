import Tables

extension Report {
  /// Flips that are listed: those of the largest margins, which chance explains least.
  private static let flipRows = 50
  /// Bins of the histogram of margins.
  private static let marginBins = 40

  /// What there is to say of one scheme of a language model: where the difference grows, its scales, and where it shows.
  func section(_ scheme: LanguageScheme) -> Document.Section {
    var blocks: [Document.Block] = scheme.settings.map { [.paragraph($0.sentence)] } ?? []
    blocks += layerBlocks(scheme)
    blocks.append(
      scheme.scales.isEmpty
        ? .paragraph("No scale was recorded.")
        : .details(title: "\(scheme.name): scales by tensor", [.table(scaleTable(scheme))]))
    blocks += flipBlocks(scheme)
    return Document.Section(title: "Scheme \(scheme.name)", blocks: blocks)
  }

  private func layerBlocks(_ scheme: LanguageScheme) -> [Document.Block] {
    guard !scheme.layers.isEmpty else { return [.paragraph("No layer was recorded.")] }
    let plot = ScalePlot(
      caption: warned(
        "\(scheme.name): signal over noise (SQNR) of what reaches each group of matrices, first to last, in decibels; more is "
          + "better."), scales: scheme.layers.map(\.sqnr), place: "group")
    return [
      .pictures([plot.picture]), .details(title: "\(scheme.name): the same in figures", [.table(layerTable(scheme))]),
    ]
  }

  private func layerTable(_ scheme: LanguageScheme) -> Table {
    var table = captioned(
      "\(scheme.name): what reaches each group of matrices, held against what reaches it in float32, all layers before it "
        + "added up: signal over noise (SQNR) in decibels, more is better; the largest magnitude and its channel.",
      columns: [
        .code("Group's first matrix"), .number("SQNR dB"), .number("Largest magnitude"), .number("Its channel"),
      ])
    for layer in scheme.layers {
      table.append([
        layer.tensor, Format.decimal(layer.sqnr, places: 1),
        layer.largest.map { Format.rounded(Float($0)) } ?? Format.missing,
        layer.channel.map { Format.integer($0) } ?? Format.missing,
      ])
    }
    return table
  }

  private func scaleTable(_ scheme: LanguageScheme) -> Table {
    var table = captioned(
      "\(scheme.name): the scales of each tensor. Each by itself, with the file that it went into, is in the catalog's view "
        + "scale.",
      columns: [
        .code("Tensor"), .number("Scales"), .number("Least"), .number("Mean"), .number("Largest"), .number("Integers"),
        .code("Type"), .code("Quantization"), .code("Observer"),
      ])
    for row in scheme.scales {
      table.append([
        row.tensor, Format.integer(row.count), Format.rounded(row.least), Format.rounded(row.mean),
        Format.rounded(row.largest),
        "\(Format.integer(row.quantized.lowerBound)) … \(Format.integer(row.quantized.upperBound))", row.dtype,
        row.quantization, row.observer,
      ])
    }
    return table
  }

  private func flipBlocks(_ scheme: LanguageScheme) -> [Document.Block] {
    let flips = scheme.flips.sorted { ($0.margin, $1.window, $1.position) > ($1.margin, $0.window, $0.position) }
    guard !flips.isEmpty else { return [.paragraph("Both models choose the same token everywhere.")] }
    let listed = flips.prefix(Self.flipRows)
    let rest = flips.count > listed.count ? ", the first \(listed.count)" : ""
    var table = captioned(
      "\(scheme.name): where int8 would choose another token, the largest margin first\(rest). The margin is float32's logit "
        + "of its own choice above that of int8's choice.",
      columns: [
        .number("Window"), .number("Position"), .text("float32"), .text("int8"), .number("Margin"),
      ])
    for flip in listed {
      table.append([
        Format.integer(flip.window), Format.integer(flip.position), flip.float32, flip.int8,
        Format.rounded(Float(flip.margin)),
      ])
    }
    let pictures = marginPicture(scheme, flips.map(\.margin)).map { [Document.Block.pictures([$0])] } ?? []
    return pictures + [.details(title: "\(scheme.name): flips with their margins", [.table(table)])]
  }

  /// How near float32 was to choosing as int8 does.
  private func marginPicture(_ scheme: LanguageScheme, _ margins: [Double]) -> Picture? {
    let finite = margins.filter(\.isFinite)
    guard let largest = finite.max(), largest > 0 else { return nil }
    var counts = [Int](repeating: 0, count: Self.marginBins)
    for margin in finite {
      counts[min(Int(max(margin, 0) / largest * Double(Self.marginBins)), Self.marginBins - 1)] += 1
    }
    return HistogramChart(
      caption: warned(
        "\(scheme.name): margins of the \(Format.integer(finite.count)) predictions where int8 would choose another token, "
          + "in float32's logits. Near 0 both choices were as good."),
      lower: 0, upper: largest, counts: counts, grids: []
    ).picture
  }
}
