import Kernels
import Layers
import Networks
import Quantization

/// Runs a quantized model. From integer layer to integer layer integers flow, and there is no float but the
/// requantization multiplier (and, under the FBGEMM profile, its bias); real layers compute in floats, or, when dynamic,
/// quantize what enters.
///
/// Results are equal, bit for bit, on every instruction set and any number of threads. One engine serves one caller
/// at a time.
public final class QuantizedEngine: InferenceEngine {
  /// The model.
  public let model: QuantizedModel
  /// The model's network.
  public var network: Network { model.network }
  /// The most images of a batch.
  public let capacity: Int
  /// For each layer that multiplies integers, what its sums can reach and how its products are added.
  public let proofs: [String: (proof: OverflowProof, path: ProductPath)]
  private let compute: Compute
  private let input: QuantizedValue
  /// All values but those that are pooled as they are made, or that live for a moment.
  private let values: [QuantizedValue?]
  private let steps: [any QuantizedStep]
  private let makeRecomputed: [Int: () -> RecomputedOutput]
  private var recomputed: [Int: RecomputedOutput] = [:]

  /// Bytes of all values, for as many images as the engine has room for.
  public let activationBytes: Int
  private let keepsValues: Bool

  /// An engine for a model.
  /// - Parameters:
  ///   - capacity: the most images that one call brings.
  ///   - keepsValues: whether every layer's values can be asked for after a call. Otherwise values whose lifetimes do not
  ///     meet share memory, and the scores are all that is left.
  /// - Throws: `OverflowError` when a layer's sums could leave 32 bits.
  public init(_ model: QuantizedModel, capacity: Int, keepsValues: Bool = true, compute: Compute) throws {
    precondition(capacity > 0, "an engine has room for at least one image")
    self.model = model
    self.capacity = capacity
    self.compute = compute
    self.keepsValues = keepsValues
    let builder = try QuantizedEngineBuilder(model, capacity: capacity, keepsValues: keepsValues, compute: compute)
    activationBytes = builder.memory.byteCount
    input = builder.input
    values = builder.values
    steps = builder.steps
    makeRecomputed = builder.pooled
    proofs = builder.proofs
  }

  /// The scores of the last layer, as real numbers, for images in PyTorch's order (image, channel, row, column).
  /// - Returns: (count, classes), row-major.
  public func logits(_ images: UnsafeBufferPointer<Float>, count: Int) -> [Float] {
    run(images, count: count)
    return value(model.lowered.output, count: count).values(count: count)
  }

  /// The integers that left a layer in the last call, or the quantized input under `Network.inputName`, in PyTorch's
  /// order, as they are stored: signed ones 128 higher.
  /// - Precondition: the network has that layer, integers leave it, and the last call brought `count` images or more.
  public func integers(of layer: String, count: Int) -> [UInt8] {
    guard case .integer(let activation, _) = value(of: layer, count: count) else {
      preconditionFailure("real numbers leave \(layer)")
    }
    return activation.values(count: count)
  }

  /// The real numbers that left a layer in the last call, or that its integers stand for.
  public func values(of layer: String, count: Int) -> [Float] {
    value(of: layer, count: count).values(count: count)
  }

  private func value(of layer: String, count: Int) -> QuantizedValue {
    precondition(keepsValues, "an engine that keeps no values has no \(layer)")
    guard let place = model.lowered.places[layer] else { preconditionFailure("no layer \(layer)") }
    return value(place, count: count)
  }

  private func value(_ place: Int, count: Int) -> QuantizedValue {
    if let value = values[place] { return value }
    guard let found = recomputed[place] ?? makeRecomputed[place]?() else {
      preconditionFailure("value \(place) was never made")
    }
    // Its input is still there; its output was not wanted until now.
    recomputed[place] = found
    compute.forEachShard(of: count) { found.step.forward($0) }
    return found.value
  }

  private func run(_ images: UnsafeBufferPointer<Float>, count: Int) {
    let shape = model.network.input
    precondition(count <= capacity && images.count >= count * shape.count, "\(count) images of \(shape) fit")
    guard count > 0, let pixels = images.baseAddress else { return }
    nonisolated(unsafe) let source = pixels
    let (input, profile, kernels) = (input, model.profile, compute.kernels)
    let normalization = network.normalization
    compute.run(steps, count: count) {
      $0.needsBatch
    } load: { images in
      for image in images {
        // Folded into the input's quantization: what is rounded is the normalized pixel.
        normalization.apply(to: source + image * shape.count, of: shape) { pixels in
          switch input {
          case .integer(let activation, let parameters):
            kernels.quantize(pixels, parameters: parameters, profile: profile, into: activation, image: image)
          case .real(let value): value.values.load(image: image, from: pixels)
          }
        }
      }
    } body: { step, images in
      step.forward(images)
    }
  }
}

extension Kernels {
  /// Quantizes one image, given in PyTorch's order, and lays it out.
  fileprivate func quantize(
    _ pixels: UnsafePointer<Float>, parameters: QuantizationParameters, profile: NumericProfile,
    into activation: Activation<UInt8>, image: Int
  ) {
    let count = activation.layout.image.count
    let clamp = profile.clampRange(of: parameters, dtype: .u8)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { integers in
      guard let target = integers.baseAddress else { return }
      quantize(
        count: count, x: pixels, scale: parameters.scale, zeroPoint: UInt8(parameters.zeroPoint),
        range: UInt8(clamp.low)...UInt8(clamp.high), rule: QuantizeRule(profile.scalingRule), q: target)
      activation.load(image: image, from: target)
    }
  }
}

/// A value of a quantized network.
enum QuantizedValue: Sendable {
  /// Integers, as stored, and what they stand for.
  case integer(Activation<UInt8>, QuantizationParameters)
  /// Real numbers.
  case real(FloatValue)

  /// Real numbers in PyTorch's order.
  func values(count: Int) -> [Float] {
    switch self {
    case .integer(let activation, let parameters):
      activation.values(count: count).map { parameters.dequantize(Int32($0)) }
    case .real(let value): value.values.values(count: count)
    }
  }
}
