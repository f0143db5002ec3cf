import Classifying
import Files
import Layers
import Networks
import QuantizedLayers
import Tensors

/// What each layer costs when it alone is int8 and all others are float: the content of `sensitivity.json`, the same for
/// the same inputs on every machine.
///
/// The float network and the float layers beside the int8 one compute alike, bit for bit, so that every difference is
/// int8's.
public struct Sensitivity: Sendable, Equatable, Encodable {
  /// One layer's cost.
  public struct Layer: Sendable, Equatable, Encodable {
    /// The layer that is int8.
    public let name: String
    /// The share of images classified correctly, 0 to 1.
    public let accuracy: Double
    /// The share of images to which float and this network give the same class.
    public let agreement: Double
    /// Signal to quantization noise of the network's scores over all images, in decibels; infinite where none differs.
    public let sqnr: Double
  }

  /// `mnist`, or `synthetic-digits`.
  public let dataset: String
  /// The number of test images.
  public let images: Int
  /// The network.
  public let network: Network
  /// The float network's share of images classified correctly, 0 to 1.
  public let float32: Double
  /// The layers, the one that costs most first: by accuracy, then by agreement, then by SQNR, then by name.
  public let layers: [Layer]

  /// Evaluates the float network, and for each layer the one in which that layer is int8.
  /// - Parameters:
  ///   - names: the layers.
  ///   - float: the float network; its convolutions are direct, as those of an int8 engine's float layers.
  ///   - progress: told how many images of how many are done, over all networks.
  ///   - int8: makes the engine in which one layer is int8; called for each name in order, one at a time.
  /// - Throws: `EvaluationError` when networks and images do not fit, and what `int8` throws.
  public init(
    of names: [String], float: FloatEngine, on images: ImageSet, dataset: String,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }, int8: (String) throws -> QuantizedEngine
  ) throws {
    try FloatInt8Comparison.check(float.network, float.network, images)
    let total = (names.count + 1) * images.count
    let exact = Classification(of: images, by: float) { done, _ in progress(done, total) }
    let scores = float.network.layerNames.last ?? Network.inputName
    let layers = try names.enumerated().map { index, name in
      let engine = try int8(name)
      try FloatInt8Comparison.check(float.network, engine.network, images)
      let quantized = Classification(of: images, by: engine) { done, _ in
        progress((index + 1) * images.count + done, total)
      }
      let error = LayerError.measure([scores], float: float, quantized: engine, on: images)[0]
      return Layer(
        name: name, accuracy: quantized.accuracy, agreement: exact.sameClassShare(with: quantized), sqnr: error.sqnr)
    }
    self.dataset = dataset
    self.images = images.count
    network = float.network
    float32 = exact.accuracy
    self.layers = layers.sorted {
      ($0.accuracy, $0.agreement, $0.sqnr, $0.name) < ($1.accuracy, $1.agreement, $1.sqnr, $1.name)
    }
  }

  /// Readable JSON with sorted keys; an infinite ratio is `"inf"`.
  public func json() throws -> [UInt8] { try ReadableJSON.encode(self, special: .spelt) }
}
