/// The least and the greatest value ever seen (PyTorch's MinMaxObserver). The order of batches does not matter.
public struct MinMaxObserver: Observer {
  /// The extremes so far.
  public private(set) var observed = ObservedRange.empty

  /// An observer that has seen nothing.
  public init() {}

  /// Widens the range to the batch's extremes.
  public mutating func observe(_ values: ArraySlice<Float>) throws(QuantizationError) {
    let batch = try ObservedRange(of: values)
    observed.low = min(observed.low, batch.low)
    observed.high = max(observed.high, batch.high)
  }
}
