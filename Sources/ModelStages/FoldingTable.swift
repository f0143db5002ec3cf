import Networks
import StageKit
import Tables

extension Table {
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
}
