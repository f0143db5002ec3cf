import Layers
import Quantization
import Tensors

/// How far a layer's quantized output lies from the float one, over some images.
public struct LayerError: Sendable, Equatable {
  /// The layer, or `Network.inputName`.
  public let layer: String
  /// The signal-to-quantization-noise ratio in decibels; see `QuantizationNoise`.
  public let sqnr: Double
  /// The mean of x' - x: a bias shows here.
  public let meanError: Double
  /// The largest |x' - x|.
  public let maxError: Double

  /// Compares two engines' outputs for every tensor that is quantized anew.
  /// - Parameters:
  ///   - names: the tensors to compare; both engines' networks have them.
  ///   - images: fed to both in the same batches.
  public static func measure(
    _ names: [String], float: any InferenceEngine, quantized: any InferenceEngine, on images: ImageSet
  ) -> [LayerError] {
    LayerDifference.measure(names, first: float, second: quantized, on: images).map(\.error)
  }

  /// Compares two lists of values.
  /// - Precondition: they are as long as each other.
  init(layer: String, _ exact: [Float], _ quantized: [Float]) {
    var sums = Sums()
    sums.add(exact, quantized)
    self = sums.error(of: layer)
  }

  private init(layer: String, sqnr: Double, meanError: Double, maxError: Double) {
    (self.layer, self.sqnr, self.meanError, self.maxError) = (layer, sqnr, meanError, maxError)
  }

  /// What is added up over batches.
  struct Sums {
    private var noise = QuantizationNoise()
    private var difference = 0.0
    private var largest = 0.0
    private var count = 0

    /// Takes in a layer's values, and what stands for them.
    mutating func add(_ exact: [Float], _ quantized: [Float]) {
      noise.add(exact, quantized)
      for (x, y) in zip(exact, quantized) {
        let error = Double(y) - Double(x)
        difference += error
        // max alone would pass over a NaN.
        largest = error.isNaN ? .nan : max(largest, abs(error))
      }
      count += exact.count
    }

    /// What they come to.
    func error(of layer: String) -> LayerError {
      LayerError(
        layer: layer, sqnr: noise.sqnr, meanError: count == 0 ? 0 : difference / Double(count), maxError: largest)
    }
  }
}
