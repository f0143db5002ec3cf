import Kernels

/// Reads tokens with a network of Llama's architecture and says what may come next.
///
/// Matrices are multiplied as their products have it, in integers or in float32; norms, rotations, attention, the gated unit
/// and the residual stream are float32. A token's logits are the same, bit for bit, on every instruction set, with any number
/// of threads, and whether the tokens before it were read one at a time or many at once.
public final class TransformerEngine: @unchecked Sendable {
  // Unchecked: scratch memory is used by one call at a time.

  /// Tokens that go through a layer together; longer texts are cut.
  package static let blockTokens = 128

  /// The network's sizes.
  public var configuration: TransformerConfiguration { weights.configuration }
  package let weights: TransformerWeights
  private let compute: Compute
  private var tables: Tables
  /// Turns heads where the cache keeps them turned.
  private let rotation: HadamardRotation?
  private let buffers: Buffers
  /// Sees what each matrix's rows are before they are multiplied.
  package var observer: ((TransformerTensor, UnsafeBufferPointer<Float>) -> Void)?

  /// What belongs to positions: for the longest cache so far, not for the context that a file speaks of.
  private struct Tables {
    /// Positions that there are always.
    static let least = 256
    let positions: Int
    let rotary: RotaryTable
    let attention: Attention

    init(_ configuration: TransformerConfiguration, positions: Int) {
      self.positions = positions
      rotary = RotaryTable(configuration, positions: positions)
      attention = Attention(configuration, positions: positions)
    }
  }

  /// Activations of a block.
  private struct Buffers: @unchecked Sendable {
    // Unchecked: shards write rows of their own.

    let stream, normed, query, key, value, heads, gate, up: AlignedBuffer<Float>

    init(_ c: TransformerConfiguration) {
      func rows(_ size: Int) -> AlignedBuffer<Float> { AlignedBuffer(count: TransformerEngine.blockTokens * size) }
      (stream, normed, query, heads) = (
        rows(c.hiddenSize), rows(c.hiddenSize), rows(c.hiddenSize), rows(c.hiddenSize)
      )
      (key, value) = (rows(c.keyValueSize), rows(c.keyValueSize))
      (gate, up) = (rows(c.intermediateSize), rows(c.intermediateSize))
    }
  }

  /// An engine with the given weights.
  public init(_ weights: TransformerWeights, compute: Compute) {
    self.weights = weights
    self.compute = compute
    tables = Tables(weights.configuration, positions: min(Tables.least, weights.configuration.contextLength))
    rotation =
      weights.keyValuePrecision == .int8Rotated ? HadamardRotation(size: weights.configuration.headSize) : nil
    buffers = Buffers(weights.configuration)
  }

  /// An empty cache that holds as many tokens as the network's context, or as asked, in the weights' precision.
  public func cache(capacity: Int? = nil) -> KeyValueCache {
    KeyValueCache(
      configuration, capacity: capacity ?? configuration.contextLength, precision: weights.keyValuePrecision)
  }

  /// Reads tokens that follow those of the cache.
  /// - Parameters:
  ///   - logits: is given each token's place among the tokens, and the logits of what may follow it; where only the last
  ///     matters, `afterEach` is false.
  /// - Precondition: every token is one of the vocabulary, and the cache has room and is one of this engine's.
  public func read(
    _ tokens: some RandomAccessCollection<Int32>, into cache: KeyValueCache, afterEach: Bool,
    _ logits: (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) rethrows {
    precondition(
      cache.count + tokens.count <= cache.capacity, "\(tokens.count) tokens after \(cache.count) of \(cache.capacity)")
    if cache.capacity > tables.positions { tables = Tables(configuration, positions: cache.capacity) }
    precondition(cache.precision == weights.keyValuePrecision, "a cache in \(cache.precision)")
    let tokens = Array(tokens)
    for begin in stride(from: 0, to: tokens.count, by: Self.blockTokens) {
      let block = tokens[begin..<min(begin + Self.blockTokens, tokens.count)]
      run(block, cache)
      let isLast = block.endIndex == tokens.endIndex
      guard afterEach || isLast else { continue }
      try classify(afterEach ? 0..<block.count : block.count - 1..<block.count) { try logits(begin + $0, $1) }
    }
  }

  /// The logits of what may follow the last of some tokens.
  /// - Precondition: as above, and there is a token.
  public func logits(after tokens: some RandomAccessCollection<Int32>, into cache: KeyValueCache) -> [Float] {
    precondition(!tokens.isEmpty, "logits after no token")
    var last: [Float] = []
    read(tokens, into: cache, afterEach: false) { last = Array($1) }
    return last
  }

  /// Takes a block through all layers.
  private func run(_ tokens: ArraySlice<Int32>, _ cache: KeyValueCache) {
    let hidden = configuration.hiddenSize
    for (row, token) in tokens.enumerated() {
      precondition(0..<configuration.vocabularySize ~= Int(token), "token \(token) is not in the vocabulary")
      weights.embedding.copy(Int(token), to: buffers.stream.pointer + row * hidden)
    }
    for (index, layer) in weights.layers.enumerated() {
      attend(layer, index, tokens.count, cache)
      feedForward(layer, index, tokens.count)
    }
    cache.count += tokens.count
  }

  private func attend(_ layer: TransformerWeights.Layer, _ index: Int, _ count: Int, _ cache: KeyValueCache) {
    let (b, first) = (buffers, cache.count)
    normalize(layer.attentionNorm, count)
    product(layer.attentionInput, .query(index), b.normed, count, [b.query, b.key, b.value])
    compute.forEachShard(of: count) {
      [configuration, rotary = tables.rotary, rotation, kernels = compute.kernels] rows in
      for row in rows {
        let (query, key, value) = (
          b.query.pointer + row * configuration.hiddenSize, b.key.pointer + row * configuration.keyValueSize,
          b.value.pointer + row * configuration.keyValueSize
        )
        rotary.turn(query, heads: configuration.heads, position: first + row, kernels: kernels)
        rotary.turn(key, heads: configuration.keyValueHeads, position: first + row, kernels: kernels)
        rotation?.turn(query, count: configuration.heads)
        rotation?.turn(key, count: configuration.keyValueHeads)
        rotation?.turn(value, count: configuration.keyValueHeads)
      }
      let start = rows.lowerBound * configuration.keyValueSize
      cache.store(
        layer: index, positions: first + rows.lowerBound..<first + rows.upperBound, keys: b.key.pointer + start,
        values: b.value.pointer + start, kernels: kernels)
    }
    tables.attention.run(
      layer: index, cache: cache, first: first, count: count, queries: b.query.pointer, output: b.heads.pointer,
      compute: compute)
    if let rotation {
      compute.forEachShard(of: count) { [configuration] rows in
        let first = b.heads.pointer + rows.lowerBound * configuration.hiddenSize
        rotation.turn(first, count: rows.count * configuration.heads)
      }
    }
    product(layer.attentionOutput, .attentionOutput(index), b.heads, count, [b.normed])
    add(count)
  }

  private func feedForward(_ layer: TransformerWeights.Layer, _ index: Int, _ count: Int) {
    let b = buffers
    normalize(layer.feedForwardNorm, count)
    product(layer.feedForwardInput, .gate(index), b.normed, count, [b.gate, b.up])
    let size = configuration.intermediateSize
    compute.forEachShard(of: count) { [kernels = compute.kernels] rows in
      let gate = b.gate.pointer + rows.lowerBound * size
      kernels.siluMultiply(count: rows.count * size, gate: gate, up: b.up.pointer + rows.lowerBound * size, y: gate)
    }
    product(layer.feedForwardOutput, .down(index), b.gate, count, [b.normed])
    add(count)
  }

  /// The logits of some rows of the block, a few at a time.
  private func classify(_ rows: Range<Int>, _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void) rethrows {
    let (hidden, vocabulary) = (configuration.hiddenSize, configuration.vocabularySize)
    compute.kernels.rmsNorm(
      m: rows.count, n: hidden, x: buffers.stream.pointer + rows.lowerBound * hidden, weight: weights.norm,
      epsilon: configuration.normEpsilon, y: buffers.normed.pointer)
    let step = 16
    let logits = AlignedBuffer<Float>(count: min(step, rows.count) * vocabulary)
    for begin in stride(from: 0, to: rows.count, by: step) {
      let count = min(step, rows.count - begin)
      let x = buffers.normed.pointer + begin * hidden
      observer?(.classifier, UnsafeBufferPointer(start: x, count: count * hidden))
      weights.classifier.run(x, count: count, into: [logits.pointer], compute: compute)
      for row in 0..<count {
        try body(
          rows.lowerBound + begin + row,
          UnsafeBufferPointer(start: logits.pointer + row * vocabulary, count: vocabulary))
      }
    }
  }

  private func normalize(_ weight: [Float], _ count: Int) {
    let (b, size) = (buffers, configuration.hiddenSize)
    compute.forEachShard(of: count) { [epsilon = configuration.normEpsilon, kernels = compute.kernels] rows in
      kernels.rmsNorm(
        m: rows.count, n: size, x: b.stream.pointer + rows.lowerBound * size, weight: weight, epsilon: epsilon,
        y: b.normed.pointer + rows.lowerBound * size)
    }
  }

  private func product(
    _ product: any RowsProduct, _ tensor: TransformerTensor, _ x: AlignedBuffer<Float>, _ count: Int,
    _ y: [AlignedBuffer<Float>]
  ) {
    observer?(tensor, UnsafeBufferPointer(start: x.pointer, count: count * product.inner))
    product.run(x.pointer, count: count, into: y.map(\.pointer), compute: compute)
  }

  /// Adds what a layer's half made to the residual stream.
  private func add(_ count: Int) {
    let (b, size) = (buffers, configuration.hiddenSize)
    compute.forEachShard(of: count) { rows in
      let (stream, change) = (b.stream.pointer, b.normed.pointer)
      for index in rows.lowerBound * size..<rows.upperBound * size { stream[index] += change[index] }
    }
  }
}
