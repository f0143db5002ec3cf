/// An order of a file's convolutions and linear layers in which each takes what the one before it gives.
struct Chain: Sendable, Equatable {
  /// How much the shapes say of the order.
  enum Certainty: Sendable, Equatable {
    /// Of all chains only this one fits.
    case only
    /// Others fit as well; this one is nearest to the order of the names.
    case oneOfSeveral
    /// No chain fits, or none was found; the order is that of the names.
    case none
  }

  /// The layers in their order: convolutions and linear layers only.
  let modules: [Module]
  /// How much the shapes say of it.
  let certainty: Certainty

  /// Steps after which the search gives up: of many layers of one size there are more orders than anyone can try.
  private static let mostSteps = 100_000

  /// The chain of some modules, those tried first that stand first.
  init(of modules: [Module]) {
    let products = modules.filter(\.isProduct)
    var search = Search(products: products, stepsLeft: Self.mostSteps)
    search.extend([])
    // A search that gave up has not seen that there is no other.
    certainty = search.found.isEmpty ? .none : search.found.count == 1 && search.stepsLeft > 0 ? .only : .oneOfSeveral
    self.modules = search.found.first.map { $0.map { products[$0] } } ?? products
  }

  private struct Search {
    let products: [Module]
    var stepsLeft: Int
    /// The first chain, and whether there is a second.
    var found: [[Int]] = []

    mutating func extend(_ chain: [Int]) {
      guard found.count < 2, stepsLeft > 0 else { return }
      stepsLeft -= 1
      if chain.count == products.count { return found.append(chain) }
      for next in products.indices where !chain.contains(next) {
        if let last = chain.last, !products[last].canFeed(products[next]) { continue }
        extend(chain + [next])
      }
    }
  }
}

extension Module {
  /// Whether it is a product by a weight matrix.
  var isProduct: Bool { outputs != nil && !isNorm }

  private var isNorm: Bool { if case .norm = kind { true } else { false } }

  /// How many channels or features leave it.
  var outputs: Int? {
    switch kind {
    case .conv(let out, _, _), .linear(let out, _): out
    case .norm(let channels): channels
    case .other: nil
    }
  }

  /// Whether another can take what leaves this one: as it is, in groups of channels, or flattened.
  func canFeed(_ next: Module) -> Bool {
    switch (kind, next.kind) {
    case (.conv(let channels, _, _), .conv(let out, let inputs, _)):
      channels % inputs == 0 && out % (channels / inputs) == 0
    case (.conv(let channels, _, _), .linear(_, let inputs)): inputs % channels == 0
    case (.linear(let features, _), .linear(_, let inputs)): features == inputs
    default: false
    }
  }
}
