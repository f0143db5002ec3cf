import Int8Linear
import Networks
import Quantization
import QuantizedLayers
import Tensors

/// Every number by which a quantized model's integers stand for real ones, tensor by tensor: for people who write a
/// runtime of their own. It holds no weights; those are in the checkpoint, under the same names.
public struct QuantizationNumbers: Sendable, Equatable {
  /// A tensor of integers.
  public struct IntegerTensor: Sendable, Equatable {
    /// `Network.inputName`, a layer for what leaves it, `<layer>.weight` for its weight.
    public let name: String
    /// Whether it flows from layer to layer, or is a weight.
    public let role: Role
    /// s8 or u8.
    public let dtype: DType
    /// The integers in use.
    public let range: IntegerRange
    /// One entry for the whole tensor, or one for each output channel. Empty where each call chooses the scale.
    public let channels: [Channel]
    /// What shares a scale where each call chooses it; nil where scales are chosen before.
    public let perCall: Granularity?
  }

  /// What a tensor is to the network.
  public enum Role: String, Sendable {
    /// It enters the network, or leaves a layer.
    case activation
    /// A layer multiplies by it.
    case weight
  }

  /// One scale, and what goes with it.
  public struct Channel: Sendable, Equatable {
    /// The real size of one step.
    public let scale: Float
    /// The integer that stands for zero.
    public let zeroPoint: Int32
  }

  /// The numbers of one output channel of a product, beside its weight's scale.
  public struct Output: Sendable, Equatable {
    /// What a sum starts from: an integer in steps of the sum, or a real number; nil for none.
    public let bias: Bias?
    /// From a sum to steps of the output; nil where the sum becomes a real number.
    public let multiplier: Float?
  }

  /// A bias.
  public enum Bias: Sendable, Equatable {
    /// In steps of input scale times weight scale.
    case s32(Int32)
    /// In real units.
    case f32(Float)
  }

  /// The model.
  public let model: QuantizedModel
  /// All tensors of integers, in the network's order, a layer's weight before what leaves it.
  public let tensors: [IntegerTensor]
  /// The numbers of each product's output channels, by layer.
  public let outputs: [String: [Output]]

  /// The numbers of a model.
  public init(_ model: QuantizedModel) {
    self.model = model
    tensors =
      [model.activation(Network.inputName)].compactMap(\.self)
      + model.network.layerNames.flatMap { layer in
        [model.entering(layer), model.weight(of: layer), model.activation(layer)].compactMap(\.self)
      }
    outputs = model.layers.mapValues(\.outputs)
  }
}

extension QuantizedModel {
  fileprivate func activation(_ name: String) -> QuantizationNumbers.IntegerTensor? {
    scales[name].map { parameters in
      .init(
        name: name, role: .activation, dtype: parameters.range.low < 0 ? .s8 : .u8, range: parameters.range,
        channels: [.init(scale: parameters.scale, zeroPoint: parameters.zeroPoint)], perCall: nil)
    }
  }

  /// What enters a layer whose input each call quantizes; nil for any other.
  fileprivate func entering(_ layer: String) -> QuantizationNumbers.IntegerTensor? {
    guard case .dynamic(let numbers) = layers[layer] else { return nil }
    return .init(
      name: "\(layer).input", role: .activation, dtype: .u8, range: numbers.activations.range, channels: [],
      perCall: numbers.activations.granularity)
  }

  fileprivate func weight(of layer: String) -> QuantizationNumbers.IntegerTensor? {
    integerWeight(of: layer).map { weight in
      .init(
        name: "\(layer).weight", role: .weight, dtype: .s8, range: weight.range,
        channels: weight.scales.map { .init(scale: $0, zeroPoint: 0) }, perCall: nil)
    }
  }
}

extension QuantizedLayer {
  fileprivate var outputs: [QuantizationNumbers.Output] {
    switch self {
    case .integer(let numbers):
      numbers.multipliers.indices.map { channel in
        .init(bias: numbers.bias[channel], multiplier: numbers.multipliers[channel])
      }
    case .dynamic(let numbers): (numbers.bias ?? []).map { .init(bias: .f32($0), multiplier: nil) }
    case .float(let numbers): (numbers.bias ?? []).map { .init(bias: .f32($0), multiplier: nil) }
    }
  }
}

extension IntegerLayer.Bias {
  fileprivate subscript(channel: Int) -> QuantizationNumbers.Bias {
    switch self {
    case .s32(let values): .s32(values[channel])
    case .f32(let values): .f32(values[channel])
    }
  }
}

/// A positive float32 in whole numbers: `mantissa * 2^exponent`, exactly, with the mantissa of 24 bits (fewer for a
/// subnormal number). By it a device without floats multiplies.
public struct WholeFloat: Sendable, Equatable {
  /// Within 2^23 ..< 2^24; less for a subnormal number.
  public let mantissa: Int32
  /// The power of two.
  public let exponent: Int32

  /// The parts of a number.
  /// - Precondition: it is finite and positive.
  public init(_ number: Float) {
    precondition(number.isFinite && number > 0, "\(number) has no parts")
    let exponent = max(Int32(number.exponent), -126) - 23
    mantissa = Int32(Double(number) * Double(sign: .plus, exponent: -Int(exponent), significand: 1))
    self.exponent = exponent
  }
}
