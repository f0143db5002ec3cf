import Int8Linear
import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import Tensors

/// A quantized model that goes from integers to integers all the way, step by step: what every exporter prints.
///
/// It decides nothing. Scales, multipliers, tables and clamps are the engine's own, and so is the order of the steps;
/// an exporter says them in another language. Its integers are those of `QuantizedEngine.integers(of:count:)`.
public struct IntegerProgram: Sendable {
  /// Integers between steps, one image of them.
  public struct Value: Sendable, Equatable {
    /// The layer that made them, or `Network.inputName`.
    public let name: String
    /// Their shape.
    public let shape: ActivationShape
    /// What they stand for. Signed integers are told as they are, not as the engine stores them.
    public let parameters: QuantizationParameters

    /// s8 or u8.
    public var dtype: DType { parameters.range.low < 0 ? .s8 : .u8 }
  }

  /// One layer at work.
  public struct Step: Sendable {
    /// The layer.
    public let layer: Layer
    /// What it computes.
    public let operation: Operation
    /// The values that it reads, by their places in `values`.
    public let inputs: [Int]
    /// The value that it writes.
    public let output: Int
  }

  /// What a step computes, with its numbers. Bytes of tables are as the engine stores them: u8 as they are, s8 128 higher.
  public enum Operation: Sendable {
    /// A convolution or a linear layer, as `Step.layer` says: sums, each requantized, and clamped.
    case product(ProductNumbers)
    /// The greatest integer of each window.
    case maxPool(MaxPool2d)
    /// The mean of each window of integers, counted from `origin` (as stored) and rounded half to even.
    case averagePool(AveragePool2d, origin: Int32)
    /// Integers below the zero point become the zero point.
    case relu
    /// A byte for each byte: one table of 256, or one for each channel.
    case lookUp([[UInt8]])
    /// The sum of what two values stand for, in f32, quantized by the rule and clamped.
    case add(rule: ScalingRule, clamp: IntegerRange)
    /// The channels of several values, each through its table of 256.
    case concat([[UInt8]])
    /// The same integers, perhaps as a vector.
    case view
  }

  /// The numbers of a product.
  public struct ProductNumbers: Sendable, Equatable {
    /// (out, in / groups, height, width) or (out, in); zero point 0.
    public let weight: QuantizedWeight
    /// From which each sum starts, one per output channel.
    public let bias: [Int32]
    /// From a sum to steps of the output, one per output channel.
    public let multipliers: [Float]
    /// The integers that leave, those at or above the zero point where a ReLU is fused.
    public let clamp: IntegerRange
    /// What no sum can exceed.
    public let proof: OverflowProof
  }

  /// The network.
  public let network: Network
  /// By whose arithmetic.
  public let profile: NumericProfile
  /// What flows; the first is the quantized input.
  public private(set) var values: [Value]
  /// In the order in which they are computed.
  public private(set) var steps: [Step] = []
  /// The scores.
  public var output: Value { values[values.count - 1] }
  /// For each channel of an image, the byte (as stored) that stands for each of the 256 pixels.
  public let inputTables: [[UInt8]]
  /// The parameters of layers that are tables here, for a format that says such a layer in floats: `norm.weight`.
  public let floatParameters: [String: Tensor]

  /// The program of a model.
  /// - Throws: `ExportError` naming the first layer that does not go from integers to integers, or the profile whose
  ///   biases are floats; `OverflowError` where a sum could leave 32 bits.
  public init(_ model: QuantizedModel, compute: Compute) throws {
    (network, profile, floatParameters) = (model.network, model.profile, model.floatParameters)
    guard model.profile.biasRule == .integer else { throw ExportError.floatBias(profile: model.profile.name) }
    try Self.checkLayers(of: model)
    let proofs = try model.proofs().mapValues(\.proof)
    guard let entering = model.scales[Network.inputName] else { throw ExportError.noInteger(layer: Network.inputName) }
    values = [Value(name: Network.inputName, shape: model.lowered.values[0].shape, parameters: entering)]
    inputTables = try model.network.pixelTables(entering, dtype: values[0].dtype, profile: model.profile)
    var places = [model.lowered.places[Network.inputName] ?? 0: 0]
    for node in model.lowered.nodes {
      switch node.operation {
      case .multiply: places[node.output] = places[node.inputs[0]]
      case .layer(let index), .requantize(let index):
        let inputs = node.inputs.compactMap { places[$0] }
        let layer = model.network.layers[index]
        let parameters = model.scales[layer.name] ?? values[inputs[0]].parameters
        places[node.output] = values.count
        let shape = model.lowered.values[node.output].shape
        values.append(Value(name: layer.name, shape: shape, parameters: parameters))
        steps.append(
          Step(
            layer: layer,
            operation: model.operation(
              of: layer, from: inputs.map { values[$0] }, to: values[values.count - 1], proofs: proofs,
              compute: compute), inputs: inputs, output: values.count - 1))
      case .quantize, .dequantize, .quantizeDynamically, .dequantizeSums: continue
      }
    }
  }

  /// Refuses a layer of real numbers, and one whose input is quantized at each call.
  private static func checkLayers(of model: QuantizedModel) throws(ExportError) {
    for layer in model.network.layers where layer.operation.hasOwnScale {
      switch model.lowered.arithmetic[layer.name] ?? .float {
      case .integer: continue
      case .dynamic: throw .dynamic(layer: layer.name)
      case .float: throw .noInteger(layer: layer.name)
      }
    }
  }
}

extension QuantizedModel {
  /// What a layer does with integers.
  fileprivate func operation(
    of layer: Layer, from inputs: [IntegerProgram.Value], to output: IntegerProgram.Value,
    proofs: [String: OverflowProof], compute: Compute
  ) -> IntegerProgram.Operation {
    switch layer.operation {
    case .conv2d, .linear:
      guard case .integer(let numbers) = layers[layer.name], case .s32(let bias) = numbers.bias,
        let proof = proofs[layer.name]
      else { preconditionFailure("\(layer.name) was checked") }
      return .product(
        .init(
          weight: numbers.weight, bias: bias, multipliers: numbers.multipliers,
          clamp: clamp(of: output, relu: layer.operation.hasFusedReLU), proof: proof))
    case .maxPool2d(let pool): return .maxPool(pool)
    case .averagePool2d(let pool):
      let zeroPoint = output.parameters.stored.zeroPoint
      return .averagePool(
        pool, origin: profile.averageRule.origin(isGlobal: pool.kernel == nil, zeroPoint: zeroPoint))
    case .relu: return .relu
    case .relu6, .leakyReLU, .hardSwish, .sigmoid, .batchNorm2d, .batchNorm1d:
      let channels = layer.operation.normalization == nil ? 1 : output.shape.image.channels
      return .lookUp(
        tables(
          of: layer, channels: channels, from: inputs[0].parameters, to: output.parameters, compute: compute))
    case .add(let add): return .add(rule: profile.scalingRule, clamp: clamp(of: output, relu: add.relu))
    case .concat:
      return .concat(inputs.map { table(from: $0.parameters, to: output.parameters, compute: compute) })
    case .flatten, .dropout: return .view
    case .softmax: preconditionFailure("a lowered network has no softmax")
    }
  }

  private func clamp(of value: IntegerProgram.Value, relu: Bool) -> IntegerRange {
    let clamp = profile.clampRange(of: value.parameters, dtype: value.dtype)
    return relu ? IntegerRange(max(clamp.low, value.parameters.zeroPoint), clamp.high) : clamp
  }
}

extension Network {
  /// For each channel, the byte that stands for each pixel: pixel / 255, normalized, quantized by the profile's rule.
  fileprivate func pixelTables(
    _ entering: QuantizationParameters, dtype: DType, profile: NumericProfile
  ) throws(QuantizationError) -> [[UInt8]] {
    let parameters = try QuantizationParameters(
      scale: entering.scale, zeroPoint: entering.zeroPoint, range: profile.clampRange(of: entering, dtype: dtype))
    let offset = entering.storageOffset
    let size = ImageShape(channels: input.channels, height: 1, width: 256)
    let pixels = (0..<size.count).map { Float($0 % 256) / 255 }
    var tables: [[UInt8]] = []
    normalization.apply(to: pixels, of: size) { values in
      tables = (0..<input.channels).map { channel in
        (0..<256).map { pixel in
          UInt8(parameters.quantize(values[channel * 256 + pixel], rule: profile.scalingRule) + offset)
        }
      }
    }
    return tables
  }
}
