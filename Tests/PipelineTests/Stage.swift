import Testing

/// One stage of the tests' pipeline: the program, and the words after it.
struct Stage: Sendable, CustomTestStringConvertible {
  let name: String
  /// `--config`, in the order of the stage's help.
  var config: [String] = []
  /// `--input`, likewise.
  var input: [String] = []
  let output: String
  /// Options of this stage alone.
  var others: [String] = []
  /// Whether it belongs to a scheme.
  var hasScheme = false

  var testDescription: String { name }

  /// The arguments as `make` would give them.
  var arguments: [String] {
    (config.isEmpty ? [] : ["--config"] + config) + (input.isEmpty ? [] : ["--input"] + input)
      + ["--output", output, "--catalog", "catalog.sqlite"] + (name == "fetch-mnist" ? [] : ["--pipeline", "tiny"])
      + (hasScheme ? ["--scheme", "octavo"] : []) + others
  }

  static let fetch = Stage(
    name: "fetch-mnist", output: "data/manifest.json",
    others: ["--dataset", "synthetic-digits", "--synthetic-training", "600", "--synthetic-test", "200"])
  static let train = Stage(
    name: "train", config: ["network.yaml", "train.yaml"], input: ["data/manifest.json"], output: "train.safetensors")
  static let fuse = Stage(
    name: "fuse", input: ["train.safetensors", "data/manifest.json"], output: "fuse.safetensors")
  static let calibrate = Stage(
    name: "calibrate", config: ["octavo.yaml"], input: ["fuse.safetensors", "data/manifest.json"],
    output: "calibrate.safetensors", hasScheme: true)
  static let convert = Stage(
    name: "convert", input: ["calibrate.safetensors"], output: "convert.safetensors", hasScheme: true)
  static let evaluate = Stage(
    name: "evaluate", input: ["fuse.safetensors", "convert.safetensors", "data/manifest.json"],
    output: "metrics.json", hasScheme: true)
  static let report = Stage(
    name: "report", config: ["limits.yaml"], input: ["train.safetensors", "data/manifest.json", "metrics.json"],
    output: "report.html")

  /// The seven, in order.
  static let all = [fetch, train, fuse, calibrate, convert, evaluate, report]
  /// Those whose bytes must be the same wherever and whenever they run.
  static let deterministic = [fetch, train, fuse, calibrate, convert, evaluate]
}

extension Workshop {
  /// A network with every kind of layer, small enough for plain C; and what goes with it.
  static let configuration = [
    "network.yaml": """
    name: Tiny
    input: {channels: 1, height: 28, width: 28}
    layers:
      - {name: conv1, type: conv2d, out: 4, kernel: 3, stride: 2, padding: 1, bias: false}
      - {name: norm1, type: batchNorm2d}
      - {name: relu1, type: relu}
      - {name: pool, type: maxPool2d, kernel: 2}
      - {name: flatten, type: flatten}
      - {name: fc1, type: linear, out: 16}
      - {name: relu2, type: relu}
      - {name: fc2, type: linear, out: 10}

    """,
    "train.yaml": """
    epochs: 2
    batch_size: 20
    learning_rate: 0.01
    seed: 7

    """,
    "octavo.yaml": """
    type: static
    profile: octavo
    activations: {dtype: u8, symmetry: affine, granularity: per_tensor, range: [0, 127], observer: min_max}
    weights: {dtype: s8, symmetry: symmetric, granularity: per_channel, range: [-127, 127], observer: min_max}
    calibration: {batches: 4, batch_size: 25, order: shuffled, seed: 3}

    """,
    "limits.yaml": """
    accuracy_drop: 100
    size_ratio: 1
    accuracy_floor: {synthetic-digits: 0}

    """,
  ]
}
