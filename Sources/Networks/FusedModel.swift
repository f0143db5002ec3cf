import Tensors

/// A model whose layers are fused, while batch normalization still stands beside the product that it will be folded
/// into: what `Fuse` folds at once, and quantization-aware training at every step.
public struct FusedModel: Sendable, Equatable {
  /// The fused network with the products' own weights. A product with a normalization has a bias, zeros where it had
  /// none.
  public let model: FloatModel
  /// The normalizations to fold, by the product's name.
  public let norms: [String: ChannelNorm]
  /// What became of every layer that might fold, in the network's order.
  public let foldings: [Folding]

  private init(_ model: FloatModel, norms: [String: ChannelNorm], foldings: [Folding]) {
    self.model = model
    self.norms = norms
    self.foldings = foldings
  }

  /// A model in which nothing is left to fold.
  public init(folded model: FloatModel) { self.init(model, norms: [:], foldings: []) }

  /// The model with every conv+BN, conv+BN+ReLU, conv+ReLU, linear+BN, linear+BN+ReLU, linear+ReLU, BN+ReLU and add+ReLU
  /// as one layer, under the first one's name, and without dropouts.
  ///
  /// Of two normalizations in a row the first is folded at once. One behind a ReLU that is already fused stays a layer
  /// of its own: it comes after the ReLU.
  /// - Throws: `NetworkError` when a folded number is not finite.
  public init(fusing model: FloatModel) throws(NetworkError) {
    var foldings: [Folding] = []
    var network = try model.network.removingDropouts(&foldings)
    var (parameters, norms): ([String: Tensor], [String: ChannelNorm]) = (model.parameters, [:])
    for layer in model.network.layers {
      guard let norm = layer.operation.normalization else { continue }
      let source: Layer
      switch try network.soleSource(of: layer.name) {
      case .stays(let reason):
        foldings.append(Folding(layer, stays: reason))
        continue
      case .layer(let index): source = network.layers[index]
      }
      guard var product = source.operation.product, !product.relu else {
        let relu = source.operation.hasFusedReLU ? " with a ReLU behind it" : ""
        foldings.append(Folding(layer, stays: "it follows \(source.operation.type)\(relu)"))
        continue
      }
      let name = source.name
      norms[name]?.fold(into: name, &parameters)
      if !product.bias { parameters["\(name).bias"] = Tensor([product.out], [Float](repeating: 0, count: product.out)) }
      (product.bias, product.relu) = (true, norm.relu)
      network[name] = product.operation
      norms[name] = ChannelNorm(norm) { model.values("\(layer.name).\($0)") }
      for (part, _) in norm.parameters(of: network.input) { parameters["\(layer.name).\(part)"] = nil }
      try network.remove(layer.name, behind: name)
      foldings.append(Folding(layer, into: name))
    }
    let fused = try FloatModel(network: network.fusingReLU(&foldings), parameters: parameters)
    let order = model.network.layerNames
    let places = Dictionary(uniqueKeysWithValues: zip(order, order.indices))
    self.init(fused, norms: norms, foldings: foldings.sorted { places[$0.layer] ?? 0 < places[$1.layer] ?? 0 })
  }

  /// The model with the normalizations of those products folded into their weights.
  /// - Throws: `NetworkError` when a folded number is not finite.
  public func folding(_ isFolded: (String) -> Bool) throws(NetworkError) -> FusedModel {
    var (parameters, left) = (model.parameters, norms)
    for (name, norm) in norms where isFolded(name) {
      norm.fold(into: name, &parameters)
      left[name] = nil
    }
    return FusedModel(
      try FloatModel(network: model.network, parameters: parameters), norms: left, foldings: foldings)
  }

  /// The model with everything folded.
  /// - Throws: `NetworkError` when a folded number is not finite.
  public func folded() throws(NetworkError) -> FloatModel { try folding { _ in true }.model }
}

extension ChannelNorm {
  /// Folds the normalization into the weight and the bias of a product.
  fileprivate func fold(into product: String, _ parameters: inout [String: Tensor]) {
    guard let weight = parameters["\(product).weight"], let values = weight.f32,
      let bias = parameters["\(product).bias"]?.f32
    else { preconditionFailure("\(product) has a weight and a bias") }
    let (factors, inner) = (factors, values.count / gamma.count)
    parameters["\(product).weight"] = Tensor(weight.shape, values.indices.map { values[$0] * factors[$0 / inner] })
    parameters["\(product).bias"] = Tensor([gamma.count], folded(bias: bias))
  }
}
