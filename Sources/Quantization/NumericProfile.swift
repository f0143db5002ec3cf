import Tensors

/// Which engine's integers are computed: a name, and every rule by which engines differ. A profile is written by its name
/// into schemes and int8 checkpoints and checked at load, because the same weights under another engine's rules give
/// other integers.
///
/// Code asks a profile for the rule that it needs, never which profile it is. A new profile states all its rules, for
/// none has a default, and joins `allCases`.
public struct NumericProfile: NamedChoice, Equatable, CustomStringConvertible {
  /// The name in files, in the catalog and in messages.
  public let name: String
  /// How biases are stored and added.
  public let biasRule: BiasRule
  /// How real numbers, inputs and weights among them, are scaled before rounding.
  public let scalingRule: ScalingRule
  /// How integer biases, and the factor from accumulator to output steps, are made from scales.
  public let divisionRule: DivisionRule
  /// How an accumulator becomes the next layer's integer.
  public let requantizationRule: RequantizationRule
  /// The least scale that is ever chosen for what is not zero.
  public let leastScale: Float
  /// The integers to which activations are clamped.
  public let clampingRule: ClampingRule
  /// How often an observer sees a batch of a layer with a fused ReLU.
  public let observationsOfFusedLayer: Int
  /// How a dynamic layer's scale and zero point are chosen at each call.
  public let dynamicParameterRule: DynamicParameterRule
  /// Whether a dynamic layer adds its float bias in one rounding with the product, `fma(sum, step, bias)`, or in two.
  public let fusesDynamicBias: Bool
  /// Where ties of an average pool's mean fall.
  public let averageRule: AverageRule
  /// The types of activations that flow as integers from layer to layer. A dynamic layer's are u8 in every profile.
  public let activationTypes: [DType]
  /// The ranges that symmetric u8 activations may have.
  public let symmetricRangeRule: SymmetricRangeRule
  /// Whether a scheme may ask for `reduce_range`, the halving of a range where its reader's weights need it.
  public let allowsReduceRange: Bool
}

extension NumericProfile {
  /// Our own rules: int32 bias, inputs quantized by division, activations clamped to the calibrated range. They equal
  /// ONNX Runtime's QLinearConv and QGemm where that range is all of the type; where it stops at 127, say, with a Clip
  /// behind them, for they clamp to the type.
  ///
  /// The least scale is what float32 needs and no more: the product of two scales, what a step of an accumulator is
  /// worth, is still a normal float, 2^-63 * 2^-63 = 2^-126.
  public static let octavo = NumericProfile(
    name: "octavo",
    biasRule: .integer,
    scalingRule: .divide,
    divisionRule: .divide,
    requantizationRule: .floatMultiplier,
    leastScale: 0x1p-63,
    clampingRule: .calibratedRange,
    observationsOfFusedLayer: 1,
    dynamicParameterRule: .asCalibrated,
    fusesDynamicBias: false,
    averageRule: .ofDistances,
    activationTypes: [.u8, .s8],
    symmetricRangeRule: .anyRange,
    allowsReduceRange: true)

  /// PyTorch's FBGEMM engine: the bias stays float and is added before the multiplier; activations use all of u8.
  ///
  /// PyTorch's least scales are `torch.finfo(torch.float32).eps`, 2^-23, and 6.1e-5 for dynamic layers. Its fused modules
  /// are `nn.Sequential`s: the observer that prepare adds becomes their last child, which runs, and the forward hook then
  /// runs it once more. A moving average therefore moves twice per batch.
  public static let fbgemm = NumericProfile(
    name: "fbgemm",
    biasRule: .float,
    scalingRule: .fused,
    divisionRule: .divide,
    requantizationRule: .floatMultiplier,
    leastScale: 0x1p-23,
    clampingRule: .wholeType,
    observationsOfFusedLayer: 2,
    dynamicParameterRule: .chooseQuantizationParams(leastScale: 6.1e-5),
    fusesDynamicBias: true,
    averageRule: .ofIntegersWhenGlobal,
    activationTypes: [.u8],
    symmetricRangeRule: .wholeType,
    allowsReduceRange: false)

  /// PyTorch's QNNPACK engine: int32 bias, and reciprocals in place of divisions; activations use all of u8. Observers
  /// and least scales are PyTorch's, as those of `fbgemm`.
  public static let qnnpack = NumericProfile(
    name: "qnnpack",
    biasRule: .integer,
    scalingRule: .fused,
    divisionRule: .reciprocal,
    requantizationRule: .floatMultiplier,
    leastScale: 0x1p-23,
    clampingRule: .wholeType,
    observationsOfFusedLayer: 2,
    dynamicParameterRule: .chooseQuantizationParams(leastScale: 6.1e-5),
    fusesDynamicBias: false,
    averageRule: .ofDistances,
    activationTypes: [.u8],
    symmetricRangeRule: .wholeType,
    allowsReduceRange: false)

  /// Every profile, in the order in which messages list them.
  public static let allCases: [NumericProfile] = [octavo, fbgemm, qnnpack]

  /// The profile of a name; nil for what is no profile's.
  public init?(rawValue: String) {
    guard let profile = Self.allCases.first(where: { $0.name == rawValue }) else { return nil }
    self = profile
  }

  /// The name.
  public var rawValue: String { name }

  /// The name.
  public var description: String { name }
}
