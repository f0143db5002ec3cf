/// An order of a file's convolutions and linear layers in which each takes what the one before it gives.
struct Chain: Sendable, Equatable {
  /// How much the shapes say of the order.
  enum Certainty: Sendable, Equatable {
    /// Of all chains only this one fits.
    case only
    /// Others fit as well, or may: not all were tried. This one is nearest to the order of the names.
    case unsettled
    /// No chain fits; the order is that of the names.
    case none
  }

  /// The layers in their order: convolutions and linear layers only.
  let modules: [Module]
  /// How much the shapes say of it.
  let certainty: Certainty

  /// The chain of some modules, those tried first that stand first.
  init(of modules: [Module]) {
    let products = modules.filter(\.isProduct)
    var search = Search(products)
    search.extend()
    certainty =
      search.stepsLeft == 0 || search.found.count > 1 ? .unsettled : search.found.isEmpty ? .none : .only
    self.modules = search.found.first.map { $0.map { products[$0] } } ?? products
  }

  /// Tries orders, depth first.
  private struct Search {
    /// Steps after which it gives up: of many layers of one size there are more orders than anyone can try.
    private static let mostSteps = 100_000
    /// Layers of which no order is tried: as deep would the search go.
    private static let mostProducts = 1000

    let products: [Module]
    var stepsLeft: Int
    /// The first chains, at most two.
    var found: [[Int]] = []
    private var chain: [Int] = []
    private var isUsed: [Bool]

    init(_ products: [Module]) {
      self.products = products
      stepsLeft = products.count > Self.mostProducts ? 0 : Self.mostSteps
      isUsed = [Bool](repeating: false, count: products.count)
    }

    mutating func extend() {
      guard found.count < 2, stepsLeft > 0 else { return }
      stepsLeft -= 1
      if chain.count == products.count { return found.append(chain) }
      for next in products.indices where !isUsed[next] {
        if let last = chain.last, !products[last].canFeed(products[next]) { continue }
        chain.append(next)
        isUsed[next] = true
        extend()
        isUsed[next] = false
        chain.removeLast()
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
