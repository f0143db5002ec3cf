import Foundation

/// How much of some numbers is left in what quantization made of them.
public struct QuantizationNoise: Sendable, Equatable {
  /// The sum of squares of the exact numbers.
  public private(set) var signal = 0.0
  /// The sum of squared errors.
  public private(set) var noise = 0.0

  /// Nothing compared yet.
  public init() {}

  /// Takes in some exact numbers and what stands for them.
  /// - Precondition: they are as many.
  public mutating func add(_ exact: [Float], _ quantized: [Float]) {
    precondition(exact.count == quantized.count, "numbers are compared one to one")
    for (x, y) in zip(exact, quantized) {
      let error = Double(y) - Double(x)
      signal += Double(x) * Double(x)
      noise += error * error
    }
  }

  /// The signal-to-quantization-noise ratio, 10 log10(sum x^2 / sum (x - x')^2), in decibels; infinite when equal.
  public var sqnr: Double { noise == 0 ? .infinity : 10 * log10(signal / noise) }
}
