import Tables

extension Report {
  /// The channels of a language model that are far above the others: what makes one scale for a token too coarse for the rest.
  var massiveSection: Document.Section {
    let none = "Calibration found no channel of over 100 times the median of those that are read with it."
    let blocks: [Document.Block] =
      switch massiveActivations {
      case nil: [.paragraph("They were not looked for: `make calibrate report` does.")]
      case []?: [.paragraph(none)]
      case let found?: [.table(massiveTable(found))]
      }
    return Document.Section(title: "Massive activations", blocks: blocks)
  }

  private func massiveTable(_ found: [MassiveActivation]) -> Table {
    var table = captioned(
      "In float32, on the calibration text: channels whose largest magnitude is over 100 times the median of those that are "
        + "read with them.",
      columns: [
        .code("Group's first matrix"), .number("Channel"), .number("Largest magnitude"), .number("Median"),
        .number("Times"),
      ])
    for row in found {
      table.append([
        row.tensor, Format.integer(row.channel), Format.rounded(Float(row.magnitude)),
        Format.rounded(Float(row.median)), Format.decimal(row.magnitude / row.median, places: 0),
      ])
    }
    return table
  }
}
