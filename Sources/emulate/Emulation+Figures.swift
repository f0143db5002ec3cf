import Catalog
import Emulating
import Tables

extension Emulation {
  /// The figures as a row of the catalog.
  var row: Catalog.Emulation {
    Catalog.Emulation(
      machine: machine.name, processor: machine.processor, images: images, scores: scores,
      differingScores: differingScores, otherClass: otherClass, flashBytes: flashBytes, ramBytes: ramBytes,
      instructionsPerImage: instructionsPerImage, referenceInstructionsPerImage: referenceInstructionsPerImage)
  }

  /// The figures for a person.
  var table: Table {
    let verdict =
      differingScores == 0
      ? "every score is the engine's"
      : "\(Format.integer(differingScores)) of \(Format.integer(scores)) scores differ from the engine's"
    var table = Table(
      "\(machine.processor); \(verdict)",
      columns: [
        .number("Images"), .number("Other class"), .number("Flash"), .number("RAM"), .number("Instructions"),
        .number("Of plain loops"),
      ])
    func counted(_ instructions: Double?) -> String { instructions.map { Format.integer(Int($0)) } ?? "not counted" }
    table.append([
      .init(Format.integer(images)), .init(Format.integer(otherClass)), .init(Format.bytes(Int64(flashBytes))),
      .init(Format.bytes(Int64(ramBytes))), .init(counted(instructionsPerImage)),
      .init(counted(referenceInstructionsPerImage)),
    ])
    return table
  }
}
