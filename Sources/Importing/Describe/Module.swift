import Files
import Networks
import Tensors

/// The tensors of a file that stand under one module's name, and what layer they can be.
struct Module: Sendable, Equatable {
  /// A layer, as far as its tensors tell.
  enum Kind: Sendable, Equatable {
    /// A convolution: weight (out, in / groups, height, width).
    case conv(out: Int, inputs: Int, kernel: Pair)
    /// A linear layer: weight (out, in).
    case linear(out: Int, inputs: Int)
    /// A batch normalization of so many channels.
    case norm(Int)
    /// None that a network file can hold, and why.
    case other(String)
  }

  /// The module's name, `layer1.0.conv1`.
  let name: String
  /// What it can be.
  let kind: Kind
  /// Whether it has a bias.
  let hasBias: Bool

  /// The modules of some tensors, in their order; a module stands where its first tensor does.
  static func all(of entries: [StateDict.Entry]) -> [Module] {
    var (names, tensors): ([String], [String: [String: Shape]]) = ([], [:])
    for entry in entries {
      let dot = entry.name.lastIndex(of: ".")
      let name = dot.map { String(entry.name[..<$0]) } ?? ""
      let part = dot.map { String(entry.name[entry.name.index(after: $0)...]) } ?? entry.name
      if tensors[name] == nil { names.append(name) }
      tensors[name, default: [:]][part] = entry.shape
    }
    return names.map { Module($0, tensors[$0] ?? [:]) }
  }

  private init(_ name: String, _ tensors: [String: Shape]) {
    self.name = name
    hasBias = tensors["bias"] != nil
    kind =
      name.isEmpty
      ? .other("tensors of no module: \(tensors.keys.sorted().map(quoted).joined(separator: ", "))")
      : Self.kind(tensors.filter { $0.key != "num_batches_tracked" })
  }

  private static func kind(_ tensors: [String: Shape]) -> Kind {
    let parts = Set(tensors.keys)
    if parts.contains("running_mean") || parts.contains("running_var") { return norm(tensors) }
    guard let weight = tensors["weight"], parts.isSubset(of: ["weight", "bias"]) else {
      return .other("no layer is known by \(parts.sorted().prefix(8).map(quoted).joined(separator: ", "))")
    }
    let isWhole = weight.dimensions.allSatisfy { $0 > 0 }
    guard isWhole else { return .other("weight \(listed(weight.dimensions)): no values") }
    if let bias = tensors["bias"], bias != [weight.dimensions.first ?? 0] {
      return .other(
        "weight \(listed(weight.dimensions)) with bias \(listed(bias.dimensions)): one bias of each output was "
          + "expected; a transposed convolution has them so")
    }
    switch weight.rank {
    case 1: return .other("a normalization without running statistics, or a PReLU")
    case 2: return .linear(out: weight[0], inputs: weight[1])
    case 4: return .conv(out: weight[0], inputs: weight[1], kernel: Pair(weight[2], weight[3]))
    default: return .other("a weight of \(weight.rank) dimensions, \(listed(weight.dimensions))")
    }
  }

  private static func norm(_ tensors: [String: Shape]) -> Kind {
    let wanted: Set = ["weight", "bias", "running_mean", "running_var"]
    let lacking = wanted.subtracting(tensors.keys).sorted()
    guard lacking.isEmpty else {
      return .other("a batch normalization without \(lacking.joined(separator: ", ")); add them to the file")
    }
    let shapes = Set(tensors.values)
    guard Set(tensors.keys) == wanted, shapes.count == 1, let shape = shapes.first, shape.rank == 1, shape[0] > 0 else {
      return .other("a normalization whose tensors are not one value for each channel")
    }
    return .norm(shape[0])
  }
}
