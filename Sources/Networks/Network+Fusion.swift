/// What became of a layer that may fold into the one before it.
public struct Folding: Sendable, Equatable {
  /// The layer: a batch normalization, a ReLU, a dropout.
  public let layer: String
  /// Its type in a network file.
  public let type: String
  /// The layer of which it is now a part; nil where it stays, or is left out.
  public let into: String?
  /// Why it stays, or is left out; nil where it was folded.
  public let reason: String?
}

extension Network {
  /// The same network with every ReLU that directly follows an operation that can take it in, as its only reader, fused
  /// into it. The ReLU layer disappears; the fused layer keeps its own name, and parameters keep theirs.
  ///
  /// The arithmetic does not change: a fused layer replaces negative results by zero as it stores them.
  /// - Throws: `NetworkError` when a layer reads what is not there.
  public func fusingReLU() throws(NetworkError) -> Network {
    var foldings: [Folding] = []
    return try fusingReLU(&foldings)
  }

  /// As `fusingReLU()`, adding what became of each ReLU.
  func fusingReLU(_ foldings: inout [Folding]) throws(NetworkError) -> Network {
    var fused = self
    for layer in layers {
      guard case .relu = layer.operation else { continue }
      let source: Layer
      switch try fused.soleSource(of: layer.name) {
      case .stays(let reason):
        foldings.append(Folding(layer, stays: reason))
        continue
      case .layer(let index): source = fused.layers[index]
      }
      guard let rectified = source.operation.rectifiable?.settingReLU(true) else {
        foldings.append(Folding(layer, stays: "it follows \(source.operation.type)"))
        continue
      }
      fused[source.name] = rectified
      try fused.remove(layer.name, behind: source.name)
      foldings.append(Folding(layer, into: source.name))
    }
    return fused
  }

  /// The same network without dropouts, which do nothing once training is over.
  func removingDropouts(_ foldings: inout [Folding]) throws(NetworkError) -> Network {
    var network = self
    for layer in layers {
      guard case .dropout = layer.operation, let index = network.layerNames.firstIndex(of: layer.name) else { continue }
      let source = try network.sources()[index][0]
      try network.remove(layer.name, behind: network.valueNames[source])
      foldings.append(Folding(layer, stays: "left out: it is for training alone"))
    }
    return network
  }

  /// Which layer a layer of one input reads, if nothing else reads it.
  func soleSource(of name: String) throws(NetworkError) -> SoleSource {
    let sources = try sources()
    guard let index = layers.firstIndex(where: { $0.name == name }), sources[index].count == 1,
      let value = sources[index].first
    else { preconditionFailure("\(name) reads one value") }
    guard value > 0 else { return .stays("it reads the network's input") }
    let others = layers.indices.filter { $0 != index && sources[$0].contains(value) }.map { layers[$0].name }
    guard others.isEmpty else {
      return .stays("\(others.joined(separator: ", ")) reads what leaves \(layers[value - 1].name) before it, too")
    }
    return .layer(value - 1)
  }

  /// Takes a layer out; those that read it read `source` from now on.
  mutating func remove(_ name: String, behind source: String) throws(NetworkError) {
    let (names, sources) = (valueNames, try sources())
    guard let index = layers.firstIndex(where: { $0.name == name }) else { preconditionFailure("no layer \(name)") }
    var before = Self.inputName
    var left: [Layer] = []
    for (position, values) in sources.enumerated() where position != index {
      var layer = layers[position]
      let read = values.map { names[$0] == name ? source : names[$0] }
      // What need not be named stays unnamed.
      layer.inputs = read == [before] && layer.inputs == nil ? nil : read
      left.append(layer)
      before = layer.name
    }
    layers = left
  }

  /// What a layer computes.
  subscript(name: String) -> Operation {
    get { layers[place(of: name)].operation }
    set { layers[place(of: name)].operation = newValue }
  }

  private func place(of name: String) -> Int {
    guard let index = layers.firstIndex(where: { $0.name == name }) else { preconditionFailure("no layer \(name)") }
    return index
  }
}

/// What a layer reads that may fold into it.
enum SoleSource {
  /// The layer of that index, and no other layer reads it.
  case layer(Int)
  /// Something else, for the reason given.
  case stays(String)
}

extension Folding {
  init(_ layer: Layer, into name: String) {
    self.init(layer: layer.name, type: layer.operation.type, into: name, reason: nil)
  }

  init(_ layer: Layer, stays reason: String) {
    self.init(layer: layer.name, type: layer.operation.type, into: nil, reason: reason)
  }
}
