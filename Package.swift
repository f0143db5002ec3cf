// swift-tools-version: 6.0
import PackageDescription

// Rooms are libraries, doors are programs. Arrows point down: a room names only what it stands on.

let rooms: [Target] = [
  .target(name: "CKernels"),
  .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
  .target(name: "Tensors"),
  .target(name: "Kernels", dependencies: ["CKernels"]),
  .target(name: "Quantization", dependencies: ["Tensors"]),
  .target(name: "Layers", dependencies: ["Tensors", "Kernels", "Quantization"]),
  .target(name: "Passes", dependencies: ["Tensors", "Quantization", "Layers"]),
  .target(name: "Training", dependencies: ["Tensors", "Kernels", "Quantization", "Layers"]),
  .target(name: "Evaluation", dependencies: ["Tensors", "Quantization", "Layers"]),
  .target(name: "Files", dependencies: [.crypto]),
  .target(name: "Compression", dependencies: ["CZlib"]),
  .target(name: "Datasets", dependencies: ["Tensors", "Files", "Compression"]),
  .target(name: "Checkpoints", dependencies: ["Tensors"]),
  .target(name: "Catalog", dependencies: [.grdb]),
  .target(name: "Reporting", dependencies: ["Compression"]),
  .target(
    name: "Findings",
    dependencies: ["Tensors", "Quantization", "Layers", "Passes", "Evaluation", "Catalog", "Files", "Reporting"]),
  .target(
    name: "Benchmarks",
    dependencies: [
      "Tensors", "Kernels", "Quantization", "Layers", "Passes", "Training", "Evaluation", "Catalog", "Reporting",
    ]),
  .target(
    name: "StageKit",
    dependencies: [
      "Tensors", "Kernels", "Quantization", "Layers", "Passes", "Training", "Checkpoints", "Catalog", "Files",
      "Reporting",
      .arguments, .yams, .logging,
    ]),
]

let doors: [Target] = [
  door("fetch-mnist", "Datasets"),
  door("train", "Datasets", "Training", "Evaluation", "Layers", "Checkpoints"),
  door("fuse", "Datasets", "Passes", "Layers", "Checkpoints"),
  door("calibrate", "Datasets", "Passes", "Layers", "Quantization", "Checkpoints"),
  door("qat", "Datasets", "Training", "Evaluation", "Passes", "Layers", "Quantization", "Checkpoints"),
  door("convert", "Passes", "Layers", "Quantization", "Checkpoints"),
  door("evaluate", "Datasets", "Evaluation", "Findings", "Layers", "Quantization", "Checkpoints"),
  door("sensitivity", "Datasets", "Passes", "Evaluation", "Findings", "Layers", "Quantization"),
  door("report", "Datasets", "Evaluation", "Findings", "Layers", "Checkpoints"),
  door("bench", "Benchmarks", "Datasets", "Layers", "Checkpoints"),
  door("check", "Findings", "Reporting"),
  door("baseline", "Findings"),
  door("inspect", "Files", "Findings"),
]

/// The tests that run the doors as a person does; they are built with them.
let pipeline = Target.testTarget(
  name: "PipelineTests",
  dependencies: [
    "StageKit", "Benchmarks", "Checkpoints", "Evaluation", "Kernels", "Layers", "Tensors", "TestSupport", .grdb,
  ]
    + doors.map { .byName(name: $0.name) })

let tests: [Target] = [
  .target(
    name: "TestSupport", dependencies: ["Tensors", "Kernels", "Quantization", "Layers", "CZlib"],
    path: "Tests/TestSupport"),
  suite("Tensors"),
  suite("Quantization", "Tensors", "TestSupport"),
  suite("Layers", "Tensors", "Kernels", "Quantization", "TestSupport"),
  suite("Passes", "Tensors", "Kernels", "Quantization", "Layers", "TestSupport"),
  suite("Training", "Tensors", "Kernels", "Quantization", "Layers", "TestSupport"),
  suite("Evaluation", "Tensors", "Kernels", "Quantization", "Layers", "Passes", "TestSupport"),
  suite(
    "Benchmarks", "Catalog", "Evaluation", "Kernels", "Layers", "Quantization", "Reporting", "Tensors", "TestSupport"),
  suite("Findings", "Catalog", "Evaluation", "Files", "Reporting", "Quantization", "Layers", "TestSupport"),
  suite("Kernels", "Tensors"),
  suite("Files", "TestSupport"),
  suite("Compression", "TestSupport"),
  suite("Datasets", "Tensors", "Files", "Compression", "TestSupport"),
  suite("Checkpoints", "Tensors"),
  suite("Catalog", .grdb),
  suite("Reporting", "CZlib"),
  suite(
    "StageKit", "Catalog", "TestSupport", "Tensors", "Checkpoints", "Evaluation", "Kernels", "Layers", "Passes",
    "Quantization", "Training", .arguments),
  .testTarget(
    name: "GoldenTests",
    dependencies: [
      "Tensors", "Kernels", "Quantization", "Layers", "Passes", "Compression", "Datasets", "Checkpoints", "StageKit",
    ],
    exclude: ["Small"]),
  pipeline,
]

extension Target.Dependency {
  static let arguments = product(name: "ArgumentParser", package: "swift-argument-parser")
  static let crypto = product(name: "Crypto", package: "swift-crypto")
  static let grdb = product(name: "GRDB", package: "GRDB.swift")
  static let logging = product(name: "Logging", package: "swift-log")
  static let yams = product(name: "Yams", package: "Yams")
}

/// A program: options in, one call, exit code out.
func door(_ name: String, _ rooms: Target.Dependency...) -> Target {
  .executableTarget(name: name, dependencies: ["StageKit", "Catalog", "Tensors", "Kernels", .arguments] + rooms)
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
    .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
  ],
  targets: rooms + doors + tests,
  swiftLanguageModes: [.v6]
)
