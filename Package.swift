// swift-tools-version: 6.0
import PackageDescription

// Rooms are libraries, doors are programs. Arrows point down: a room names only what it stands on.

let rooms: [Target] = [
  .target(name: "CKernels"),
  .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
  .target(name: "Tensors"),
  .target(name: "Networks", dependencies: ["Tensors"]),
  .target(name: "Quantization", dependencies: ["Tensors"]),
  .target(name: "Kernels", dependencies: ["CKernels"]),
  .target(name: "Layers", dependencies: ["Tensors", "Networks", "Kernels"]),
  .target(name: "Int8Linear", dependencies: ["Tensors", "Quantization", "Kernels"]),
  .target(
    name: "QuantizedLayers",
    dependencies: ["Tensors", "Networks", "Quantization", "Kernels", "Layers", "Int8Linear"]),
  .target(name: "Classifying", dependencies: ["Tensors", "Layers"]),
  .target(name: "Training", dependencies: ["Tensors", "Networks", "Kernels", "Layers"]),
  .target(
    name: "QuantizedTraining",
    dependencies: ["Tensors", "Networks", "Quantization", "Kernels", "Layers", "QuantizedLayers", "Training"]),
  .target(
    name: "Passes",
    dependencies: ["Tensors", "Networks", "Quantization", "Kernels", "Layers", "Int8Linear", "QuantizedLayers"]),
  .target(
    name: "Evaluation",
    dependencies: [
      "Tensors", "Networks", "Quantization", "Layers", "Int8Linear", "QuantizedLayers", "Classifying", "Files",
    ]),
  .target(name: "Files", dependencies: [.crypto]),
  .target(name: "Compression", dependencies: ["CZlib"]),
  .target(name: "Images", dependencies: ["Compression"]),
  .target(name: "Datasets", dependencies: ["Tensors", "Files", "Compression", "Images"]),
  .target(name: "Checkpoints", dependencies: ["Tensors", "Files"]),
  .target(name: "ONNXFormat", dependencies: [.protobuf], exclude: ["onnx.proto"]),
  .target(name: "Importing", dependencies: ["Tensors", "Networks", "Files", "Checkpoints", "Tables", "ONNXFormat"]),
  .target(
    name: "ImportingQuantized",
    dependencies: [
      "Tensors", "Networks", "Quantization", "Int8Linear", "QuantizedLayers", "Files", "ONNXFormat", "Importing",
    ]),
  .target(
    name: "Exporting",
    dependencies: [
      "Tensors", "Networks", "Quantization", "Kernels", "Layers", "Int8Linear", "QuantizedLayers", "Files",
      "ONNXFormat",
    ]),
  .target(name: "Emulating", dependencies: ["Tensors", "Networks", "Files"]),
  .target(name: "SentencePieceFormat", dependencies: [.protobuf], exclude: ["sentencepiece.proto"]),
  .target(name: "Tokenizers", dependencies: ["Tensors", "SentencePieceFormat"]),
  .target(name: "Transformer", dependencies: ["Tensors", "Kernels"]),
  .target(name: "TransformerFormats", dependencies: ["Transformer"]),
  .target(
    name: "TransformerPasses",
    dependencies: ["Tensors", "Kernels", "Files", "Checkpoints", "Transformer", "TransformerFormats"]),
  .target(name: "TransformerEvaluation", dependencies: ["Kernels", "Tokenizers", "Transformer"]),
  .target(
    name: "ImportingTransformer",
    dependencies: ["Tensors", "Files", "Checkpoints", "Tokenizers", "Transformer", "TransformerFormats"]),
  .target(
    name: "ExportingTransformer",
    dependencies: [
      "Kernels", "Files", "Checkpoints", "Tokenizers", "Transformer", "TransformerFormats", "TransformerPasses",
    ]),
  .target(
    name: "RandomWeights",
    dependencies: ["Tensors", "Kernels", "Files", "Checkpoints", "Transformer", "TransformerFormats"]),
  .target(name: "Catalog", dependencies: [.grdb]),
  .target(name: "Tables"),
  .target(name: "Reporting", dependencies: ["Compression", "Tables"]),
  .target(name: "Findings", dependencies: ["Networks", "Classifying", "Evaluation", "Files", "Catalog", "Tables"]),
  .target(name: "Gate", dependencies: ["Files", "Catalog", "Tables", "Reporting", "Findings"]),
  .target(
    name: "Gathering",
    dependencies: [
      "Tensors", "Networks", "Quantization", "Classifying", "Passes", "Evaluation", "Files", "Catalog", "Tables",
      "Reporting",
      "Findings", "Gate",
    ]),
  .target(name: "Timing", dependencies: ["Kernels"]),
  .target(
    name: "TransformerBenchmarks",
    dependencies: ["Kernels", "Transformer", "TransformerPasses", "Files", "Catalog", "Tables", "Timing"]),
  .target(
    name: "Benchmarks",
    dependencies: [
      "Timing", "Tensors", "Networks", "Quantization", "Kernels", "Layers", "QuantizedLayers", "Classifying",
      "Training",
      "Passes",
      "Evaluation", "Files", "Catalog", "Tables",
    ]),
  .target(
    name: "StageKit",
    dependencies: ["Tensors", "Kernels", "Files", "Catalog", "Tables", .arguments, .yams, .logging]),
  .target(name: "ModelStages", dependencies: ["Networks", "Files", "Checkpoints", "Tables", "StageKit"]),
  .target(
    name: "TrainingStages",
    dependencies: ["Tensors", "Training", "Files", "Checkpoints", "Catalog", "Tables", "StageKit"]),
  .target(
    name: "QuantizationStages",
    dependencies: [
      "Networks", "Quantization", "Kernels", "QuantizedLayers", "Passes", "Checkpoints", "Catalog",
      "Tables", "StageKit", "ModelStages",
    ]),
  .target(
    name: "TransformerStages",
    dependencies: [
      "Tensors", "Kernels", "Files", "Checkpoints", "Tokenizers", "Transformer", "TransformerPasses",
      "TransformerEvaluation", "Catalog", "Tables", "StageKit", "ModelStages", .arguments,
    ]),
  .target(
    name: "Asking",
    dependencies: [
      "Tensors", "Networks", "Quantization", "Kernels", "Layers", "QuantizedLayers", "Evaluation", "Images", "Files",
      "Checkpoints", "Tables", "StageKit", "ModelStages", "QuantizationStages",
    ]),
]

let doors: [Target] = [
  door("fetch-mnist", "Datasets"),
  door("import-dataset", "Datasets"),
  door(
    "train", "Networks", "Kernels", "Classifying", "Training", "Datasets", "Checkpoints", "ModelStages",
    "TrainingStages"),
  door(
    "import-model", "Networks", "Layers", "Classifying", "Training", "Datasets", "Checkpoints", "Importing",
    "ModelStages"),
  door("fuse", "Networks", "Layers", "Datasets", "Checkpoints", "ModelStages"),
  door(
    "calibrate", "Quantization", "Passes", "Datasets", "Checkpoints", "ModelStages", "QuantizationStages"),
  door(
    "qat", "Networks", "Quantization", "Classifying", "Training", "QuantizedTraining", "Passes", "Datasets",
    "Checkpoints",
    "ModelStages", "TrainingStages", "QuantizationStages"),
  door("convert", "Quantization", "QuantizedLayers", "Passes", "Checkpoints", "ModelStages", "QuantizationStages"),
  door(
    "import-quantized", "Layers", "QuantizedLayers", "Classifying", "Evaluation", "Datasets", "Checkpoints",
    "Importing", "ImportingQuantized", "ModelStages", "QuantizationStages"),
  door(
    "evaluate", "Layers", "QuantizedLayers", "Evaluation", "Datasets", "Checkpoints", "Findings",
    "ModelStages", "QuantizationStages"),
  door(
    "sensitivity", "Layers", "QuantizedLayers", "Passes", "Evaluation", "Datasets", "Findings", "QuantizationStages"),
  door(
    "export", "QuantizedLayers", "Exporting", "Datasets", "Checkpoints", "Tables", "ModelStages", "QuantizationStages"),
  door("emulate", "Networks", "Emulating", "Checkpoints", "Tables", "ModelStages"),
  door(
    "import-transformer", "Files", "ImportingTransformer", "Tables", "Tokenizers", "TransformerStages"),
  door("random-transformer", "Kernels", "RandomWeights", "Tables", "TransformerStages"),
  door("calibrate-transformer", "TransformerEvaluation", "TransformerPasses", "TransformerStages"),
  door("convert-transformer", "Tables", "Transformer", "TransformerPasses", "TransformerStages"),
  door("evaluate-transformer", "Files", "Tables", "Transformer", "TransformerEvaluation", "TransformerStages"),
  door("bench-transformer", "TransformerBenchmarks", "TransformerPasses", "TransformerStages"),
  door("export-transformer", "ExportingTransformer", "Tables", "ModelStages", "TransformerStages"),
  door("generate", "TransformerStages"),
  door("report", "Evaluation", "Datasets", "Checkpoints", "Findings", "Gate", "Gathering", "ModelStages"),
  door("bench", "QuantizedLayers", "Datasets", "Checkpoints", "Benchmarks", "ModelStages", "QuantizationStages"),
  door("check", "Files", "Reporting", "Gate"),
  door("baseline", "Files", "Gate"),
  door("inspect", "Files", "Findings"),
  door("predict", "Kernels", "Asking"),
  door("diff-layers", "Files", "Kernels", "Datasets", "Asking"),
  door("describe", "Files", "Importing"),
]

/// The tests that run the doors as a person does; they are built with them.
let pipeline = Target.testTarget(
  name: "PipelineTests",
  dependencies: [
    "Tensors", "Networks", "Kernels", "Layers", "Evaluation", "Files", "Checkpoints", "ONNXFormat", "Benchmarks",
    "StageKit", "ModelStages", "TestSupport", .grdb,
  ]
    + doors.map { .byName(name: $0.name) })

let tests: [Target] = [
  .target(
    name: "TestSupport",
    dependencies: [
      "Tensors", "Networks", "Quantization", "Kernels", "Layers", "Int8Linear", "QuantizedLayers", "CZlib",
    ],
    path: "Tests/TestSupport"),
  .target(name: "FindingsSupport", dependencies: ["Evaluation", "Catalog"], path: "Tests/FindingsSupport"),
  suite("Tensors"),
  suite("Networks", "Tensors", "Kernels", "Layers", "TestSupport"),
  suite("Quantization", "Tensors", "TestSupport"),
  suite("Kernels", "Tensors", "TestSupport"),
  suite("Layers", "Tensors", "Networks", "Kernels", "TestSupport"),
  suite("Transformer", "Tensors", "Kernels"),
  suite("TransformerFormats"),
  suite(
    "TransformerPasses", "Tensors", "Kernels", "Files", "Checkpoints", "Transformer", "TransformerFormats",
    "TestSupport"),
  suite("TransformerEvaluation", "Tokenizers", "Transformer"),
  suite(
    "TransformerStages", "Tensors", "Kernels", "Files", "Checkpoints", "Tokenizers", "Transformer",
    "TransformerFormats", "TransformerPasses", "TransformerEvaluation", "Catalog", "StageKit", "TestSupport",
    .arguments),
  suite("QuantizedLayers", "Tensors", "Networks", "Quantization", "Kernels", "Layers", "Int8Linear", "TestSupport"),
  suite("Classifying", "TestSupport"),
  suite("Training", "Tensors", "Networks", "Kernels", "Layers", "TestSupport"),
  suite(
    "QuantizedTraining", "Tensors", "Networks", "Quantization", "Kernels", "Layers", "QuantizedLayers", "Training",
    "TestSupport"),
  suite(
    "Passes", "Tensors", "Networks", "Quantization", "Kernels", "Layers", "Int8Linear", "QuantizedLayers",
    "TestSupport"),
  suite(
    "Evaluation", "Tensors", "Networks", "Quantization", "Kernels", "Layers", "Int8Linear", "QuantizedLayers",
    "Classifying", "Passes", "TestSupport"),
  suite("Files", "TestSupport"),
  suite("Compression", "TestSupport"),
  suite("Images", "Tensors", "TestSupport"),
  suite("Datasets", "Tensors", "Files", "Compression", "TestSupport"),
  suite("Checkpoints", "Tensors", "Files", "TestSupport"),
  suite(
    "Importing", "Tensors", "Networks", "Kernels", "Layers", "Files", "Checkpoints", "ONNXFormat", "StageKit",
    "TestSupport"),
  suite(
    "ImportingQuantized", "Tensors", "Networks", "Quantization", "Kernels", "Layers", "Int8Linear", "QuantizedLayers",
    "Passes", "Files", "ONNXFormat", "Importing", "Exporting", "TestSupport"),
  .testTarget(
    name: "ImportingTransformerTests",
    dependencies: [
      "Tensors", "Kernels", "Files", "Checkpoints", "Tokenizers", "Transformer", "TransformerFormats",
      "ImportingTransformer", "TestSupport",
    ],
    exclude: ["Golden"]),
  suite(
    "ExportingTransformer", "Tensors", "Kernels", "Files", "Checkpoints", "Tokenizers", "Transformer",
    "TransformerFormats", "TransformerPasses", "ImportingTransformer", "TestSupport"),
  suite(
    "RandomWeights", "Tensors", "Kernels", "Files", "Checkpoints", "Transformer", "ImportingTransformer", "TestSupport"),
  suite("ONNXFormat", "TestSupport"),
  suite(
    "Exporting", "Tensors", "Networks", "Quantization", "Kernels", "Layers", "Int8Linear", "QuantizedLayers", "Passes",
    "ONNXFormat", "Emulating", "TestSupport"),
  suite("Emulating", "Tensors"),
  .testTarget(name: "TokenizersTests", dependencies: ["Tensors", "Tokenizers", "TestSupport"], exclude: ["Golden"]),
  suite("Catalog", .grdb),
  suite("Tables"),
  suite("Reporting", "CZlib"),
  suite(
    "Findings", "Tensors", "Networks", "Kernels", "Layers", "QuantizedLayers", "Evaluation", "Files", "Catalog",
    "Tables", "TestSupport", "FindingsSupport"),
  suite("Gate", "Catalog", "Findings", "Reporting", "TestSupport", "FindingsSupport"),
  suite(
    "Gathering", "Tensors", "Networks", "Quantization", "Evaluation", "Files", "Catalog", "Reporting", "Findings",
    "Gate", "TestSupport", "FindingsSupport"),
  suite("Timing", "Kernels"),
  suite("TransformerBenchmarks", "Tensors", "Kernels", "Transformer", "TransformerPasses", "Timing"),
  suite(
    "Benchmarks", "Timing", "Tensors", "Networks", "Quantization", "Kernels", "Layers", "QuantizedLayers",
    "Classifying",
    "Evaluation", "Catalog", "Tables", "TestSupport"),
  suite(
    "StageKit", "Tensors", "Networks", "Quantization", "Kernels", "Layers", "QuantizedLayers", "Training",
    "QuantizedTraining",
    "Passes", "Evaluation", "Files", "Checkpoints", "Catalog", "Tables", "ModelStages", "TrainingStages",
    "QuantizationStages", "TestSupport", .arguments),
  suite("QuantizationStages", "Quantization", "Catalog"),
  suite(
    "Asking", "Tensors", "Networks", "Quantization", "Kernels", "Layers", "QuantizedLayers", "Evaluation", "Images",
    "Files", "Checkpoints", "StageKit", "TestSupport"),
  .testTarget(
    name: "GoldenTests",
    dependencies: [
      "Tensors", "Networks", "Quantization", "Kernels", "Layers", "Int8Linear", "QuantizedLayers", "Passes", "Files",
      "Compression", "Datasets", "Checkpoints", "StageKit",
    ],
    exclude: ["Small"]),
  pipeline,
]

extension Target.Dependency {
  static let arguments = product(name: "ArgumentParser", package: "swift-argument-parser")
  static let crypto = product(name: "Crypto", package: "swift-crypto")
  static let grdb = product(name: "GRDB", package: "GRDB.swift")
  static let logging = product(name: "Logging", package: "swift-log")
  static let protobuf = product(name: "SwiftProtobuf", package: "swift-protobuf")
  static let yams = product(name: "Yams", package: "Yams")
}

/// A program: options in, one call, exit code out.
func door(_ name: String, _ rooms: Target.Dependency...) -> Target {
  .executableTarget(name: name, dependencies: ["StageKit", "Catalog", .arguments] + rooms)
}

/// The tests of a room.
func suite(_ room: String, _ others: Target.Dependency...) -> Target {
  .testTarget(name: "\(room)Tests", dependencies: [.byName(name: room)] + others)
}

let package = Package(
  name: "Octavo",
  products: doors.map { .executable(name: $0.name, targets: [$0.name]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
  ],
  targets: rooms + doors + tests,
  swiftLanguageModes: [.v6]
)
