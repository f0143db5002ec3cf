import Foundation

/// Where an evaluation stands after a batch: the float model goes first, then int8.
public struct EvaluationProgress: Sendable, Equatable {
  /// The model at work: `float32`, `int8`.
  public let model: String
  /// Images that it has classified.
  public let done: Int
  /// Images that it will.
  public let total: Int
  /// The share of the float model's images so far that it classified correctly, 0 to 1.
  public let float32: Double
  /// Likewise int8's; nil before its turn.
  public let int8: Double?

  /// `float32 98.49 %, int8 98.50 %`.
  public var headline: String {
    String(format: "float32 %.2f %%", 100 * float32) + (int8.map { String(format: ", int8 %.2f %%", 100 * $0) } ?? "")
  }

  /// The float model after some images, `right` of them classified correctly.
  init(float32 right: Int, of done: Int, total: Int) {
    model = "float32"
    (self.done, self.total) = (done, total)
    float32 = Double(right) / Double(done)
    int8 = nil
  }

  /// int8 after some images, the float model's accuracy being known.
  init(int8 right: Int, of done: Int, total: Int, float32: Double) {
    model = "int8"
    (self.done, self.total) = (done, total)
    self.float32 = float32
    int8 = Double(right) / Double(done)
  }
}
