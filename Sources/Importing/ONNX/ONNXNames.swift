import ONNXFormat

/// The names of layers, in PyTorch's style where a file has them: those of the modules.
struct ONNXNames {
  private var taken: Set<String> = []
  /// How often a name was wanted again.
  private var counts: [String: Int] = [:]
  /// What some other name begins with, up to a dot.
  private var parents: Set<String> = []

  /// Words of tensors that stand under their layer's name.
  private static let tensorWords: Set<Substring> = [
    "weight", "bias", "running_mean", "running_var", "num_batches_tracked",
  ]
  /// Letters of a name; the rest is cut off.
  private static let longest = 100
  /// Bytes of a node's name in which modules are looked for; those of a hostile file are not taken apart.
  private static let longestPath = 200

  /// - Parameters:
  ///   - nodes: all that may become layers.
  ///   - reserved: a name that no layer may have.
  init(_ nodes: [ONNXNode], reserved: String) {
    taken = [reserved]
    for node in nodes {
      let modules = Self.modules(of: node)
      for count in 1..<max(modules.count, 1) { parents.insert(modules.prefix(count).joined(separator: ".")) }
    }
  }

  /// A name for a layer that no other has.
  /// - Parameter tensor: the name of its weight: `features.0.weight` makes it `features.0`.
  mutating func name(_ node: ONNXNode, tensor: String? = nil) -> String {
    let suffix = ".weight"
    if let tensor, tensor.hasSuffix(suffix), tensor.utf8.count > suffix.utf8.count {
      let name = Self.valid(String(tensor.dropLast(suffix.count)))
      if !name.isEmpty { return unique(name) }
    }
    let module = Self.modules(of: node).joined(separator: ".")
    let word = Self.word(of: node)
    if module.isEmpty { return unique(word) }
    return unique(parents.contains(module) || taken.contains(module) ? "\(module).\(word)" : module)
  }

  private mutating func unique(_ wanted: String) -> String {
    let last = wanted.split(separator: ".").last ?? ""
    let name = Self.tensorWords.contains(last) ? wanted + "_" : wanted
    var free = name
    while !taken.insert(free).inserted {
      counts[name, default: 0] += 1
      free = "\(name)_\(counts[name, default: 0])"
    }
    return free
  }

  /// The modules around a node by its name, `/layer1/layer1.0/conv1/Conv`: PyTorch writes each with those before it as
  /// far as they are lists.
  private static func modules(of node: ONNXNode) -> [String] {
    let parts =
      node.name.utf8.count > longestPath ? [] : node.name.split(separator: "/").dropLast().map { valid(String($0)) }
    var modules: [String] = []
    for part in parts where !part.isEmpty {
      if let last = modules.last, part.hasPrefix(last + ".") { modules.removeLast() }
      modules.append(part)
    }
    return modules.joined(separator: ".").split(separator: ".").map(String.init)
  }

  /// The last word of a node's name, without what exporters put before it; the operation's where that says nothing.
  private static func word(of node: ONNXNode) -> String {
    var word = valid(String(node.name.split(separator: "/").last ?? ""))
    if word.hasPrefix("node_"), word.utf8.count > 5 { word = String(word.dropFirst(5)) }
    let isNumbered = word.first == "n" && word.dropFirst().first?.isNumber == true
    return word.isEmpty || isNumbered ? valid(node.operation).lowercased() : word.lowercased()
  }

  /// The text as words with a dot between each two.
  private static func valid(_ text: String) -> String {
    let letters = text.unicodeScalars.prefix(longest).map { scalar in
      scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "._-".unicodeScalars.contains(scalar)
        ? Character(scalar) : "_"
    }
    return String(letters).split(separator: ".").joined(separator: ".")
  }
}
