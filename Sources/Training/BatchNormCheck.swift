import Networks

extension Network {
  /// Checks that every batch gives each normalization more than one value per channel: one value is its own mean, its
  /// variance is 0, and running statistics that follow it make nonsense of every other image. PyTorch refuses it too.
  /// - Throws: `TrainingError.oneValue`, `NetworkError`.
  func checkNorms(batchSize: Int, images: Int) throws {
    try checkNormalized(
      layers.indices.filter { layers[$0].operation.normalization != nil }, batchSize: batchSize, images: images)
  }

  /// Checks what leaves some layers, which is normalized.
  package func checkNormalized(_ normalized: [Int], batchSize: Int, images: Int) throws {
    // Every batch is full but the last.
    let last = images - (images - 1) / batchSize * batchSize
    guard last == 1 else { return }
    let shapes = try shapes()
    for index in normalized where shapes[index + 1].image.height * shapes[index + 1].image.width == 1 {
      throw TrainingError.oneValue(layer: layers[index].name, batchSize: batchSize, images: images)
    }
  }
}
