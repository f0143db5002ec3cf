import Exporting
import Kernels
import Networks
import Passes
import Quantization
import QuantizedLayers
import TestSupport
import Tensors

/// How a test quantizes: whose rules, which activations, how large weights.
struct Quantizing: Sendable, CustomStringConvertible {
  let profile: NumericProfile
  let dtype: DType
  let range: IntegerRange
  let weights: IntegerRange

  /// Every kind that a runtime could get wrong by itself.
  static let all = [
    Quantizing(profile: .octavo, dtype: .u8, range: IntegerRange(0, 127), weights: IntegerRange(-127, 127)),
    Quantizing(profile: .octavo, dtype: .u8, range: IntegerRange(0, 255), weights: IntegerRange(-63, 63)),
    Quantizing(profile: .octavo, dtype: .u8, range: IntegerRange(0, 255), weights: IntegerRange(-127, 127)),
    Quantizing(profile: .octavo, dtype: .s8, range: IntegerRange(-128, 127), weights: IntegerRange(-63, 63)),
    Quantizing(profile: .octavo, dtype: .s8, range: IntegerRange(-64, 63), weights: IntegerRange(-127, 127)),
    Quantizing(profile: .qnnpack, dtype: .u8, range: IntegerRange(0, 255), weights: IntegerRange(-63, 63)),
    Quantizing(profile: .qnnpack, dtype: .u8, range: IntegerRange(0, 127), weights: IntegerRange(-127, 127)),
  ]

  var description: String { "\(profile) \(dtype.rawValue) \(range) x \(weights)" }

  /// A network with random weights, calibrated on some images.
  func model(_ network: Network, _ images: ImageSet) throws -> QuantizedModel {
    var scheme = QuantizationScheme.plain(profile: profile, batchSize: images.count)
    scheme.activations = TensorScheme(
      dtype: dtype, symmetry: .affine, granularity: .perTensor, range: range, observer: .minMax)
    scheme.weights.range = weights
    return try Convert.convert(
      Calibrate.calibrate(FloatModel(random: network), scheme: scheme, images: images, compute: Compute())
    ).model
  }
}

extension Network {
  /// Some images of any pixels.
  func images(_ count: Int) -> ImageSet {
    var pixels: [UInt8] = []
    for index in 0..<count * input.count { pixels.append(UInt8(truncatingIfNeeded: index * 37 + index / 256 * 11)) }
    return ImageSet(
      shape: [input.channels, input.height, input.width], pixels: pixels, labels: (0..<count).map { UInt8($0) })
  }
}

extension ExportedCase {
  /// A quantized model, what the engine makes of some images, and every integer of it.
  init(_ name: String, _ model: QuantizedModel, _ images: ImageSet, isExact: Bool = true) throws {
    let program = try IntegerProgram(model, compute: Compute())
    let engine = try QuantizedEngine(model, capacity: images.count, compute: Compute())
    let (floats, input) = (images.floats(0..<images.count), model.network.input)
    self.init(
      name: name, kind: isExact ? "integer" : "qdq",
      export: try isExact ? .integer(program, origin: []) : .qdq(program, origin: []), images: floats,
      shape: [images.count, input.channels, input.height, input.width],
      scores: engine.logits(floats, count: images.count))
    for value in program.values {
      integers[value.name] = engine.integers(of: value.name, count: images.count)
    }
    if isExact {
      integers["scores_quantized"] = integers.removeValue(forKey: program.output.name)
    }
  }
}
