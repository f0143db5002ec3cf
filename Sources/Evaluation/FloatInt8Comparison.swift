import Classifying
import Files
import Layers
import Networks
import Quantization
import QuantizedLayers
import Tensors

/// How a float model and its int8 twin compare on a test set: everything but speed, and hence the same for the same
/// inputs on every machine. It is the content of `metrics.json`.
public struct FloatInt8Comparison: Sendable, Equatable, Codable {
  /// One model's figures.
  public struct Model: Sendable, Equatable, Codable {
    /// The share of images classified correctly, 0 to 1.
    public let accuracy: Double
    /// The checkpoint's size.
    public let bytes: Int
    /// `confusion[actual][predicted]` images, as `Classification` counts them.
    public let confusion: [[Int]]
    /// Bytes of each tensor of the checkpoint, by name; the file's header is the rest of `bytes`.
    public let tensorBytes: [String: Int]
    /// What one image asks of a machine.
    public let work: Work
  }

  /// One tensor's figures: the input's, or a quantized layer's output, and what made it.
  public struct Layer: Sendable, Equatable, Codable {
    /// The layer, or `quant`, the input. A table that changes nothing but a scale is one of int8 alone, and compared with
    /// the float layer whose values it rescales.
    public let name: String
    /// `conv2d`, `linear`; `input`; `rescale` for such a table.
    public let kind: String
    /// Signal to quantization noise in decibels; infinite where nothing differs.
    public let sqnr: Double
    /// The mean of int8's value minus float's.
    public let meanError: Double
    /// The largest magnitude of that difference.
    public let maxError: Double
    /// The float values that leave the layer, and how many int8 clips.
    public let output: Spread
    /// The float weight likewise; nil for the input.
    public let weight: Spread?
    /// The weight's own signal to quantization noise in decibels; nil for the input, infinite where it stays float.
    public let weightSQNR: Double?
    /// The largest magnitude that a sum can reach, by proof; nil for the input.
    public let accumulatorBound: Int64?
    /// The largest magnitude that two neighbouring products can reach, by proof.
    public let pairBound: Int64?
    /// How products are added: `pairwise` in 16 bits, or `wide`.
    public let path: String?
  }

  /// `mnist`, or `synthetic-digits`.
  public let dataset: String
  /// The number of test images.
  public let images: Int
  /// The network that both run, as the float model has it.
  public let network: Network
  /// Which training images calibration saw; nil where the scheme needs none.
  public let calibration: CalibrationSet?
  /// The float model.
  public let float32: Model
  /// The int8 model.
  public let int8: Model
  /// The share of images to which both give the same class; not `Passes.Agreement`, which compares integers.
  public let agreement: Double
  /// Every image to which they give different ones, in the test set's order.
  public let disagreements: [Disagreement]
  /// What quantization does to each tensor.
  public let layers: [Layer]

  /// McNemar's test of the float model, the first, against int8, the second.
  public var pairedTest: PairedTest {
    PairedTest(
      onlyFirst: disagreements.count { $0.isFloat32Right }, onlySecond: disagreements.count { $0.isInt8Right })
  }

  /// Images over which layers are compared: the first of the test set.
  static let comparedImages = 1000

  /// Evaluates both models on all images.
  /// - Parameters:
  ///   - floatBytes: the size of the float checkpoint; likewise `int8Bytes`.
  ///   - progress: told after each batch where the evaluation stands.
  /// - Throws: `EvaluationError` when the models are of different networks, or the images of neither.
  public init(
    float: FloatEngine, int8: QuantizedEngine, floatBytes: Int, int8Bytes: Int, images: ImageSet,
    dataset: String, calibration: CalibrationSet? = nil,
    progress: (EvaluationProgress) -> Void = { _ in }
  ) throws {
    let pairs = try Self.pairs(float.network, int8.network, images, int8.model.valueParameters)
    let exact = Classification(of: images, by: float, keepingGuesses: true) {
      progress(.init(float32: $1, of: $0, total: images.count))
    }
    let quantized = Classification(of: images, by: int8, keepingGuesses: true) {
      progress(.init(int8: $1, of: $0, total: images.count, float32: exact.accuracy))
    }
    let model = try float.model(for: float.network)
    self.dataset = dataset
    self.images = images.count
    self.calibration = calibration
    network = float.network
    let sizes = (model.parameters.mapValues(\.byteCount), int8.model.tensors.mapValues(\.byteCount))
    let (floatWork, integerWork) = (
      try Work(float: float.network, weightBytes: sizes.0.values.reduce(0, +)),
      try Work(int8.model, weightBytes: sizes.1.values.reduce(0, +))
    )
    float32 = Model(
      accuracy: exact.accuracy, bytes: floatBytes, confusion: exact.confusion, tensorBytes: sizes.0, work: floatWork)
    self.int8 = Model(
      accuracy: quantized.accuracy, bytes: int8Bytes, confusion: quantized.confusion, tensorBytes: sizes.1,
      work: integerWork)
    agreement = exact.sameClassShare(with: quantized)
    disagreements = Disagreement.all(float32: exact, int8: quantized, labels: images.labels)
    layers = Self.layers(pairs, of: model, by: float, int8, on: images.prefix(Self.comparedImages))
  }

  private static func layers(
    _ pairs: NetworkPairs, of model: FloatModel, by float: FloatEngine, _ int8: QuantizedEngine, on images: ImageSet
  ) -> [Layer] {
    let quantized = Set(int8.model.quantizedNames)
    let pairs = pairs.all.filter { quantized.contains($0.int8) }
    let kinds = Dictionary(uniqueKeysWithValues: int8.network.layers.map { ($0.name, $0.operation.type) })
    let differences = LayerDifference.measure(
      pairs.map { ($0.float, $0.int8) }, first: float, second: int8, on: images)
    let outputs = Spread.ofActivations(
      pairs.map { ($0.float, int8.model.scales[$0.int8]) }, by: float, on: images)
    return zip(pairs, zip(differences.map(\.error), outputs)).map { pair, figures in
      let (error, output) = figures
      let bound = int8.proofs[pair.int8]
      let weight = pair.isRescaled ? nil : model.parameters["\(pair.name).weight"]?.f32
      let integers = int8.model.integerWeight(of: pair.int8)
      return Layer(
        name: pair.name, kind: pair.isRescaled ? "rescale" : kinds[pair.int8] ?? "input", sqnr: error.sqnr,
        meanError: error.meanError, maxError: error.maxError, output: output,
        weight: weight.map { Spread(of: $0, quantized: integers) },
        weightSQNR: weight.map { LayerError(layer: pair.name, $0, integers?.dequantized ?? $0).sqnr },
        accumulatorBound: bound?.proof.accumulatorBound,
        pairBound: bound?.proof.pairBound, path: bound?.path.rawValue)
    }
  }

  /// Refuses models and images that do not belong together.
  /// - Parameter parameters: `QuantizedModel.valueParameters` of the int8 model: integers that stand for nothing below zero
  ///   make a ReLU superfluous.
  package static func check(
    _ float: Network, _ int8: Network, _ images: ImageSet, parameters: [String: QuantizationParameters] = [:]
  ) throws {
    _ = try pairs(float, int8, images, parameters)
  }

  /// Likewise.
  /// - Returns: which values of the models belong together.
  private static func pairs(
    _ float: Network, _ int8: Network, _ images: ImageSet, _ parameters: [String: QuantizationParameters]
  ) throws -> NetworkPairs {
    let pairs = try NetworkPairs(float: float, int8: int8, parameters: parameters)
    let input = float.input
    let mismatch = try images.mismatch(channels: input.channels, height: input.height, width: input.width) {
      try float.shapes().last?.image.count ?? 0
    }
    switch mismatch {
    case .shape: throw EvaluationError.wrongImages(expected: input, found: images.shape)
    case .label(let label, let classes): throw EvaluationError.tooFewClasses(classes: classes, label: label)
    case nil: return pairs
    }
  }

  /// What may be wrong, in a line, where no weight of int8 is near the float model's: their difference is more than they
  /// are, as it is of models that have nothing but their network in common. nil otherwise.
  public var warning: String? {
    let ratios = layers.compactMap(\.weightSQNR)
    guard !ratios.isEmpty, ratios.allSatisfy({ $0 < 0 }) else { return nil }
    return
      "no weight of the int8 model is near the float model's: all lie below 0 dB SQNR; was it made of another float model?"
  }

  /// The content of a `metrics.json`.
  /// - Throws: `DecodingError`, `EvaluationError.badFigure` for a figure that cannot be, `NetworkError`.
  public init(json: [UInt8]) throws {
    self = try ReadableJSON.decode(FloatInt8Comparison.self, from: json, special: .spelt)
    try validate()
  }

  /// Readable JSON with sorted keys; an infinite ratio is `"inf"`.
  public func json() throws -> [UInt8] { try ReadableJSON.encode(self, special: .spelt) }
}

/// Models and images that cannot be evaluated together.
public enum EvaluationError: Error, Equatable, CustomStringConvertible {
  /// An int8 model that was not made from this float model: the first thing in which they differ, as each has it.
  case differentNetworks(float: String, int8: String)
  /// Images that the network does not take.
  case wrongImages(expected: ImageShape, found: Shape)
  /// A label that the network has no output for.
  case tooFewClasses(classes: Int, label: UInt8)
  /// A figure of a file that no evaluation could have written.
  case badFigure(String, expected: String, found: String)

  /// One line: where, expected, found, what to do.
  public var description: String {
    switch self {
    case .differentNetworks(let float, let int8):
      "expected both models to be of one network, found \(float) in the float model and \(int8) in the int8 model; name "
        + "the float model that was quantized, or convert this one again"
    case .wrongImages(let expected, let found):
      "images: the network takes \(expected), found \(found); give the network that input, or evaluate on other images"
    case .tooFewClasses(let classes, let label):
      "labels: the network has \(classes) outputs, found label \(label); train one with at least \(label + 1)"
    case .badFigure(let place, let expected, let found):
      "\(place): expected \(expected), found \(found); evaluate again"
    }
  }
}
