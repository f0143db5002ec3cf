// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "Octavo",
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0")
  ],
  targets: [
    .target(name: "Tensors"),
    .target(name: "Catalog", dependencies: [.product(name: "GRDB", package: "GRDB.swift")]),
    .target(name: "Reporting"),
    .testTarget(
      name: "CatalogTests",
      dependencies: ["Catalog", .product(name: "GRDB", package: "GRDB.swift")]),
    .testTarget(name: "ReportingTests", dependencies: ["Reporting"]),
  ],
  swiftLanguageModes: [.v6]
)
