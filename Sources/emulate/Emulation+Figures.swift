import Catalog
import Emulating
import Tables

extension Emulation {
  /// The figures for the catalog; the machine stands in the place of a layer.
  var metrics: [Catalog.Metric] {
    var figures = [
      ("emulated_images", Double(images), "images"), ("flash_bytes", Double(flashBytes), "bytes"),
      ("ram_bytes", Double(ramBytes), "bytes"),
    ]
    if let instructionsPerImage { figures.append(("instructions_per_image", instructionsPerImage, "instructions")) }
    return figures.map { .init($0.0, model: .int8, layer: machine.name, value: $0.1, unit: $0.2) }
  }

  /// The figures for a person.
  var table: Table {
    var table = Table(
      "\(machine.processor); every score is the engine's",
      columns: [.number("Images"), .number("Flash"), .number("RAM"), .number("Instructions an image")])
    table.append([
      .init(Format.integer(images)), .init(Format.bytes(Int64(flashBytes))), .init(Format.bytes(Int64(ramBytes))),
      .init(instructionsPerImage.map { Format.integer(Int($0)) } ?? "not counted"),
    ])
    return table
  }
}
