/// How the terms of a product's sums lie in memory.
package enum TermOrder: Sendable {
  /// Every output sums all terms: for each run of inputs that lie side by side, where they stand in a row of the weight.
  case runs([[Int]])
  /// Each output sums terms of its own channel, of so many pixels, in the order of the weight: a depthwise convolution.
  case ownChannel(taps: Int)
}
