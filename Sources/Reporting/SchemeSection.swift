extension Report {
  /// What there is to say of one scheme: layer by layer, decision by decision, scale by scale.
  func section(_ scheme: Scheme) -> Document.Section {
    var blocks: [Document.Block] = scheme.settings.map { [.paragraph($0.sentence)] } ?? []
    if scheme.layers.isEmpty {
      blocks.append(.paragraph("No layer was recorded."))
    } else {
      blocks.append(.table(quantizationTable(scheme)))
      blocks.append(.table(arithmeticTable(scheme)))
    }
    blocks += scheme.confusion.map { .table(confusionTable($0, scheme)) }
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

  private func arithmeticTable(_ scheme: Scheme) -> Table {
    var table = captioned(
      "\(scheme.name): the largest magnitude each int32 accumulator can reach, how products are computed, "
        + "and signal to quantization noise; more decibels are better.",
      columns: [
        .code("Layer"), .number("Accumulator bound"), .number("Share of int32"), .text("Products"),
        .number("SQNR dB"),
      ])
    for layer in scheme.layers {
      table.append([
        layer.name, layer.accumulatorBound.map { Format.integer($0) } ?? Format.missing,
        layer.accumulatorBound.map { Format.percent(Double($0) / Double(Int32.max)) } ?? Format.missing,
        layer.productPath ?? Format.missing,
        layer.sqnr.map { Format.decimal($0, places: 1) } ?? Format.missing,
      ])
    }
    return table
  }

  private func confusionTable(_ matrix: ConfusionMatrix, _ scheme: Scheme) -> Table {
    let classes = matrix.counts.indices
    var table = captioned(
      "\(scheme.name): what \(matrix.model) took each class for. Rows: the class; columns: the decision.",
      columns: [.number("Class")] + classes.map { .number(String($0)) } + [.number("Right")])
    let errors = classes.flatMap { actual in
      classes.filter { $0 != actual }.map { matrix.counts[actual][$0] }
    }
    let worst = errors.max() ?? 0
    for actual in classes {
      let row = matrix.counts[actual]
      let total = row.reduce(0, +)
      let share = Double(row[actual]) / Double(total)
      var cells = [Table.Cell(String(actual))]
      for predicted in classes {
        let count = row[predicted]
        let heat: Table.Cell.Heat? =
          if count == 0 {
            nil
          } else if predicted == actual {
            .right(share)
          } else {
            // Errors are few beside what is right: they are coloured by a scale of their own.
            .wrong((Double(count) / Double(worst)).squareRoot())
          }
        cells.append(Table.Cell(Format.integer(count), heat: heat))
      }
      cells.append(Table.Cell(total == 0 ? Format.missing : Format.percent(share)))
      table.append(cells)
    }
    return table
  }

  private func scaleTable(_ scheme: Scheme) -> Table {
    var table = captioned(
      "\(scheme.name): real = scale × (integer - zero point). Scales read back as the very float32.",
      columns: [
        .code("Tensor"), .number("Channel"), .number("Scale"), .number("Zero point"), .number("Integers"),
        .code("Type"), .code("Quantization"), .code("Observer"), .number("Observed range"),
      ])
    for scale in scheme.scales {
      table.append([
        scale.tensor, Format.integer(scale.channel), Format.exact(scale.scale),
        Format.integer(scale.zeroPoint),
        "\(Format.integer(scale.quantized.lowerBound)) … \(Format.integer(scale.quantized.upperBound))",
        scale.dtype, scale.quantization, scale.observer, scale.observed.map(Format.range) ?? Format.missing,
      ])
    }
    return table
  }
}
