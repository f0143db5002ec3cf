// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "Octavo",
  targets: [
    .target(name: "Tensors"),
    .target(name: "Checkpoints", dependencies: ["Tensors"]),
    .testTarget(name: "CheckpointsTests", dependencies: ["Checkpoints", "Tensors"]),
  ],
  swiftLanguageModes: [.v6]
)
