import Tensors

/// A model whose layers are fused, while batch normalization still stands beside the convolution that it will be folded
/// into: what `Fuse` folds at once, and quantization-aware training at every step.
public struct FusedModel: Sendable, Equatable {
  /// The fused network with the convolutions' own weights. A convolution with a normalization has a bias, zeros where
  /// it had none.
  public let model: FloatModel
  /// The normalizations to fold, by the convolution's name.
  public let norms: [String: ChannelNorm]

  private init(_ model: FloatModel, norms: [String: ChannelNorm]) {
    self.model = model
    self.norms = norms
  }

  /// A model in which nothing is left to fold.
  public init(folded model: FloatModel) { self.init(model, norms: [:]) }

  /// The model with every conv+BN, conv+BN+ReLU, conv+ReLU and linear+ReLU as one layer, under the first one's name.
  ///
  /// Of two normalizations in a row the first is folded at once. One behind a ReLU that is already fused stays a layer
  /// of its own: it comes after the ReLU.
  /// - Throws: `NetworkError` when a folded number is not finite.
  public init(fusing model: FloatModel) throws(NetworkError) {
    var network = model.network
    var (parameters, norms): ([String: Tensor], [String: ChannelNorm]) = (model.parameters, [:])
    for layer in model.network.layers {
      guard case .batchNorm2d(let settings) = layer.operation, let source = try network.soleSource(of: layer.name),
        case .conv2d(var conv) = network.layers[source].operation, !conv.relu
      else { continue }
      let name = network.layers[source].name
      norms[name]?.fold(into: name, &parameters)
      if !conv.bias { parameters["\(name).bias"] = Tensor([conv.out], [Float](repeating: 0, count: conv.out)) }
      conv.bias = true
      network.layers[source].operation = .conv2d(conv)
      norms[name] = ChannelNorm(settings) { model.values("\(layer.name).\($0)") }
      for (part, _) in settings.parameters(of: network.input) { parameters["\(layer.name).\(part)"] = nil }
      try network.remove(layer.name, behind: name)
    }
    self.init(try FloatModel(network: network.fusingReLU(), parameters: parameters), norms: norms)
  }

  /// The model with the normalizations of those convolutions folded into their weights.
  /// - Throws: `NetworkError` when a folded number is not finite.
  public func folding(_ isFolded: (String) -> Bool) throws(NetworkError) -> FusedModel {
    var (parameters, left) = (model.parameters, norms)
    for (name, norm) in norms where isFolded(name) {
      norm.fold(into: name, &parameters)
      left[name] = nil
    }
    return FusedModel(try FloatModel(network: model.network, parameters: parameters), norms: left)
  }

  /// The model with everything folded.
  /// - Throws: `NetworkError` when a folded number is not finite.
  public func folded() throws(NetworkError) -> FloatModel { try folding { _ in true }.model }
}

extension ChannelNorm {
  /// Folds the normalization into the weight and the bias of a convolution.
  fileprivate func fold(into conv: String, _ parameters: inout [String: Tensor]) {
    guard let weight = parameters["\(conv).weight"], let values = weight.f32,
      let bias = parameters["\(conv).bias"]?.f32
    else { preconditionFailure("\(conv) has a weight and a bias") }
    let (factors, inner) = (factors, values.count / gamma.count)
    parameters["\(conv).weight"] = Tensor(weight.shape, values.indices.map { values[$0] * factors[$0 / inner] })
    parameters["\(conv).bias"] = Tensor([gamma.count], folded(bias: bias))
  }
}
