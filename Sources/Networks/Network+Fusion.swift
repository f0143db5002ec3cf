extension Network {
  /// The same network with every ReLU that directly follows a convolution or a linear layer, as its only reader, fused
  /// into it. The ReLU layer disappears; the fused layer keeps its own name, and parameters keep theirs.
  ///
  /// The arithmetic does not change: a fused layer replaces negative results by zero as it stores them.
  /// - Throws: `NetworkError` when a layer reads what is not there.
  public func fusingReLU() throws(NetworkError) -> Network {
    var fused = self
    for layer in layers {
      guard case .relu = layer.operation, let source = try fused.soleSource(of: layer.name),
        let product = fused.layers[source].operation.product
      else { continue }
      fused.layers[source].operation = product.settingReLU(true)
      try fused.remove(layer.name, behind: fused.layers[source].name)
    }
    return fused
  }

  /// The layer that a layer of one input reads, if nothing else reads it.
  func soleSource(of name: String) throws(NetworkError) -> Int? {
    let sources = try sources()
    guard let index = layers.firstIndex(where: { $0.name == name }), sources[index].count == 1,
      let value = sources[index].first, value > 0, sources.joined().count(where: { $0 == value }) == 1
    else { return nil }
    return value - 1
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
}
