import Networks
import StageKit
import Tables

extension Table {
  /// The layers of a network that was fused, in its order: what is now a part of each, why each that might have folded
  /// stays, and what was left out.
  package static func folding(_ original: Network, as fused: FusedModel) -> Table {
    let kept = Set(fused.model.network.layerNames)
    let foldings = Dictionary(grouping: fused.foldings) { $0.into ?? "" }
    let stays = Dictionary(uniqueKeysWithValues: (foldings[""] ?? []).map { ($0.layer, $0.reason ?? "") })
    return listing(
      "layers, and what was folded into them",
      columns: [.code("Layer"), .text("Kind"), .text("Folded into it"), .text("Not folded, because")],
      of: original.layers.filter { kept.contains($0.name) || stays[$0.name] != nil }
    ) { layer in
      let parts = foldings[layer.name] ?? []
      return [
        layer.name, layer.operation.type, parts.map(\.layer).joined(separator: ", "), stays[layer.name] ?? "",
      ]
    }
  }
}
