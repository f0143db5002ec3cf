// swift-tools-version: 6.0
import PackageDescription

// Rooms are libraries, doors are programs. Arrows point down: a room names what it stands on, nothing beside it.


let rooms: [Target] = [
  .target(name: "CKernels"),
  .target(name: "Tensors"),
  .target(name: "Kernels", dependencies: ["CKernels"]),
  .target(name: "Quantization", dependencies: ["Tensors"]),
  .target(name: "Layers", dependencies: ["Tensors", "Kernels", "Quantization"]),
  .target(name: "Passes", dependencies: ["Tensors", "Quantization", "Layers"]),
  .target(name: "Training", dependencies: ["Tensors", "Kernels", "Layers"]),
  .target(name: "Checkpoints", dependencies: ["Tensors"]),
]

let package = Package(
  name: "Octavo",
  targets: rooms + [
    .testTarget(name: "CheckpointsTests", dependencies: ["Checkpoints", "Tensors"]),
  ],
  swiftLanguageModes: [.v6]
)
