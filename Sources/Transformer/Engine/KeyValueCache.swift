import Kernels

/// The keys and values of the tokens that were read so far: what a sequence leaves to its next token.
///
/// Keys lie as the scores read them, in panels of 16 positions, [head][panel][value][position in panel]; values as
/// their sums do, [head][position][value].
public final class KeyValueCache: @unchecked Sendable {
  // Unchecked: written by the engine that was given it, by one at a time; its shards write positions of their own.

  /// Tokens that it holds.
  public internal(set) var count = 0
  /// Tokens that it can hold.
  public let capacity: Int
  /// How it keeps them.
  public let precision: KeyValuePrecision
  private let layers: [Layer]
  private let configuration: TransformerConfiguration

  /// A layer's keys and values.
  private enum Layer {
    case float(keys: AlignedBuffer<Float>, values: AlignedBuffer<Float>)
    case int8(Int8Layer)
  }

  /// In bytes; scales lie [head][position].
  private struct Int8Layer {
    let keys, values: AlignedBuffer<Int8>
    let keyScales, valueScales: AlignedBuffer<Float>
  }

  /// An empty cache.
  /// - Parameter capacity: the longest sequence, at most the network's context.
  public init(_ configuration: TransformerConfiguration, capacity: Int, precision: KeyValuePrecision = .float32) {
    precondition(
      1...configuration.contextLength ~= capacity,
      "a cache of \(capacity) tokens where the context has \(configuration.contextLength)")
    (self.configuration, self.capacity, self.precision) = (configuration, capacity, precision)
    let positions = PackedWeights.panels(capacity) * Kernels.panel
    let (size, scales) = (positions * configuration.keyValueSize, positions * configuration.keyValueHeads)
    layers = (0..<configuration.layers).map { _ in
      switch precision {
      case .float32: .float(keys: AlignedBuffer(count: size), values: AlignedBuffer(count: size))
      case .int8, .int8Rotated:
        .int8(
          Int8Layer(
            keys: AlignedBuffer(count: size), values: AlignedBuffer(count: size),
            keyScales: AlignedBuffer(count: scales), valueScales: AlignedBuffer(count: scales)))
      }
    }
  }

  /// Another cache with the same content: a sequence that can go on in two ways.
  public func copy() -> KeyValueCache {
    let other = KeyValueCache(configuration, capacity: capacity, precision: precision)
    other.count = count
    for (from, to) in zip(layers, other.layers) {
      switch (from, to) {
      case (.float(let keys, let values), .float(let otherKeys, let otherValues)):
        _ = otherKeys.buffer.update(fromContentsOf: keys.buffer)
        _ = otherValues.buffer.update(fromContentsOf: values.buffer)
      case (.int8(let from), .int8(let to)):
        _ = to.keys.buffer.update(fromContentsOf: from.keys.buffer)
        _ = to.values.buffer.update(fromContentsOf: from.values.buffer)
        _ = to.keyScales.buffer.update(fromContentsOf: from.keyScales.buffer)
        _ = to.valueScales.buffer.update(fromContentsOf: from.valueScales.buffer)
      default: preconditionFailure("caches of one precision")
      }
    }
    return other
  }

  /// Forgets all tokens but the first ones.
  public func truncate(to count: Int) {
    precondition(0...self.count ~= count, "a cache of \(self.count) tokens has no first \(count)")
    self.count = count
  }

  /// Bytes of keys and values that a position takes.
  public var bytesPerToken: Int {
    let (values, heads) = (2 * configuration.keyValueSize * configuration.layers, 2 * configuration.keyValueHeads)
    return precision == .float32 ? 4 * values : values + 4 * heads * configuration.layers
  }

  /// Positions, filled up to whole panels.
  private var paddedCapacity: Int { PackedWeights.panels(capacity) * Kernels.panel }

  /// Stores the keys and values of neighbouring positions, a row each, which have been turned where the precision asks for it.
  func store(
    layer: Int, positions: Range<Int>, keys: UnsafePointer<Float>, values: UnsafePointer<Float>, kernels: Kernels
  ) {
    let size = configuration.keyValueSize
    switch layers[layer] {
    case .float(let keyPanels, let valueRows):
      storeKeys(keys, positions, to: keyPanels.pointer, kernels: kernels)
      for (row, position) in positions.enumerated() {
        place(values + row * size, position, inRowsOf: valueRows.pointer)
      }
    case .int8(let layer):
      for (row, position) in positions.enumerated() {
        store(position, key: keys + row * size, value: values + row * size, in: layer, kernels: kernels)
      }
    }
  }

  /// Stores keys, as many positions of a panel at once as there are.
  private func storeKeys(
    _ keys: UnsafePointer<Float>, _ positions: Range<Int>, to panels: UnsafeMutablePointer<Float>, kernels: Kernels
  ) {
    let (size, width, stride) = (configuration.headSize, Kernels.panel, configuration.keyValueSize)
    var position = positions.lowerBound
    while position < positions.upperBound {
      let count = min(width - position % width, positions.upperBound - position)
      let rows = keys + (position - positions.lowerBound) * stride
      for head in 0..<configuration.keyValueHeads {
        kernels.transpose(
          rows: count, columns: size, x: rows + head * size, stride: stride,
          out: panels + (head * paddedCapacity + position / width * width) * size + position % width, outStride: width)
      }
      position += count
    }
  }

  private func store(
    _ position: Int, key: UnsafePointer<Float>, value: UnsafePointer<Float>, in layer: Int8Layer, kernels: Kernels
  ) {
    let (size, width) = (configuration.headSize, Kernels.panel)
    quantized(key, kernels) { q, scales in
      for head in 0..<configuration.keyValueHeads {
        let place = layer.keys.pointer + (head * paddedCapacity + position / width * width) * size + position % width
        for index in 0..<size { place[index * width] = q[head * size + index] }
        layer.keyScales.pointer[head * paddedCapacity + position] = scales[head]
      }
    }
    quantized(value, kernels) { q, scales in
      place(q, position, inRowsOf: layer.values.pointer)
      for head in 0..<configuration.keyValueHeads {
        layer.valueScales.pointer[head * paddedCapacity + position] = scales[head]
      }
    }
  }

  private func place<Value>(
    _ row: UnsafePointer<Value>, _ position: Int, inRowsOf values: UnsafeMutablePointer<Value>
  ) {
    let size = configuration.headSize
    for head in 0..<configuration.keyValueHeads {
      (values + (head * paddedCapacity + position) * size).update(from: row + head * size, count: size)
    }
  }

  /// The heads of a row in bytes, each by its scale.
  private func quantized(
    _ row: UnsafePointer<Float>, _ kernels: Kernels, _ body: (UnsafePointer<Int8>, UnsafePointer<Float>) -> Void
  ) {
    let (count, heads) = (configuration.keyValueSize, configuration.keyValueHeads)
    withScratch(Int8.self, count: count) { q in
      withScratch(Float.self, count: heads) { scales in
        withScratch(Int32.self, count: heads) { sums in
          kernels.quantizeGroups(
            count: count, group: configuration.headSize, x: row, q: q, scales: scales, sums: sums)
          body(q, scales)
        }
      }
    }
  }

  /// Runs a body on a head's keys and values of the first positions, as real numbers, laid out as above.
  func withHead(
    _ head: Int, layer: Int, positions: Int, _ body: (UnsafePointer<Float>, UnsafePointer<Float>) -> Void
  ) {
    let (size, first) = (configuration.headSize, head * paddedCapacity)
    switch layers[layer] {
    case .float(let keys, let values): body(keys.pointer + first * size, values.pointer + first * size)
    case .int8(let layer):
      let (panels, width) = (PackedWeights.panels(positions), Kernels.panel)
      withScratch(Float.self, count: panels * width * size) { keys in
        withScratch(Float.self, count: positions * size) { values in
          for panel in 0..<panels {
            let (from, to) = (
              layer.keys.pointer + (first + panel * width) * size, keys + panel * width * size
            )
            let scales = layer.keyScales.pointer + first + panel * width
            for index in 0..<size {
              for lane in 0..<width { to[index * width + lane] = Float(from[index * width + lane]) * scales[lane] }
            }
          }
          for position in 0..<positions {
            let (from, to) = (layer.values.pointer + (first + position) * size, values + position * size)
            let scale = layer.valueScales.pointer[first + position]
            for index in 0..<size { to[index] = Float(from[index]) * scale }
          }
          body(keys, values)
        }
      }
    }
  }
}
