import Kernels
import Tensors
import Transformer

/// A small network of random weights, and what it computes, in double and by the formulas as they are written.
struct TinyNetwork {
  let configuration: TransformerConfiguration
  let tensors: [TransformerTensor: [Float]]

  init(
    heads: Int = 4, keyValueHeads: Int = 2, headSize: Int = 6, inner: Int = 37, layers: Int = 2, vocabulary: Int = 43,
    context: Int = 300, isTied: Bool = false, seed: UInt64 = 5
  ) throws {
    configuration = try TransformerConfiguration(
      hiddenSize: heads * headSize, intermediateSize: inner, layers: layers, heads: heads, keyValueHeads: keyValueHeads,
      vocabularySize: vocabulary, contextLength: context, isTied: isTied)
    var random = SeededGenerator(seed: seed)
    var tensors: [TransformerTensor: [Float]] = [:]
    for tensor in TransformerTensor.all(configuration) {
      let shape = tensor.shape(configuration)
      let spread = tensor.isMatrix ? 1.6 / Float(shape[1]).squareRoot() : 0.3
      let middle: Float = tensor.isMatrix ? 0 : 1
      tensors[tensor] = (0..<shape.count).map { _ in
        middle + Float.random(in: -spread...spread, using: &random) * (tensor == .embedding ? 3 : 1)
      }
    }
    self.tensors = tensors
  }

  func values(_ tensor: TransformerTensor) -> [Float] { tensors[tensor] ?? [] }

  var weights: TransformerWeights { TransformerWeights(configuration, float: values) }

  /// Tokens without a pattern.
  func tokens(_ count: Int, seed: UInt64 = 9) -> [Int32] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Int32.random(in: 0..<Int32(configuration.vocabularySize), using: &random) }
  }

  /// The logits after each token, in double.
  func reference(_ tokens: [Int32]) -> [[Double]] {
    let c = configuration
    var keys = [[[Double]]](repeating: [], count: c.layers), values = keys
    return tokens.enumerated().map { position, token in
      var x = rows(.embedding)[Int(token)]
      for layer in 0..<c.layers {
        let h = norm(x, .attentionNorm(layer))
        let q = turned(apply(.query(layer), h), position)
        keys[layer].append(turned(apply(.key(layer), h), position))
        values[layer].append(apply(.value(layer), h))
        x = sum(x, apply(.attentionOutput(layer), attended(q, keys[layer], values[layer])))
        let f = norm(x, .feedForwardNorm(layer))
        let gated = zip(apply(.gate(layer), f), apply(.up(layer), f)).map { $0 * logistic($0) * $1 }
        x = sum(x, apply(.down(layer), gated))
      }
      return apply(c.isTied ? .embedding : .classifier, norm(x, .norm))
    }
  }

  private func logistic(_ x: Double) -> Double {
    x >= 0 ? 1 / (1 + exponential(-x)) : exponential(x) / (1 + exponential(x))
  }

  private func rows(_ tensor: TransformerTensor) -> [[Double]] {
    let (all, width) = (values(tensor), tensor.shape(configuration)[1])
    return stride(from: 0, to: all.count, by: width).map { all[$0..<$0 + width].map(Double.init) }
  }

  private func apply(_ tensor: TransformerTensor, _ x: [Double]) -> [Double] {
    rows(tensor).map { row in zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  private func norm(_ x: [Double], _ tensor: TransformerTensor) -> [Double] {
    let mean = x.reduce(0) { $0 + $1 * $1 } / Double(x.count)
    return zip(x, values(tensor)).map { $0 / (mean + 1e-5).squareRoot() * Double($1) }
  }

  private func sum(_ x: [Double], _ y: [Double]) -> [Double] { zip(x, y).map { $0 + $1 } }

  private func turned(_ x: [Double], _ position: Int) -> [Double] {
    let size = configuration.headSize
    return x.indices.map { index in
      let pair = index % size / 2
      let frequency = exponential(-Double(2 * pair) / Double(size) * logarithm(configuration.ropeTheta))
      let (cosine, sine) = rotation(by: Double(position) * frequency)
      return index % 2 == 0 ? x[index] * cosine - x[index + 1] * sine : x[index - 1] * sine + x[index] * cosine
    }
  }

  private func attended(_ q: [Double], _ keys: [[Double]], _ values: [[Double]]) -> [Double] {
    let (size, group) = (configuration.headSize, configuration.heads / configuration.keyValueHeads)
    return (0..<configuration.heads).flatMap { head -> [Double] in
      let shared = head / group * size
      let scores = keys.map { key in
        (0..<size).reduce(0.0) { $0 + q[head * size + $1] * key[shared + $1] } / Double(size).squareRoot()
      }
      let powers = scores.map { exponential($0 - (scores.max() ?? 0)) }
      let total = powers.reduce(0, +)
      return (0..<size).map { index in
        zip(powers, values).reduce(0.0) { $0 + $1.0 / total * $1.1[shared + index] }
      }
    }
  }
}

/// All logits of some tokens, read in chunks.
func logits(
  _ engine: TransformerEngine, _ tokens: [Int32], chunk: Int, cache: KeyValueCache? = nil
) -> [[Float]] {
  let cache = cache ?? engine.cache()
  var all: [[Float]] = []
  for begin in stride(from: 0, to: tokens.count, by: chunk) {
    engine.read(tokens[begin..<min(begin + chunk, tokens.count)], into: cache, afterEach: true) {
      all.append(Array($1))
    }
  }
  return all
}
