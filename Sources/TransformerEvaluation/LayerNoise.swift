import Kernels
import Transformer

/// How far what reaches each group of matrices is from what reaches it in float32, as signal over noise, when both networks
/// read the same tokens from the start: what all layers before have added up to. What conversion folded into matrices is taken
/// out of their rows first.
public struct LayerNoise: Sendable, Equatable {
  /// A group, and its figures.
  public struct Place: Sendable, Equatable {
    /// The first tensor of the group.
    public let tensor: TransformerTensor
    /// 10 log10 of the sum of squares over the sum of squared differences; infinite where nothing differs.
    public let decibels: Double
    /// The channel of the largest magnitude in float32, its magnitude, and that of all values' root mean square: a
    /// massive activation has many times the latter.
    public let channel: Int
    public let largest, rootMeanSquare: Float
  }

  /// In the network's order.
  public let places: [Place]

  /// Reads one window with both.
  public init(_ first: TransformerEngine, _ second: TransformerEngine, window: [Int32]) {
    let tokens = window.prefix(TransformerEngine.blockTokens)
    var kept: [TransformerTensor: [Float]] = [:]
    first.observer = { kept[$0] = (kept[$0] ?? []) + Array($1) }
    first.read(tokens, into: first.cache(capacity: tokens.count), afterEach: true) { _, _ in }
    first.observer = nil
    var noise: [TransformerTensor: Double] = [:]
    var seen: [TransformerTensor: Int] = [:]
    second.observer = { tensor, rows in
      let begin = seen[tensor] ?? 0
      seen[tensor] = begin + rows.count
      guard let signal = kept[tensor] else { return }
      let rows = second.weights.unfolded(rows, of: tensor, as: first.weights)
      noise[tensor, default: 0] += rows.indices.reduce(0.0) { sum, index in
        let difference = Double(rows[index]) - Double(signal[begin + index])
        return sum + difference * difference
      }
    }
    second.read(tokens, into: second.cache(capacity: tokens.count), afterEach: true) { _, _ in }
    second.observer = nil
    let groups = TransformerTensor.groups(first.configuration).map { group in
      group[0] == .embedding ? TransformerTensor.classifier : group[0]
    }
    places = groups.map { Self.place($0, kept[$0] ?? [], noise: noise[$0] ?? 0, count: tokens.count) }
  }

  private static func place(_ tensor: TransformerTensor, _ signal: [Float], noise: Double, count: Int) -> Place {
    let width = max(signal.count / max(count, 1), 1)
    let power = signal.reduce(0.0) { $0 + Double($1) * Double($1) }
    let most = signal.indices.max { abs(signal[$0]) < abs(signal[$1]) } ?? 0
    return Place(
      tensor: tensor, decibels: noise == 0 ? .infinity : 10 * decimalLogarithm(power / noise), channel: most % width,
      largest: signal.isEmpty ? 0 : abs(signal[most]),
      rootMeanSquare: Float((power / Double(max(signal.count, 1))).squareRoot()))
  }

  private static func decimalLogarithm(_ x: Double) -> Double {
    guard x > 0 else { return -.infinity }
    return (x >= 1 ? logarithm(x) : -logarithm(1 / x)) / logarithm(10)
  }
}
