import Tensors

/// What a scheme may not say.
public enum SchemeError: Error, Equatable, CustomStringConvertible {
  /// A part that the scheme's type needs.
  case missingKey(String, QuantizationType)
  /// A part that means nothing to the scheme's type.
  case uselessKey(String, QuantizationType)
  /// A type that this kind of tensor cannot have.
  case wrongType(String, expected: [DType], found: DType)
  /// Signed activations where the engine knows none.
  case signedActivations(String, NumericProfile, QuantizationType)
  /// A range beyond its type.
  case rangeOutsideType(String, IntegerRange, DType)
  /// Symmetric u8 activations whose range PyTorch does not reduce.
  case reducedSymmetric(String, IntegerRange, NumericProfile)
  /// A range that does not hold zero.
  case rangeWithoutZero(String, IntegerRange)
  /// Weights within 0...127, say: no room for negative ones, and a zero point that is not 0.
  case oneSidedWeights(String, IntegerRange)
  /// A range that is to be reduced where that changes nothing.
  case reduceRangeUnused(String, DType, NumericProfile, QuantizationType)
  /// Scales that the engine cannot use: a per-channel one cannot be pulled out of the integer sum.
  case wrongGranularity(String, expected: [Granularity], QuantizationType, found: Granularity)
  /// Weights have zero point 0 in every profile.
  case affineWeights(String)
  /// An observer that is of no use for this kind of tensor in this type of scheme.
  case wrongObserver(String, expected: [ObserverKind], QuantizationType, found: ObserverKind)
  /// A percentile for an observer that has none.
  case percentileUnused(String, ObserverKind)
  /// A percentile that is no percentage, or holds no value.
  case badPercentile(String, Double)
  /// A count of zero or less.
  case notPositive(String, Int)
  /// More epochs than anyone waits for.
  case tooManyEpochs(String, Int)
  /// A learning rate that moves nothing, or everything.
  case badLearningRate(String, Double)
  /// A layer that the network does not have.
  case unknownLayer(String, known: [String])
  /// Weights of what has none.
  case noWeights(String)
  /// The input cannot be skipped: a layer can.
  case skippedInput(String)
  /// Integers for the weights of a layer that stays float.
  case skippedWeights(String)
  /// A scheme that leaves every layer float.
  case nothingQuantized

  /// One clause: key, expected, found.
  public var description: String {
    switch self {
    case .missingKey(let key, let type): "\(key): expected a value with type \(type.rawValue), found none"
    case .uselessKey(let key, let type): "\(key): expected none with type \(type.rawValue), found one"
    case .wrongType(let key, let expected, let found):
      "\(key).dtype: expected \(Self.list(expected)), found \(found.rawValue)"
    case .signedActivations(let key, let profile, let type):
      "\(key).dtype: expected u8 with type \(type.rawValue) and profile \(profile.rawValue), found s8; "
        + "static and qat schemes of profile \(Self.profiles { $0.activationTypes.contains(.s8) }) take s8"
    case .rangeOutsideType(let key, let range, let dtype):
      "\(key).range: expected integers within \(IntegerRange(dtype)) for \(dtype.rawValue), found \(range)"
    case .reducedSymmetric(let key, let range, let profile):
      "\(key).range: expected \(IntegerRange(.u8)) for symmetric u8 with profile \(profile.rawValue), as in PyTorch, "
        + "found \(range); take symmetry affine"
    case .rangeWithoutZero(let key, let range): "\(key).range: expected a range that holds 0, found \(range)"
    case .oneSidedWeights(let key, let range):
      "\(key).range: expected a range on both sides of 0 for weights, found \(range)"
    case .reduceRangeUnused(let key, let dtype, let profile, let type):
      "\(key).reduce_range: expected only for u8 activations of static and qat schemes of profile "
        + "\(Self.profiles(\.allowsReduceRange)), found it for \(dtype.rawValue) with type \(type.rawValue) and profile "
        + profile.rawValue
    case .wrongGranularity(let key, let expected, let type, let found):
      "\(key).granularity: expected \(Self.list(expected)) with type \(type.rawValue), found \(found.rawValue)"
    case .affineWeights(let key): "\(key).symmetry: expected symmetric for weights, found affine"
    case .wrongObserver(let key, let expected, let type, let found):
      "\(key).observer: expected \(Self.list(expected)) with type \(type.rawValue), found \(found.rawValue)"
    case .percentileUnused(let key, let observer):
      "\(key).percentile: expected only with observer percentile, found it with \(observer.rawValue)"
    case .badPercentile(let key, let percentile):
      "\(key).percentile: expected a number above 0, at most 100, found \(percentile)"
    case .notPositive(let key, let value): "\(key): expected at least 1, found \(value)"
    case .tooManyEpochs(let key, let value): "\(key): expected at most \(mostEpochs), found \(value)"
    case .badLearningRate(let key, let value): "\(key): expected a finite number above 0, found \(value)"
    case .noWeights(let layer): "layers.\(layer).weights: expected activations only, \(layer) has no weights"
    case .skippedInput(let layer): "layers.\(layer).skip: expected a layer's name, the input is none"
    case .skippedWeights(let key): "\(key): expected none beside skip: true, the layer stays float"
    case .nothingQuantized: "layers: expected at least one layer without skip: true, found none"
    case .unknownLayer(let layer, let known):
      "layers.\(layer): no such layer in the network; it has \(known.joined(separator: ", "))"
    }
  }

  /// The profiles that have a rule: `octavo`.
  private static func profiles(_ hasRule: (NumericProfile) -> Bool) -> String {
    list(NumericProfile.allCases.filter(hasRule))
  }

  /// `u8`, `u8 or s8`, `min_max, histogram or entropy`.
  private static func list<Name: RawRepresentable<String>>(_ names: [Name]) -> String {
    let names = names.map(\.rawValue)
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " or " + last
  }
}
