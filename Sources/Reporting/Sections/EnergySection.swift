import Tables

extension Report {
  /// What an inference might cost in energy.
  var energySection: Document.Section {
    let rows = energyRows
    return section(
      "Energy, an estimate",
      [
        .paragraph(
          "Operations and bytes, counted by the network's definition, times the energies of a 45 nm process at 0.9 V "
            + "(M. Horowitz, ISSCC 2014): an int8 product and its int32 sum 0.3 pJ, a float32 product and its sum 4.6 pJ, "
            + "a byte of a 1 MB cache 12.5 pJ, a byte of DRAM 162.5 pJ. It is no measurement, leaves out control, "
            + "instructions and idle silicon, and compares networks, not machines."),
        .table(energyTable(rows)),
      ], isMissing: rows.isEmpty, "work was counted")
  }

  private var energyRows: [(name: String, cost: Cost, float32: Cost)] {
    var rows: [(name: String, cost: Cost, float32: Cost)] = []
    for scheme in schemes {
      guard let float32 = scheme.float32.cost, let int8 = scheme.int8.cost else { continue }
      if rows.isEmpty { rows.append(("float32", float32, float32)) }
      rows.append(("int8 \(scheme.name)", int8, float32))
    }
    return rows
  }

  private func energyTable(_ rows: [(name: String, cost: Cost, float32: Cost)]) -> Table {
    var table = captioned(
      "One image. Microjoules; totals are arithmetic and movement together.",
      columns: [
        .text("Network"), .number("int8 products"), .number("float32 products"), .number("Parameter bytes"),
        .number("Activation bytes"), .number("Arithmetic µJ"), .number("Total on chip µJ"), .number("Less"),
        .number("Total with DRAM µJ"), .number("Less"),
      ])
    func microjoules(_ picojoules: Double) -> String { Format.decimal(picojoules / 1e6, places: 2) }
    for (name, cost, float32) in rows {
      let (chip, memory) = (cost.arithmetic + cost.onChip, cost.arithmetic + cost.fromDRAM)
      table.append([
        name, Format.integer(cost.integerProducts), Format.integer(cost.floatProducts),
        Format.integer(cost.weightBytes), Format.integer(cost.activationBytes), microjoules(cost.arithmetic),
        microjoules(chip), Format.ratio((float32.arithmetic + float32.onChip) / chip), microjoules(memory),
        Format.ratio((float32.arithmetic + float32.fromDRAM) / memory),
      ])
    }
    return table
  }
}
