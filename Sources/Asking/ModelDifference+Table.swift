import Evaluation
import Tables

extension ModelDifference {
  /// The layers as a table, in the network's order.
  package var table: Table {
    let start = firstDifference.map { "first layer that differs: \($0)" } ?? "no layer differs"
    let alone = unmatched.isEmpty ? "" : "; in one of them alone: \(unmatched.joined(separator: ", "))"
    var table = Table(
      "\(second.path) (\(second.kind)) against \(first.path) (\(first.kind)) on \(Format.integer(images)) images of "
        + "\(dataset); \(start)\(alone)",
      columns: [
        .code("Layer"), .number("SQNR (dB)"), .number("Largest difference"), .number("Mean difference"),
        .text("Integers that differ"),
      ])
    for layer in layers {
      let error = layer.error
      table.append([
        error.layer, Format.decimal(error.sqnr, places: 2), Format.rounded(Float(error.maxError)),
        Format.rounded(Float(error.meanError)), layer.integers.words,
      ])
    }
    return table
  }
}

extension LayerDifference.Integers {
  /// `12.50 %`, or why there is no share.
  fileprivate var words: String {
    switch self {
    case .compared: Format.share(share ?? 0)
    case .realNumbers: "not compared: real numbers"
    case .otherScales: "not compared: other scales"
    }
  }
}
