import Files

/// Behind which product of a chain each batch normalization stands.
struct NormPlaces: Sendable, Equatable {
  /// A normalization, and what is known of its place.
  struct Placed: Sendable, Equatable {
    /// The normalization.
    let norm: Module
    /// Why it stands where it does.
    let reason: String
    /// Whether no other place is possible in a chain.
    let isKnown: Bool
  }

  /// The normalizations behind each product, by the product's name.
  private(set) var placed: [String: [Placed]] = [:]
  /// Those for which no product gives as many channels.
  private(set) var homeless: [Module] = []

  /// The places of all normalizations among `modules`, which stand in the order of their names.
  init(in modules: [Module], along chain: Chain) {
    let norms = modules.filter { !$0.isProduct && $0.outputs != nil }
    let products = modules.filter(\.isProduct)
    for norm in norms {
      let hosts = products.filter { $0.outputs == norm.outputs }
      let rivals = norms.filter { $0.outputs == norm.outputs }
      guard let last = hosts.last, let place = rivals.firstIndex(of: norm) else {
        homeless.append(norm)
        continue
      }
      let isKnown = hosts.count == 1 && rivals.count == 1 && chain.certainty != .none
      let before = modules.prefix { $0 != norm }.last
      let (host, reason) =
        if isKnown {
          (last, "no other layer gives \(norm.outputs ?? 0) channels")
        } else if hosts.count == rivals.count {
          (hosts[place], "both are number \(place + 1) by name among those of \(norm.outputs ?? 0) channels")
        } else if let before, hosts.contains(before) {
          (before, "its name follows that of \(quoted(before.name))")
        } else {
          (place < hosts.count ? hosts[place] : last, "one of \(hosts.count) layers that give as many channels")
        }
      placed[host.name, default: []].append(Placed(norm: norm, reason: reason, isKnown: isKnown))
    }
  }
}
