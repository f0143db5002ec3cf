import Files
import Networks

/// A `network.yaml` for a file's tensors, as far as their names and shapes tell; what they do not tell stands in it as a
/// comment, with what was taken in its place.
///
/// With the input's height and width filled in, it is a network file.
public struct NetworkSkeleton: Sendable {
  private let title: String
  private let prefix: String
  private let modules: [Module]
  private let chain: Chain
  private let norms: NormPlaces
  private let notes: [String]

  /// What wrappers put before every name; a network file is better off without.
  private static let wrappers = ["module.", "_orig_mod."]

  /// The network of a file's tensors.
  /// - Parameter title: what to call the network, for lack of a better name.
  public init(_ stateDict: StateDict, title: String) {
    var (entries, prefix) = (stateDict.entries, "")
    while let wrapper = Self.wrappers.first(where: { wrapper in entries.allSatisfy { $0.name.hasPrefix(wrapper) } }),
      !entries.isEmpty
    {
      prefix += wrapper
      entries = entries.map { .init(String($0.name.dropFirst(wrapper.count)), $0.type, $0.shape) }
    }
    (self.title, self.prefix) = (title, prefix)
    modules = Module.all(of: entries)
    chain = Chain(of: modules)
    norms = NormPlaces(in: modules, along: chain)
    let others = Set(entries.map(\.type)).subtracting(["F32", "F16", "BF16", "I64"]).sorted()
    notes = others.map { type in
      "Tensors of type \(type): \(entries.count { $0.type == type }). Save weights as float32 before they are brought in."
    }
  }

  /// The file's text.
  public var text: String {
    (head + ["name: \(YAMLWord.quoted(title))", input] + (layers.isEmpty ? ["layers: []"] : ["layers:"] + layers) + foot)
      .joined(separator: "\n") + "\n"
  }

  private var head: [String] {
    var lines = [
      "What names and shapes of tensors tell of a network. They do not tell, and no line below does:",
      "- activations, pools, dropout, softmax, additions and concatenations, which have no tensors, and where they stand;",
      "- stride and padding of a convolution, epsilon of a normalization: left out, they are PyTorch's defaults;",
      "- whether layers are one after another at all; a layer that reads another than the one before it says so: inputs.",
      order,
    ]
    if !prefix.isEmpty { lines.append("Names are without \(quoted(prefix)), which stands before each in the file.") }
    return (lines + notes).map { "# \($0)" }
  }

  private var order: String {
    switch chain.certainty {
    case .only: "Order: of all chains of these layers, their shapes allow only this one."
    case .unsettled: "Order: a guess, by the names: a file does not keep it, and the shapes do not settle it."
    case .none: "Order: a guess, by the names; no chain of these layers fits their shapes, so there are branches."
    }
  }

  private var input: String {
    switch chain.modules.first?.kind {
    case .conv(_, let channels, _):
      "input: {channels: \(channels), height: 0, width: 0}  # unknown: height, width; fill them in. "
        + "channels: if the first layer has one group"
    case .linear(_, let values):
      "input: {channels: 0, height: 0, width: 0}  # unknown: fill them in; \(values) values in all"
        + (Self.side(of: values).map { ", such as 1x\($0)x\($0)" } ?? "")
    default: "input: {channels: 0, height: 0, width: 0}  # unknown: no layer takes an image; fill them in"
    }
  }

  private var layers: [String] {
    var lines: [String] = []
    for (index, module) in chain.modules.enumerated() {
      let before = index > 0 ? chain.modules[index - 1] : nil
      lines += flattening(before, module) + [layer(module, behind: before)]
      for norm in norms.placed[module.name] ?? [] {
        let type = if case .linear = module.kind { "batchNorm1d" } else { "batchNorm2d" }
        lines.append(
          "  - {name: \(YAMLWord.quoted(norm.norm.name)), type: \(type)}  # "
            + (norm.isKnown ? "" : "guess: ") + "behind \(quoted(module.name)): \(norm.reason)")
      }
      if index + 1 < chain.modules.count { lines.append("  # unknown: activation, pool\(silent(behind: module))") }
    }
    return lines
  }

  /// A name that no module has.
  private var flatten: String {
    let names = Set(modules.map(\.name))
    return (["flatten"] + (1...).lazy.prefix(modules.count + 1).map { "flatten\($0)" }).first { !names.contains($0) }
      ?? "flatten"
  }

  /// What stands before a linear layer that takes an image.
  private func flattening(_ before: Module?, _ module: Module) -> [String] {
    guard case .linear(_, let inputs) = module.kind else { return [] }
    switch before?.kind {
    case nil: return ["  - {name: \(flatten), type: flatten}  # a linear layer takes a vector"]
    case .conv(let channels, _, _):
      let pixels = inputs / channels
      guard inputs % channels == 0 else {
        return ["  - {name: \(flatten), type: flatten}  # a linear layer takes a vector"]
      }
      let size = Self.side(of: pixels).map { ", \($0)x\($0) if square" } ?? ""
      return [
        "  - {name: \(flatten), type: flatten}  # a linear layer takes a vector: \(channels) channels of \(pixels) "
          + "pixel\(pixels == 1 ? "" : "s")\(size)"
      ]
    default: return []
    }
  }

  private func layer(_ module: Module, behind before: Module?) -> String {
    let name = "  - {name: \(YAMLWord.quoted(module.name)), "
    let bias = module.hasBias ? "" : ", bias: false"
    let gap =
      before.map { !$0.canFeed(module) } == true ? "; does not take what \(quoted(before?.name ?? "")) gives" : ""
    switch module.kind {
    case .conv(let out, let inputs, let kernel):
      var (groups, reason) = ("", "")
      if case .conv(let channels, _, _)? = before?.kind, channels != inputs, gap.isEmpty {
        (groups, reason) = (", groups: \(channels / inputs)", "; groups: \(channels) channels enter")
      }
      let size = kernel.height == kernel.width ? "\(kernel.height)" : listed([kernel.height, kernel.width])
      return name
        + "type: conv2d, out: \(out), kernel: \(size)\(groups)\(bias)}  # unknown: stride, padding\(reason)\(gap)"
    case .linear(let out, let inputs):
      return name + "type: linear, out: \(out)\(bias)}  # \(inputs) values enter\(gap)"
    case .norm, .other: return ""
    }
  }

  /// The places of modules without tensors that the numbers of a `Sequential` leave free behind a layer.
  private func silent(behind module: Module) -> String {
    let last = (norms.placed[module.name]?.last?.norm ?? module).name
    guard let place = modules.firstIndex(where: { $0.name == last }), place + 1 < modules.count,
      let (parent, number) = Self.numbered(last), let (next, end) = Self.numbered(modules[place + 1].name),
      parent == next, number + 1 < end
    else { return "" }
    let (from, to) = (quoted("\(parent)\(number + 1)"), quoted("\(parent)\(end - 1)"))
    let names = from == to ? "\(from) has" : "\(from) to \(to) have"
    return "; \(names) no tensors"
  }

  private var foot: [String] {
    let strange = modules.compactMap { module in
      if case .other(let reason) = module.kind {
        "\(module.name.isEmpty ? "" : quoted(module.name) + ": ")\(reason)"
      } else {
        nil
      }
    }
    let lost = norms.homeless.map {
      "\(quoted($0.name)): a batch normalization of \($0.outputs ?? 0) channels, which no layer gives"
    }
    return (strange + lost).map { "# not described: \($0)" }
  }
}

extension NetworkSkeleton {
  /// The side of a square of so many pixels, nil where there is none.
  private static func side(of pixels: Int) -> Int? {
    let side = Int(Double(pixels).squareRoot().rounded())
    return pixels > 0 && side.multipliedReportingOverflow(by: side) == (pixels, false) ? side : nil
  }

  /// `net.` and 3 of `net.3`.
  private static func numbered(_ name: String) -> (parent: String, number: Int)? {
    let digits = name.reversed().prefix { "0123456789".contains($0) }.count
    return Int(name.suffix(digits)).map { (String(name.dropLast(digits)), $0) }
  }
}
