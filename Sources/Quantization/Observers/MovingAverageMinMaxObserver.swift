/// A moving average of each batch's extremes (PyTorch's MovingAverageMinMaxObserver): the first batch is taken as it
/// is, then `m = m + c * (batch - m)` in f32, each operation rounded once.
///
/// The result depends on the batch size and on the order of batches; the scheme fixes both.
public struct MovingAverageMinMaxObserver: Observer {
  /// The average so far.
  public private(set) var observed = ObservedRange.empty
  /// The weight of a new batch.
  public let averagingConstant: Float

  /// An observer that has seen nothing. PyTorch's constant is 0.01.
  public init(averagingConstant: Float = 0.01) { self.averagingConstant = averagingConstant }

  /// Moves the range towards the batch's extremes.
  public mutating func observe(_ values: ArraySlice<Float>) throws(QuantizationError) {
    guard !values.isEmpty else { return }
    let batch = try ObservedRange(of: values)
    guard observed != .empty else {
      observed = batch
      return
    }
    let lowStep = averagingConstant * (batch.low - observed.low)
    let highStep = averagingConstant * (batch.high - observed.high)
    observed.low += lowStep
    observed.high += highStep
  }
}
