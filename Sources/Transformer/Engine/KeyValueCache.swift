import Kernels

/// The keys and values of the tokens that were read so far: what a sequence leaves to its next token.
///
/// Keys lie as the scores read them, in panels of 16 positions, [head][panel][value][position in panel]; values as
/// their sums do, [head][position][value].
public final class KeyValueCache: @unchecked Sendable {
  // Unchecked: written by the engine that was given it, by one at a time.

  /// Tokens that it holds.
  public internal(set) var count = 0
  /// Tokens that it can hold.
  public let capacity: Int
  let keys, values: [AlignedBuffer<Float>]
  private let configuration: TransformerConfiguration

  /// An empty cache.
  /// - Parameter capacity: the longest sequence, at most the network's context.
  public init(_ configuration: TransformerConfiguration, capacity: Int) {
    precondition(
      1...configuration.contextLength ~= capacity,
      "a cache of \(capacity) tokens where the context has \(configuration.contextLength)")
    self.configuration = configuration
    self.capacity = capacity
    let padded = PackedWeights.panels(capacity) * Kernels.panel
    let size = padded * configuration.keyValueSize
    keys = (0..<configuration.layers).map { _ in AlignedBuffer(count: size) }
    values = (0..<configuration.layers).map { _ in AlignedBuffer(count: size) }
  }

  /// Another cache with the same content: a sequence that can go on in two ways.
  public func copy() -> KeyValueCache {
    let other = KeyValueCache(configuration, capacity: capacity)
    other.count = count
    for layer in keys.indices {
      _ = other.keys[layer].buffer.update(fromContentsOf: keys[layer].buffer)
      _ = other.values[layer].buffer.update(fromContentsOf: values[layer].buffer)
    }
    return other
  }

  /// Forgets all tokens but the first ones.
  public func truncate(to count: Int) {
    precondition(0...self.count ~= count, "a cache of \(self.count) tokens has no first \(count)")
    self.count = count
  }

  /// Positions, filled up to whole panels.
  var paddedCapacity: Int { PackedWeights.panels(capacity) * Kernels.panel }

  /// Stores the key and the value of a position.
  func store(
    layer: Int, position: Int, key: UnsafePointer<Float>, value: UnsafePointer<Float>
  ) {
    let (size, width, padded) = (configuration.headSize, Kernels.panel, paddedCapacity)
    for head in 0..<configuration.keyValueHeads {
      let keys = keys[layer].pointer + (head * padded + position / width * width) * size + position % width
      let values = values[layer].pointer + (head * padded + position) * size
      for index in 0..<size {
        keys[index * width] = key[head * size + index]
        values[index] = value[head * size + index]
      }
    }
  }
}
