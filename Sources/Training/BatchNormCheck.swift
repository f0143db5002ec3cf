import Layers

extension Network {
  /// Checks that every batch gives each normalization more than one value per channel: one value is its own mean, its
  /// variance is 0, and running statistics that follow it make nonsense of every other image. PyTorch refuses it too.
  /// - Throws: `TrainingError.oneValue`, `NetworkError`.
  func checkNorms(batchSize: Int, images: Int) throws {
    let isNorm = layers.map { if case .batchNorm2d = $0.operation { true } else { false } }
    try check(layers.indices.filter { isNorm[$0] }, batchSize: batchSize, images: images)
  }

  /// Checks what leaves some layers, which is normalized.
  fileprivate func check(_ normalized: [Int], batchSize: Int, images: Int) throws {
    // Every batch is full but the last.
    let last = images - (images - 1) / batchSize * batchSize
    guard last == 1 else { return }
    let shapes = try shapes()
    for index in normalized where shapes[index + 1].image.height * shapes[index + 1].image.width == 1 {
      throw TrainingError.oneValue(layer: layers[index].name, batchSize: batchSize, images: images)
    }
  }
}

extension UnfoldedModel {
  /// The same for normalizations that are still to be folded into convolutions; each is named by its convolution.
  /// - Parameter isFolded: whether a convolution's is folded before training, and normalizes no batch.
  func checkNorms(batchSize: Int, images: Int, isFolded: (String) -> Bool) throws {
    let network = model.network
    let normalized = network.layers.indices.filter {
      let name = network.layers[$0].name
      return norms[name] != nil && !isFolded(name)
    }
    try network.check(normalized, batchSize: batchSize, images: images)
  }
}
