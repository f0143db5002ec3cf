// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "Octavo",
  targets: [
    .target(name: "Tensors"),
    .target(name: "CKernels"),
    .target(name: "Kernels", dependencies: ["CKernels"]),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels", "Tensors"]),
  ],
  swiftLanguageModes: [.v6]
)
