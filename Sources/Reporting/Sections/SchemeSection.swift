import Tables

extension Report {
  /// What there is to say of one scheme: why it came to this, layer by layer, and where it fails.
  func section(_ scheme: Scheme) -> Document.Section {
    // Of many schemes few are read to the end.
    let isFolded = schemes.count > 1
    func folded(_ title: String, _ blocks: [Document.Block]) -> [Document.Block] {
      if blocks.isEmpty { return [] }
      return isFolded ? [.details(title: "\(scheme.name): \(title)", blocks)] : [.heading(title)] + blocks
    }
    var blocks: [Document.Block] = scheme.settings.map { [.paragraph($0.sentence)] } ?? []
    if scheme.layers.isEmpty {
      blocks.append(.paragraph("No layer was recorded."))
    } else {
      blocks += [.table(quantizationTable(scheme)), .table(fidelityTable(scheme)), .table(arithmeticTable(scheme))]
      if scheme.settings?.type == "qat" {
        blocks.append(
          .paragraph(
            "float32 is the network before fine-tuning: what fine-tuning changed is part of these figures."))
      }
    }
    if !scheme.costs.isEmpty { blocks.append(.table(costTable(scheme))) }
    blocks += folded("Values on the int8 grid", histograms(scheme).isEmpty ? [] : [.pictures(histograms(scheme))])
    blocks += folded("Scales by channel", scalePlots(scheme).isEmpty ? [] : [.pictures(scalePlots(scheme))])
    blocks += folded("Bytes by tensor", bytes(scheme))
    blocks += folded("Confusion", scheme.confusion.map { .table(confusionTable($0, scheme)) })
    blocks += folded("Where float32 and int8 differ", galleries(scheme))
    if scheme.scales.isEmpty {
      blocks.append(.paragraph("No scale was recorded."))
    } else {
      let title = "Every scale of \(scheme.name) (\(Format.integer(scheme.scales.count)))"
      blocks.append(.details(title: title, [.table(scaleTable(scheme))]))
    }
    return Document.Section(title: "Scheme \(scheme.name)", blocks: blocks)
  }

  private func quantizationTable(_ scheme: Scheme) -> Table {
    var table = captioned(
      "\(scheme.name): how each layer is quantized; the activation is the layer's output.",
      columns: [
        .code("Layer"), .text("Kind"), .text("Weights"), .number("Weight scales"),
        .number("Activation scale"), .number("Zero point"), .number("Observed range"),
      ])
    for layer in scheme.layers {
      table.append([
        layer.name, layer.kind, layer.granularity ?? Format.missing,
        layer.weightScales.map { range in
          range.lowerBound == range.upperBound ? Format.rounded(range.lowerBound) : Format.range(range)
        } ?? Format.missing,
        layer.activationScale.map(Format.rounded) ?? Format.missing,
        layer.activationZeroPoint.map { Format.integer($0) } ?? Format.missing,
        layer.observed.map(Format.range) ?? Format.missing,
      ])
    }
    return table
  }

  private func fidelityTable(_ scheme: Scheme) -> Table {
    var table = captioned(
      "\(scheme.name): signal to quantization noise (SQNR) in decibels, more is better; the share of float32's values "
        + "beyond the int8 grid; int8's output less float32's in real units.",
      columns: [
        .code("Layer"), .number("Weight SQNR dB"), .number("Weights clipped"), .number("Output SQNR dB"),
        .number("Outputs clipped"), .number("Mean error"), .number("Largest error"),
      ])
    func decibels(_ fidelity: Fidelity?) -> String {
      fidelity.map { Format.decimal($0.sqnr, places: 1) } ?? Format.missing
    }
    func clipped(_ fidelity: Fidelity?) -> String { fidelity?.clipped.map(Format.share) ?? Format.missing }
    for layer in scheme.layers {
      table.append([
        layer.name, decibels(layer.weight), clipped(layer.weight), decibels(layer.output), clipped(layer.output),
        layer.meanError.map { Format.rounded(Float($0)) } ?? Format.missing,
        layer.maxError.map { Format.rounded(Float($0)) } ?? Format.missing,
      ])
    }
    return table
  }

  private func arithmeticTable(_ scheme: Scheme) -> Table {
    var table = captioned(
      "\(scheme.name): by proof, the largest magnitude that each 32-bit sum can reach, and that two neighbouring products "
        + "can, which are added in 16 bits where they fit.",
      columns: [
        .code("Layer"), .number("Accumulator bound"), .number("Share of int32"), .number("Pair bound"),
        .number("Share of int16"), .text("Products"),
      ])
    func bound(_ value: Int64?, of limit: Int64) -> [String] {
      guard let value else { return [Format.missing, Format.missing] }
      return [Format.integer(value), Format.percent(Double(value) / Double(limit))]
    }
    for layer in scheme.layers {
      table.append(
        [layer.name] + bound(layer.accumulatorBound, of: Int64(Int32.max))
          + bound(layer.pairBound, of: Int64(Int16.max))
          + [layer.productPath ?? Format.missing])
    }
    return table
  }

  private func costTable(_ scheme: Scheme) -> Table {
    var table = captioned(
      "\(scheme.name): each layer alone in int8, all others float32, the most costly first.",
      columns: [.code("Layer"), .number("Accuracy"), .number("Drop"), .number("Agreement"), .number("Scores' SQNR dB")])
    for cost in scheme.costs {
      table.append([
        cost.name, Format.percent(cost.accuracy), cost.drop.text, Format.percent(cost.agreement),
        Format.decimal(cost.sqnr, places: 1),
      ])
    }
    return table
  }

  /// A row for each tensor, its scales channel by channel.
  private func scaleTable(_ scheme: Scheme) -> Table {
    var table = captioned(
      "\(scheme.name): real = scale × (integer - zero point). Scales, channel by channel, read back as the very float32.",
      columns: [
        .code("Tensor"), .number("Zero point"), .number("Integers"), .code("Type"), .code("Quantization"),
        .code("Observer"), .number("Observed range"), .list("Scales"),
      ])
    for (tensor, scales) in tensors(of: scheme) {
      guard let first = scales.first else { continue }
      let zeroPoints = Set(scales.map(\.zeroPoint)).sorted().map { Format.integer($0) }
      let observed = scales.compactMap(\.observed)
      let range = observed.map(\.lowerBound).min().flatMap { low in observed.map(\.upperBound).max().map { low...$0 } }
      table.append([
        tensor, zeroPoints.joined(separator: ", "),
        "\(Format.integer(first.quantized.lowerBound)) … \(Format.integer(first.quantized.upperBound))", first.dtype,
        first.quantization, first.observer, range.map(Format.range) ?? Format.missing,
        scales.map { Format.exact($0.scale) }.joined(separator: ", "),
      ])
    }
    return table
  }

  /// The tensors that have scales, in the order in which they come, each with its channels in order.
  func tensors(of scheme: Scheme) -> [(name: String, scales: [Scale])] {
    var tensors: [(name: String, scales: [Scale])] = []
    for scale in scheme.scales {
      if let index = tensors.firstIndex(where: { $0.name == scale.tensor }) {
        tensors[index].scales.append(scale)
      } else {
        tensors.append((scale.tensor, [scale]))
      }
    }
    return tensors.map { ($0.name, $0.scales.sorted { $0.channel < $1.channel }) }
  }
}
