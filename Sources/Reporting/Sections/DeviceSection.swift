import Tables

extension Report {
  /// What exported models took on other machines, and whether their scores were the engine's. A report of models that
  /// were run nowhere else has no such section.
  var deviceSections: [Document.Section] {
    guard !devices.isEmpty else { return [] }
    let words =
      "The model as integer-only C, compiled for each machine and run there on test images; all but host are emulated. "
      + "Flash is code and constants, RAM what the model works in without the stack. Instructions are those of one image, "
      + "a mean; beside them those of plain loops over the same convolutions and linear layers. They are counts, not times."
    return [Document.Section(title: "On other machines", blocks: [.paragraph(words), .table(deviceTable)])]
  }

  private var deviceTable: Table {
    var table = captioned(
      "Exported models. A score that differs from the engine's is a defect, but where the C rounds by other rules.",
      columns: [
        .text("Scheme"), .text("Machine"), .number("Images"), .number("Scores that differ"), .number("Flash"),
        .number("RAM"), .number("Instructions"), .number("Of plain loops"), .number("Fewer"),
      ])
    for device in devices {
      let (own, plain) = (device.instructions, device.referenceInstructions)
      func count(_ number: Double?) -> String { number.map { Format.integer(Int($0)) } ?? Format.missing }
      table.append([
        device.scheme, device.machine, Format.integer(device.images),
        "\(Format.integer(device.differingScores)) of \(Format.integer(device.scores))",
        Format.bytes(Int64(device.flashBytes)), Format.bytes(Int64(device.ramBytes)), count(own), count(plain),
        own.flatMap { own in plain.map { Format.ratio($0 / own) } } ?? Format.missing,
      ])
    }
    return table
  }
}
