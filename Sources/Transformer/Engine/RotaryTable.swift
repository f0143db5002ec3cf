import Kernels

/// The cosines and sines by which pairs of queries and keys turn: pair i of a head at a position turns by
/// position * theta^(-2 i / headSize). Computed in double, rounded once.
struct RotaryTable: @unchecked Sendable {
  // Unchecked: written once, here.
  private let cosines, sines: AlignedBuffer<Float>
  private let pairs: Int

  /// - Parameter positions: how many there are, from the first on.
  init(_ configuration: TransformerConfiguration, positions: Int) {
    pairs = configuration.headSize / 2
    cosines = AlignedBuffer(count: positions * pairs)
    sines = AlignedBuffer(count: positions * pairs)
    let logarithm = logarithm(configuration.ropeTheta)
    for pair in 0..<pairs {
      let frequency = exponential(-Double(2 * pair) / Double(configuration.headSize) * logarithm)
      for position in 0..<positions {
        let (cosine, sine) = rotation(by: Double(position) * frequency)
        cosines.pointer[position * pairs + pair] = Float(cosine)
        sines.pointer[position * pairs + pair] = Float(sine)
      }
    }
  }

  /// Turns all heads of a query or a key.
  func turn(_ x: UnsafeMutablePointer<Float>, heads: Int, position: Int, kernels: Kernels) {
    kernels.rotatePairs(
      heads: heads, pairs: pairs, cosine: cosines.pointer + position * pairs, sine: sines.pointer + position * pairs,
      x: x)
  }
}
