// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "Octavo",
  targets: [
    .target(name: "Tensors")
  ],
  swiftLanguageModes: [.v6]
)
