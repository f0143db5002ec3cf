import Kernels
import Transformer

/// How two networks differ on texts: what float32 says, and what its twin in integers says of the same tokens.
///
/// Each window is read by itself; every token but its first is predicted by those before it. Of each prediction are kept:
/// the loss of both (-log p of the token that came, natural logarithm), the divergence of the second from the first, whether
/// both would choose the same token, and how far the token's probability moved.
public struct TextComparison: Sendable, Equatable {
  /// A prediction where both would choose another token.
  public struct Flip: Sendable, Equatable, Codable {
    /// The window, and the place in it of the token that is predicted.
    public var window, position: Int
    /// What each would choose.
    public var first, second: Int32
    /// The first's logit of its own choice above the second's, by the first network's logits: how near it was.
    public var margin: Float
  }

  /// Windows read.
  public let windows: Int
  /// Tokens predicted.
  public var predictions: Int { firstLosses.count }
  /// By prediction.
  public private(set) var firstLosses: [Double] = []
  /// By prediction.
  public private(set) var secondLosses: [Double] = []
  /// Sum of p log (p / q), by prediction.
  public private(set) var divergences: [Double] = []
  /// q - p of the token that came, by prediction.
  public private(set) var changes: [Double] = []
  /// Where the choices differ, in order.
  public private(set) var flips: [Flip] = []

  /// Reads all windows with both networks.
  /// - Parameters:
  ///   - windows: tokens, no window longer than either context.
  ///   - progress: called with the windows read so far.
  public init(
    _ first: TransformerEngine, _ second: TransformerEngine, windows: [[Int32]], compute: Compute,
    progress: (Int) -> Void = { _ in }
  ) {
    self.windows = windows.count
    for (index, window) in windows.enumerated() where window.count > 1 {
      read(window, index, first, second, compute)
      progress(index + 1)
    }
  }

  private mutating func read(
    _ window: [Int32], _ index: Int, _ first: TransformerEngine, _ second: TransformerEngine, _ compute: Compute
  ) {
    let read = window.count - 1
    let caches = (first.cache(capacity: read), second.cache(capacity: read))
    // As many rows of logits as a block has: a vocabulary of 50,000 makes 25 MB of them.
    for begin in stride(from: 0, to: read, by: TransformerEngine.blockTokens) {
      let block = Array(window[begin..<min(begin + TransformerEngine.blockTokens, read)])
      let (left, right) = (Self.logits(first, block, caches.0), Self.logits(second, block, caches.1))
      let found = Self.compare(left, right, next: Array(window[begin + 1...begin + block.count]), compute)
      for (offset, prediction) in found.enumerated() {
        firstLosses.append(prediction.firstLoss)
        secondLosses.append(prediction.secondLoss)
        divergences.append(prediction.divergence)
        changes.append(exp(prediction.secondLoss) - exp(prediction.firstLoss))
        guard prediction.first != prediction.second else { continue }
        flips.append(
          Flip(
            window: index, position: begin + offset + 1, first: Int32(prediction.first),
            second: Int32(prediction.second), margin: prediction.margin))
      }
    }
  }

  /// exp(-x).
  private func exp(_ loss: Double) -> Double { exponential(-max(loss, 0)) }

  private static func logits(_ engine: TransformerEngine, _ tokens: [Int32], _ cache: KeyValueCache) -> [[Float]] {
    var rows: [[Float]] = []
    engine.read(tokens, into: cache, afterEach: true) { rows.append(Array($1)) }
    return rows
  }

  /// What is kept of a prediction.
  struct Prediction: Sendable {
    var firstLoss, secondLoss, divergence: Double
    var first, second: Int
    var margin: Float

    /// Two rows of logits, and the token that came.
    init(_ a: [Float], _ b: [Float], next: Int) {
      let (left, right) = (LogSoftmax(a), LogSoftmax(b))
      (firstLoss, secondLoss) = (-left[next], -right[next])
      divergence = a.indices.reduce(0.0) { $0 + exponential(left[$1]) * (left[$1] - right[$1]) }
      (first, second) = (left.best, right.best)
      margin = a[first] - a[second]
    }
  }

  private static func compare(
    _ left: [[Float]], _ right: [[Float]], next: [Int32], _ compute: Compute
  ) -> [Prediction] {
    [Prediction](unsafeUninitializedCapacity: next.count) { results, count in
      // Unchecked: each shard writes a place of its own.
      nonisolated(unsafe) let places = results
      compute.pool.forEach(next.count) { row in
        places.initializeElement(at: row, to: Prediction(left[row], right[row], next: Int(next[row])))
      }
      count = next.count
    }
  }
}

/// A row of logits as logarithms of probabilities, in double.
struct LogSoftmax {
  private let logits: [Float]
  private let offset: Double
  /// The token of the largest logit, the first of equals.
  let best: Int

  init(_ logits: [Float]) {
    self.logits = logits
    var best = 0
    for index in logits.indices where logits[index] > logits[best] { best = index }
    self.best = best
    let most = Double(logits[best])
    offset = most + logarithm(logits.reduce(0.0) { $0 + exponential(Double($1) - most) })
  }

  subscript(token: Int) -> Double { min(Double(logits[token]) - offset, 0) }
}
