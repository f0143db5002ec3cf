import ArgumentParser
import Catalog
import Checkpoints
import Emulating
import Foundation
import ModelStages
import Networks
import StageKit
import Tables

@main
struct EmulateDoor: Stage {
  static let stage = "emulate"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Compiles an exported C model for a machine, runs it there, and holds every score to the engine's.",
    discussion: """
      --config: the harness, main.c and what lies beside it. --input: model.c, model.h and the test vectors. --output: \
      emulation.json. Machines: \(Machine.all.map(\.name).joined(separator: ", ")); all but host are emulated. One score \
      that differs fails the stage, unless --may-differ.
      """)

  @OptionGroup var options: StageOptions
  @Option(help: "The machine.") var machine: String
  @Option(help: "How many test images, the first ones; fewer where there are fewer.") var images = 500
  @Flag(help: "Count scores that differ instead of failing: for C that rounds as TensorFlow Lite does.")
  var mayDiffer = false

  func validate() throws {
    guard images >= 1 else { throw ValidationError("--images: expected at least 1, found \(images)") }
  }

  func work(_ run: StageRun) throws -> StageResults {
    let machine = try Machine(named: machine)
    let harness = try run.configs("main.c and what lies beside it…")
    let inputs = try run.inputs("model.c", "model.h", "test vectors")
    let vectors = try inputs[2].checkpoint(of: "export")
    let network = try inputs[2].naming { try Network(json: vectors.metadataValue("network")) }
    let emulation = try Emulation(
      of: inputs.prefix(2).map(\.named), on: machine, harness: harness.map(\.named), vectors: vectors.tensors,
      network: network, images: images, mayDiffer: mayDiffer)
    return StageResults(
      outputs: [.init(path: options.output, bytes: try emulation.json(), kind: "metrics")],
      record: .init(dataset: vectors.metadata["dataset"], emulation: emulation.row), table: emulation.table)
  }
}

extension StageFile {
  /// The file under its own name, without its folder.
  fileprivate var named: Emulation.File { (URL(fileURLWithPath: path).lastPathComponent, content.copy) }
}
