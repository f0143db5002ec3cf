import Catalog
import Kernels
import Layers
import Quantization
import Reporting

/// What stages came to, as short tables: a person sees them when the stage is done.
extension Table {
  /// Rows of a list that are shown; how many more there are is said. A table of so many goes through a pipe in one
  /// piece.
  static let shownRows = 20

  /// The table under the name of a stage and its scheme: `convert octavo: …`.
  func named(_ name: String) -> Table {
    var table = self
    table.caption = "\(name): \(caption)"
    return table
  }

  /// The first rows of a list, and the number of the others.
  static func listing<Element>(
    _ caption: String, columns: [Column], of elements: [Element], row: (Element) -> [String]
  ) -> Table {
    var table = Table(caption, columns: columns)
    for element in elements.prefix(shownRows) { table.append(row(element)) }
    let rest = elements.count - shownRows
    if rest > 0 {
      table.append(["… and \(rest) more"] + [String](repeating: "", count: columns.count - 1))
    }
    return table
  }

  /// Files: where each lies, its size, and where it came from.
  package static func files(_ files: [(path: String, bytes: Int, origin: String)], of dataset: String) -> Table {
    listing(
      "files of \(dataset)", columns: [.code("File"), .number("Size"), .text("From")], of: files
    ) { [$0.path, Format.bytes(Int64($0.bytes)), $0.origin] }
  }

  /// Epochs: loss, accuracies and time.
  package static func epochs(_ epochs: [Catalog.Epoch]) -> Table {
    listing(
      "epochs", columns: [.number("Epoch"), .number("Loss"), .number("Train"), .number("Test"), .number("Seconds")],
      of: epochs
    ) { epoch in
      let accuracies = [epoch.trainAccuracy, epoch.testAccuracy].map { $0.map(Format.percent) ?? Format.missing }
      return ["\(epoch.epoch)", Format.decimal(epoch.loss, places: 4)] + accuracies
        + [Format.decimal(epoch.seconds, places: 1)]
    }
  }

  /// The layers of a fused network, each with those of the original that became part of it.
  package static func folding(_ original: Network, into fused: Network) -> Table {
    let names = original.layerNames
    let kept = Set(fused.layerNames)
    return listing(
      "layers, and what was folded into them",
      columns: [.code("Layer"), .text("Kind"), .text("Folded into it")], of: fused.layers
    ) { layer in
      let others = names.drop { $0 != layer.name }.dropFirst().prefix { !kept.contains($0) }
      return [layer.name, layer.operation.type, others.joined(separator: ", ")]
    }
  }

  /// Activations: what was observed of each, and the scale and zero point that were chosen.
  package static func scales(_ scales: [ScaleRecord]) -> Table {
    listing(
      "tensors, and their scales",
      columns: [
        .code("Tensor"), .text("Integers"), .number("Least"), .number("Greatest"), .number("Scale"),
        .number("Zero point"),
      ], of: scales
    ) { record in
      let ends = record.observed.map { [Format.rounded($0.low), Format.rounded($0.high)] }
      let parameters = record.parameters
      return [record.tensor, "\(record.scheme.dtype.rawValue) \(parameters.range)"]
        + (ends ?? [Format.missing, Format.missing])
        + [Format.rounded(parameters.scale), "\(parameters.zeroPoint)"]
    }
  }

  /// Layers of a quantized network: the type of their weights, the bytes of all their tensors, and for integers what
  /// their sums and pairs of products can reach, by proof, and how products are therefore added.
  package static func layers(
    of model: QuantizedModel, proofs: [String: (proof: OverflowProof, path: ProductPath)]
  ) -> Table {
    let tensors = model.tensors
    return listing(
      "layers; sums may reach \(Format.integer(Int32.max)), pairs \(Format.integer(Int16.max))",
      columns: [
        .code("Layer"), .text("Weights"), .number("Size"), .number("Sums"), .number("Pairs"), .text("Products"),
      ], of: model.network.productNames
    ) { name in
      let own = tensors.filter { $0.key.hasPrefix("\(name).") }
      let proof = proofs[name]
      return [
        name, own["\(name).weight"]?.dtype.rawValue ?? Format.missing,
        Format.bytes(Int64(own.values.reduce(0) { $0 + $1.byteCount })),
        proof.map { Format.integer($0.proof.accumulatorBound) } ?? Format.missing,
        proof.map { Format.integer($0.proof.pairBound) } ?? Format.missing,
        proof?.path.rawValue ?? Format.missing,
      ]
    }
  }
}
