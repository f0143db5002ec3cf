import Checkpoints
import Foundation
import Tensors
import Testing

@Suite("Training that was interrupted goes on, with the same bytes")
struct ResumeTests {
  private let workshop: Workshop
  init() throws {
    workshop = try Workshop.finished()
    try workshop.write(
      """
      type: qat
      profile: octavo
      activations: {dtype: u8, symmetry: affine, granularity: per_tensor, range: [0, 127], observer: learned}
      weights: {dtype: s8, symmetry: symmetric, granularity: per_channel, range: [-127, 127], observer: learned}
      training: {epochs: 100, batch_size: 20, learning_rate: 0.001, seed: 3, freeze_observers: 2, freeze_batch_norm: 3}

      """, to: "qat.yaml")
  }

  private static let qat = Stage(
    name: "qat", config: ["qat.yaml"], input: ["train.safetensors", "data/manifest.json"], output: "qat.safetensors",
    hasScheme: true)

  /// Runs a stage, and kills it when it has said that its second epoch of a hundred is done: there is a state then, and
  /// most is still to do.
  private func interrupt(_ stage: Stage) throws {
    let child = try Program(built: stage.name).start(stage.arguments, in: workshop.folder)
    // The first epoch's state is written before the second begins.
    while true {
      let line = child.firstErrorLine()
      if line.contains("epoch 2 of 100") || line.isEmpty { break }
    }
    kill(child.pid, SIGKILL)
    #expect(try child.wait().code == 128 + SIGKILL)
    #expect(!workshop.exists(stage.output))
    #expect(workshop.exists("\(stage.output).state"))
  }

  @Test(
    "a killed run, run again: it says so, its bytes and its epochs are those of one that was not",
    arguments: [Stage.train, qat])
  func killed(_ stage: Stage) throws {
    if stage.name == "train" { try workshop.edit("train.yaml", "epochs: 2", "epochs: 100") }
    let epochs = "SELECT epoch, loss, train_accuracy, test_accuracy FROM epoch WHERE run = \\(run) ORDER BY epoch"
    try workshop.succeed(stage)
    let (bytes, first) = (try workshop.bytes(stage.output), try workshop.newest(stage.name))
    #expect(!workshop.exists("\(stage.output).state"))
    try workshop.remove(stage.output)
    try interrupt(stage)
    let ending = try workshop.run(stage)
    #expect(ending.code == 0)
    #expect(
      ending.errors.contains("goes on after epoch ")
        && ending.errors.contains(" of 100, as \(stage.output).state has it")
    )
    #expect(!ending.errors.contains("epoch 1 of 100: loss"))
    #expect(try workshop.bytes(stage.output) == bytes)
    #expect(!workshop.exists("\(stage.output).state"))
    let rows = try [first, workshop.newest(stage.name)].map {
      try workshop.select(epochs.replacing("\\(run)", with: $0))
    }
    #expect(rows[0].count == 100 && rows[0] == rows[1])
  }

  @Test("a state that is damaged, of another configuration or no state at all is ignored in one warning")
  func ignored() throws {
    try workshop.edit("train.yaml", "epochs: 2", "epochs: 100")
    try workshop.remove("train.safetensors")
    try interrupt(.train)
    let state = try workshop.bytes("train.safetensors.state")
    try workshop.succeed(.train)
    let bytes = try workshop.bytes("train.safetensors")
    var flipped = state
    flipped[flipped.count - 1] ^= 1
    let damages: [([UInt8], String)] = [
      (flipped, "expected its digest to hold, found damage"),
      (Array(state.dropLast()), "not a training state, or a damaged one: "),
      (Array("{}".utf8), "not a training state, or a damaged one: "), ([], "not a training state, or a damaged one: "),
    ]
    for (damaged, reason) in damages {
      try workshop.write(damaged, to: "train.safetensors.state")
      let ending = try workshop.run(.train, adding: ["--quiet"])
      #expect(ending.code == 0 && ending.errorLines.count == 1)
      #expect(ending.errors.hasPrefix("train: warning: train.safetensors.state: \(reason)"), "\(ending.errors)")
      #expect(ending.errors.hasSuffix("; training begins anew\n"))
      #expect(try workshop.bytes("train.safetensors") == bytes)
      #expect(!workshop.exists("train.safetensors.state"))
    }
    try workshop.write(state, to: "train.safetensors.state")
    try workshop.edit(checkpoint: "train.safetensors.state") { $0.metadata["program_sha256"] = "0" }
    #expect(try workshop.run(.train).errors.contains("found one of another program; training begins anew\n"))
    #expect(try workshop.bytes("train.safetensors") == bytes)
    try workshop.write(state, to: "train.safetensors.state")
    try workshop.edit("train.yaml", "seed: 7", "seed: 8")
    let other = try workshop.run(.train, adding: ["--quiet"])
    #expect(
      other.errors == "train: warning: train.safetensors.state: expected the state of this training, found one of "
        + "another configuration; training begins anew\n")
    #expect(other.code == 0)
    #expect(try workshop.bytes("train.safetensors") != bytes)
  }

  @Test("an input that has the state's name is not overwritten")
  func sameFile() throws {
    try workshop.write(try workshop.bytes("data/manifest.json"), to: "o.state")
    let ending = try workshop.run(
      "train", ["--config", "network.yaml", "train.yaml", "--input", "o.state", "--output", "o", "--quiet"])
    #expect(ending.code == 1)
    #expect(
      ending.errors
        == "train: error: --output o.state: the same file as --input o.state, which would be lost; name another\n")
  }
}
