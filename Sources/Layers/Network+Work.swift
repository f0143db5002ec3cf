extension Network {
  /// Multiplications that each layer makes of one image, by the definition of what it computes: a term of a sum is one.
  /// - Throws: `NetworkError` when the layers do not fit each other.
  public func multiplications() throws(NetworkError) -> [String: Int] {
    let shapes = try shapes()
    return Dictionary(
      uniqueKeysWithValues: layers.enumerated().map { index, layer in
        let (input, output) = (shapes[index].image, shapes[index + 1].image)
        let terms =
          switch layer.operation {
          case .conv2d(let conv): input.channels * conv.kernel * conv.kernel
          case .linear: input.count
          case .batchNorm2d: 1
          case .relu, .maxPool2d, .flatten: 0
          }
        return (layer.name, output.count * terms)
      })
  }
}
