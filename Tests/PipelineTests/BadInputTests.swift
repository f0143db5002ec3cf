import Checkpoints
import Foundation
import RegexBuilder
import Tensors
import Testing

/// A finished pipeline, what is done to it, and the stage that must then refuse to work.
struct BadInput: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let stage: Stage
  /// The line on stderr, after `<stage>: error: `, from its beginning.
  let error: String
  var environment: [String: String] = [:]
  /// Whether the run got as far as a row in the catalog.
  var isRecorded = true
  let damage: @Sendable (Workshop) throws -> Void

  init(
    _ description: String, _ stage: Stage, _ error: String, environment: [String: String] = [:],
    isRecorded: Bool = true, damage: @escaping @Sendable (Workshop) throws -> Void = { _ in }
  ) {
    testDescription = description
    self.stage = stage
    self.error = error
    self.environment = environment
    self.isRecorded = isRecorded
    self.damage = damage
  }

  static func edit(
    _ description: String, _ stage: Stage, _ file: String, _ old: String, _ new: String, _ error: String
  ) -> BadInput {
    BadInput(description, stage, error) { try $0.edit(file, old, new) }
  }
}

@Suite("Bad input: one line, exit code 1, nothing written, a failed run")
struct BadInputTests {
  @Test(arguments: BadInput.all)
  func refuses(_ bad: BadInput) throws {
    let workshop = try Workshop.finished()
    try workshop.remove(bad.stage.output)
    try bad.damage(workshop)
    let files = try workshop.files()
    let ending = try workshop.run(bad.stage, adding: ["--quiet"], environment: bad.environment)
    #expect(ending.code == 1)
    #expect(ending.output == "")
    #expect(ending.errors.hasPrefix("\(bad.stage.name): error: \(bad.error)"))
    #expect(ending.errors.hasSuffix("\n"))
    #expect(ending.errorLines.count == 1)
    #expect(try workshop.files() == files)
    let run = try workshop.select("SELECT id, stage, status, error FROM run ORDER BY id DESC LIMIT 1")
    let line = ending.errors.dropFirst("\(bad.stage.name): error: ".count).dropLast()
    #expect(run == (bad.isRecorded ? ["8|\(bad.stage.name)|failed|\(line)"] : ["7|report|succeeded|NULL"]))
  }
}

extension BadInput {
  static let all = files + configurations + wrongKinds + numbers + settings

  static let files = [
    BadInput("a missing input", .fuse, "train.safetensors: cannot be read: No such file or directory") {
      try $0.remove("train.safetensors")
    },
    BadInput("a folder for an input", .fuse, "train.safetensors: cannot be read: Is a directory") {
      try $0.remove("train.safetensors")
      try $0.write("", to: "train.safetensors/file")
    },
    BadInput("a missing configuration", .train, "train.yaml: cannot be read: No such file or directory") {
      try $0.remove("train.yaml")
    },
    BadInput("a truncated checkpoint", .fuse, "train.safetensors: not a checkpoint, or a damaged one: ") {
      try $0.write(Array(try $0.bytes("train.safetensors").dropLast()), to: "train.safetensors")
    },
    BadInput("an empty checkpoint", .convert, "calibrate.safetensors: not a checkpoint, or a damaged one: ") {
      try $0.write("", to: "calibrate.safetensors")
    },
    BadInput("a missing dataset", .train, "data/manifest.json: cannot be read: No such file or directory") {
      try $0.remove("data/manifest.json")
    },
    BadInput(
      "a byte of the training images changed after they were installed", .train, "",
      damage: { try $0.flip("data/synthetic-digits/train-images-idx3-ubyte") }),
    BadInput(
      "a byte of the test labels changed after they were installed", .evaluate, "",
      damage: { try $0.flip("data/synthetic-digits/t10k-labels-idx1-ubyte") }),
    BadInput("a report whose second file cannot be written", .report, "report.md: cannot be written: Is a directory") {
      try $0.remove("report.md")
      try $0.write("", to: "report.md/file")
    },
    BadInput("metrics that are not JSON", .report, "metrics.json: ") { try $0.write("{", to: "metrics.json") },
    BadInput("metrics that lack a figure", .report, "metrics.json: images: expected a value, found none") {
      try $0.edit("metrics.json", "\"images\"", "\"pictures\"")
    },
    BadInput(
      "metrics that no evaluation writes", .report,
      "metrics.json: float32.confusion: expected 201 images in all, found 200; evaluate again",
      damage: { try $0.edit("metrics.json", "\"images\" : 200", "\"images\" : 201") }),
    BadInput(
      "a checkpoint of another format", .fuse,
      "train.safetensors: expected a checkpoint of format_version 1, the one that this program reads, found '2'; ",
      damage: { try $0.edit(checkpoint: "train.safetensors") { $0.metadata["format_version"] = "2" } }),
    BadInput(
      "a network that is no JSON", .fuse,
      "train.safetensors: metadata 'network': expected JSON, found '{]'; run the stage that made this checkpoint again",
      damage: { try $0.edit(checkpoint: "train.safetensors") { $0.metadata["network"] = "{]" } }),
    BadInput(
      "a scheme that is none", .convert,
      "calibrate.safetensors: metadata 'scheme': type: expected a value, found none; run the stage that made",
      damage: { try $0.edit(checkpoint: "calibrate.safetensors") { $0.metadata["scheme"] = "{}" } }),
    BadInput(
      "doubles for floats", .fuse,
      "train.safetensors: parameter 'fc2.bias': expected f32 [10], found F64 [5]; save it as float32\n",
      damage: { try $0.retype("train.safetensors", "fc2.bias", "F64", "[5]") }),
    BadInput(
      "a variance below zero", .fuse,
      "train.safetensors: parameter 'norm1.running_var': expected variances of at least 0, found -1.0 at index 0; run",
      damage: {
        try $0.edit(checkpoint: "train.safetensors") {
          $0.tensors["norm1.running_var"] = Tensor([4], [-1, 1, 1, 1] as [Float])
        }
      }),
    BadInput(
      "an observed range that is none", .convert,
      "calibrate.safetensors: parameter 'conv1.observed': expected two finite numbers, the lower first, found [nan, ",
      damage: {
        try $0.edit(checkpoint: "calibrate.safetensors") {
          $0.tensors["conv1.observed"] = Tensor([2], [.nan, 1.71] as [Float])
        }
      }),
    BadInput("metrics that no run made", .report, "metrics.json: the catalog has no succeeded run that wrote these") {
      try $0.edit("metrics.json", "\"images\" : 200", "\"images\" :  200")
    },
  ]

  static let configurations: [BadInput] = [
    BadInput(
      "a normalization over one value", .train,
      "layer 'norm1': batch normalization needs more than one value per channel, found one pixel in the last batch, "
        + "1 image of 600 in batches of 599; choose another batch_size\n"
    ) {
      try $0.edit("network.yaml", "kernel: 3, stride: 2, padding: 1", "kernel: 28")
      try $0.edit("network.yaml", "maxPool2d, kernel: 2", "maxPool2d, kernel: 1")
      try $0.edit("train.yaml", "batch_size: 20", "batch_size: 599")
    },
    edit(
      "a scheme that names no layer", .calibrate, "octavo.yaml", "profile: octavo",
      "profile: octavo\nlayers: {conv9: {}}",
      "octavo.yaml: layers.conv9: no such layer in the network; it has quant, conv1, fc1, fc2"),
    edit(
      "a key that a scheme does not have", .calibrate, "octavo.yaml", "seed: 3", "seed: 3, sead: 4",
      "octavo.yaml: calibration.sead: unknown key; known here: batch_size, batches, order, seed"),
    edit(
      "an observer that there is not", .calibrate, "octavo.yaml", "observer: min_max}\nweights",
      "observer: minmax}\nweights",
      "octavo.yaml: activations.observer: expected one of min_max, moving_average_min_max, histogram, percentile, "),
    edit(
      "an order that there is not", .calibrate, "octavo.yaml", "order: shuffled", "order: random",
      "octavo.yaml: calibration.order: expected one of file, shuffled; found 'random'"),
    edit(
      "activations with a scale per channel", .calibrate, "octavo.yaml", "per_tensor", "per_channel",
      "octavo.yaml: activations.granularity: expected per_tensor with type static, found per_channel"),
    edit(
      "more calibration images than there are", .calibrate, "octavo.yaml", "batches: 4", "batches: 400",
      "octavo.yaml: calibration: the scheme asks for 10000 images, the training set has 600"),
    edit(
      "a number of calibration images that no integer holds", .calibrate, "octavo.yaml", "batches: 4",
      "batches: 9000000000000000000", "octavo.yaml: calibration: the scheme asks for"),
    edit(
      "a network whose shapes do not fit", .train, "network.yaml", "kernel: 2}", "kernel: 20}",
      "network.yaml: layer 'pool': kernel 20 is larger than its input 4x14x14"),
    edit(
      "a linear layer on an image", .train, "network.yaml", "type: flatten", "type: relu",
      "network.yaml: layer 'fc1': linear needs a vector, found an image 4x7x7; add flatten"),
    edit(
      "a layer that no memory holds", .train, "network.yaml", "out: 16", "out: 99999999",
      "network.yaml: layer 'fc1': out must be at most 1048576, found 99999999"),
    edit(
      "an input that no integer counts", .train, "network.yaml", "height: 28, width: 28",
      "height: 9000000000000000000, width: 28", "network.yaml: network input: expected channels, height and width"),
    edit(
      "a padding that no integer doubles", .train, "network.yaml", "kernel: 3, stride: 2, padding: 1",
      "kernel: 9223372036854775807, padding: 9223372036854775806",
      "network.yaml: layer 'conv1': kernel must be at most 1048576, found 9223372036854775807"),
    edit(
      "an unknown kind of layer", .train, "network.yaml", "type: batchNorm2d", "type: gelu",
      "network.yaml: layers[1].type: layer 'norm1': expected conv2d, linear, batchNorm2d, "),
    edit(
      "a key that a layer does not have", .train, "network.yaml", "out: 10}", "out: 10, kernel: 3}",
      "network.yaml: layers[7].kernel: unknown key; known here: bias, name, out, relu, type"),
    edit(
      "a network with too few outputs", .train, "network.yaml", "out: 10", "out: 9",
      "labels: the network has 9 outputs, found label 9; give its last layer at least 10"),
    edit(
      "a plan without epochs", .train, "train.yaml", "epochs: 2", "epochs: 0",
      "train.yaml: epochs: expected at least 1, found 0"),
    edit(
      "a momentum of nothing", .train, "network.yaml", "type: batchNorm2d", "type: batchNorm2d, momentum: null",
      "network.yaml: layers[1].momentum: expected a number, found nothing"),
    edit(
      "a bias of nothing", .train, "network.yaml", "out: 10}", "out: 10, bias: }",
      "network.yaml: layers[7].bias: expected true or false, found nothing"),
    edit(
      "a scheme's optional key without a value", .calibrate, "octavo.yaml", "profile: octavo",
      "profile: octavo\nlayers:", "octavo.yaml: layers: expected a value, found nothing"),
    edit(
      "more epochs than anyone waits for", .train, "train.yaml", "epochs: 2", "epochs: 1000000000000",
      "train.yaml: epochs: expected at most 1000000, found 1000000000000"),
    edit(
      "a word for a number", .train, "train.yaml", "epochs: 2", "epochs: two",
      "train.yaml: epochs: expected an integer, found 'two'"),
    edit(
      "a learning rate that diverges", .train, "train.yaml", "0.01", "1e30",
      "training diverged: the loss is "),
  ]

  static let wrongKinds = [
    BadInput(
      "an uncalibrated model to convert", .convert,
      "calibrate.safetensors: expected a checkpoint that calibrate or qat wrote, found one that fuse wrote",
      damage: { try $0.write($0.bytes("fuse.safetensors"), to: "calibrate.safetensors") }),
    BadInput(
      "an int8 model to fuse", .fuse,
      "train.safetensors: expected a checkpoint that train or import-model wrote, found one that convert wrote",
      damage: { try $0.write($0.bytes("convert.safetensors"), to: "train.safetensors") }),
    BadInput(
      "a model that was not fused to calibrate", .calibrate,
      "fuse.safetensors: expected a checkpoint that fuse wrote, found one that train wrote",
      damage: { try $0.write($0.bytes("train.safetensors"), to: "fuse.safetensors") }),
    BadInput(
      "a float model for the int8 one", .evaluate,
      "convert.safetensors: expected a checkpoint that convert or import-quantized wrote, found one that fuse wrote",
      damage: { try $0.write($0.bytes("fuse.safetensors"), to: "convert.safetensors") }),
    BadInput(
      "a manifest for a checkpoint", .convert, "calibrate.safetensors: not a checkpoint, or a damaged one: ",
      damage: { try $0.write($0.bytes("data/manifest.json"), to: "calibrate.safetensors") }),
    BadInput(
      "an uncalibrated model that does not say who made it", .convert,
      "calibrate.safetensors: tensor 'quant': expected an observed range, found none; run calibrate on this model",
      damage: {
        try $0.write($0.bytes("fuse.safetensors"), to: "calibrate.safetensors")
        try $0.edit(checkpoint: "calibrate.safetensors") { $0.metadata["stage"] = nil }
      }),
    BadInput(
      "an int8 model of another network", .evaluate, "convert.safetensors: parameter ",
      damage: {
        try $0.edit(checkpoint: "convert.safetensors") {
          $0.metadata["network"] = $0.metadata["network"]?.replacingOccurrences(of: "\"out\":16", with: "\"out\":17")
        }
      }),
    BadInput(
      "an int8 model that does not say its profile", .evaluate,
      "convert.safetensors: expected metadata 'network', 'type'",
      damage: { try $0.edit(checkpoint: "convert.safetensors") { $0.metadata["profile"] = nil } }),
  ]

  /// A ReLU hides a NaN before any observer can see it.
  static let numbers = [
    ("train.safetensors", Stage.fuse, "conv1.weight"), ("train.safetensors", .fuse, "norm1.running_var"),
    ("fuse.safetensors", .calibrate, "conv1.weight"), ("calibrate.safetensors", .convert, "conv1.weight"),
    ("fuse.safetensors", .evaluate, "fc2.bias"),
  ].map { file, stage, name in
    BadInput(
      "NaN in \(name) at \(stage.name)", stage,
      "\(file): parameter '\(name)': expected finite numbers, found nan at index 1",
      damage: {
        try $0.edit(checkpoint: file) { checkpoint in
          guard let tensor = checkpoint.tensors[name], var values = tensor.f32 else { return }
          values[1] = .nan
          checkpoint.tensors[name] = Tensor(tensor.shape, values)
        }
      })
  }

  static let settings = [
    BadInput(
      "an unknown instruction set", .fuse, "OCTAVO_ISA=avx9: unknown instruction set; this machine has: scalar",
      environment: ["OCTAVO_ISA": "avx9"], isRecorded: false),
    BadInput(
      "no threads", .fuse, "OCTAVO_THREADS=0: expected a number of threads, 1 to 1024",
      environment: ["OCTAVO_THREADS": "0"], isRecorded: false),
  ]
}

extension Workshop {
  /// Says in a checkpoint's header that a float tensor is of another type and shape, of as many bytes.
  func retype(_ name: String, _ tensor: String, _ dtype: String, _ shape: String) throws {
    let bytes = try bytes(name)
    let length = Int(bytes[0]) + Int(bytes[1]) << 8
    let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    let entry = Regex {
      "\"\(tensor)\":{\"dtype\":\"F32\",\"shape\":["; OneOrMore(.digit); "]"
    }
    var changed = [UInt8](
      header.replacing(entry, with: "\"\(tensor)\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape)").utf8)
    guard changed != [UInt8](header.utf8), changed.count <= length else { throw MissingText(file: name, text: tensor) }
    changed += [UInt8](repeating: UInt8(ascii: " "), count: length - changed.count)
    try write(bytes[..<8] + changed + bytes[(8 + length)...], to: name)
  }

  /// Changes one bit of a file, its size and name as before.
  func flip(_ name: String) throws {
    var bytes = try bytes(name)
    bytes[bytes.count / 2] ^= 1
    try write(bytes, to: name)
  }
}
