import Kernels
import Networks
import Quantization
import QuantizedLayers
import StageKit
import Tables

extension Table {
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
