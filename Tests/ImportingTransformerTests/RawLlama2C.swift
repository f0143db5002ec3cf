import Transformer

/// Files of llama2.c, written tensor by tensor as export.py does.
enum RawLlama2C {
  static func header(_ network: SmallNetwork, negative: Bool = false) -> [Int32] {
    let sizes = network.configuration
    return [
      sizes.hiddenSize, sizes.intermediateSize, sizes.layers, sizes.heads, sizes.keyValueHeads,
      negative ? -sizes.vocabularySize : sizes.vocabularySize, sizes.contextLength,
    ].map(Int32.init)
  }

  static func v0(_ network: SmallNetwork) -> [UInt8] {
    let (sizes, count) = (network.configuration, network.configuration.layers)
    var bytes = littleEndian(header(network, negative: !sizes.isTied))
    func add(_ tensors: [TransformerTensor]) { for tensor in tensors { bytes += littleEndian(network[tensor]) } }
    add([.embedding] + layers(count) { .attentionNorm($0) })
    add(layers(count) { .query($0) } + layers(count) { .key($0) } + layers(count) { .value($0) })
    add(layers(count) { .attentionOutput($0) } + layers(count) { .feedForwardNorm($0) })
    add(layers(count) { .gate($0) } + layers(count) { .down($0) } + layers(count) { .up($0) } + [.norm])
    bytes += littleEndian([Float](repeating: 9, count: sizes.contextLength * sizes.headSize))
    if !sizes.isTied { add([.classifier]) }
    return bytes
  }

  private static func marked(_ network: SmallNetwork, version: Int32, groupSize: Int32? = nil) -> [UInt8] {
    var bytes = Array("24ka".utf8) + littleEndian([version] + header(network))
    bytes.append(network.configuration.isTied ? 1 : 0)
    if let groupSize { bytes += littleEndian([groupSize]) }
    return bytes + [UInt8](repeating: 0, count: 256 - bytes.count)
  }

  private static func norms(_ network: SmallNetwork) -> [TransformerTensor] {
    let count = network.configuration.layers
    return layers(count) { .attentionNorm($0) } + layers(count) { .feedForwardNorm($0) } + [.norm]
  }

  private static func matrices(_ network: SmallNetwork) -> [TransformerTensor] {
    let count = network.configuration.layers
    let attention = layers(count) { .query($0) } + layers(count) { .key($0) } + layers(count) { .value($0) }
    let feedForward = layers(count) { .gate($0) } + layers(count) { .down($0) } + layers(count) { .up($0) }
    return [.embedding] + attention + layers(count) { .attentionOutput($0) } + feedForward
      + (network.configuration.isTied ? [] : [.classifier])
  }

  static func v1(_ network: SmallNetwork) -> [UInt8] {
    (norms(network) + matrices(network)).reduce(into: marked(network, version: 1)) {
      $0 += littleEndian(network[$1])
    }
  }

  /// The file, and the weights that it holds: a group's largest is 127 steps.
  static func v2(_ network: SmallNetwork, groupSize: Int) -> (bytes: [UInt8], rounded: SmallNetwork) {
    var bytes = marked(network, version: 2, groupSize: Int32(groupSize))
    var rounded = network
    for tensor in norms(network) { bytes += littleEndian(network[tensor]) }
    for tensor in matrices(network) {
      var (codes, scales, values): ([Int8], [Float], [Float]) = ([], [], [])
      for start in stride(from: 0, to: network[tensor].count, by: groupSize) {
        let group = network[tensor][start..<start + groupSize]
        let scale = max(group.map(abs).max() ?? 0, 1e-3) / 127
        scales.append(scale)
        for weight in group {
          let code = (weight / scale).rounded()
          codes.append(Int8(code))
          values.append(code * scale)
        }
      }
      bytes += littleEndian(codes) + littleEndian(scales)
      rounded.weights[tensor] = values
    }
    return (bytes, rounded)
  }
}
