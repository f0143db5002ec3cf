// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "Octavo",
  dependencies: [
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2")
  ],
  targets: [
    .target(name: "Tensors"),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "Datasets",
      dependencies: ["Tensors", "CZlib", .product(name: "Crypto", package: "swift-crypto")]),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Datasets", "Tensors", "CZlib"]),
  ],
  swiftLanguageModes: [.v6]
)
