import Evaluation
import Networks
import Reporting

/// The network as it was trained or brought, fused and converted.
enum NetworkFindings {
  /// The three of them, row by row beside each other.
  /// - Parameter origin: how the float model came, `trained` or `brought`.
  /// - Throws: `NetworkError` when a network's layers do not fit each other.
  static func stages(of trained: Network, cameBy origin: String, _ evaluation: FloatInt8Comparison) throws -> [Report
    .NetworkStage]
  {
    let fused = evaluation.network
    let kinds = Dictionary(
      uniqueKeysWithValues: evaluation.layers.map { ($0.name, $0.path == nil ? Numbers.float32 : .int8) })
    return [
      try stage(origin, trained, rows: trained.layers.indices.map { $0..<$0 + 1 }) { _ in .float32 },
      try stage("fused", fused, rows: rows(of: fused, in: trained)) { _ in .float32 },
      try stage("converted", fused, rows: rows(of: fused, in: trained)) { kinds[$0] },
    ]
  }

  private typealias Numbers = Report.NetworkStage.Numbers

  /// For each layer the layers of the trained network that became it: its own, and those behind it that are gone.
  private static func rows(of fused: Network, in trained: Network) -> [Range<Int>] {
    let starts = fused.layerNames.map { name in trained.layerNames.firstIndex(of: name) ?? 0 }
    return zip(starts, starts.dropFirst() + [trained.layers.count]).map { $0..<max($0 + 1, $1) }
  }

  private static func stage(
    _ title: String, _ network: Network, rows: [Range<Int>], numbers: (String) -> Numbers?
  ) throws -> Report.NetworkStage {
    let (inputs, shapes) = (try network.inputShapes(), try network.shapes())
    return Report.NetworkStage(
      title: title,
      nodes: network.layers.indices.map { index in
        let layer = network.layers[index]
        let hasParameters = !layer.operation.kind.parameters(of: inputs[index].image).isEmpty
        return .init(
          name: layer.name, operation: layer.operation.outline, shape: "\(shapes[index + 1])",
          numbers: hasParameters ? numbers(layer.name) : nil, rows: rows[index])
      })
  }
}
