import Tensors

/// How one kind of tensor is quantized: the part of a scheme that PyTorch calls an observer with its arguments.
public struct TensorScheme: Sendable, Equatable, Codable {
  /// The integer type.
  public var dtype: DType
  /// Affine or symmetric.
  public var symmetry: Symmetry
  /// How many values share a scale.
  public var granularity: Granularity
  /// The integers in use, within the type. `[0, 127]` is PyTorch's reduce_range for u8.
  public var range: IntegerRange
  /// Whether the range is halved where it must be, nil for a range that stays as it is.
  public var reduceRange: RangeReduction?
  /// The observer that chooses the range from the values.
  public var observer: ObserverKind
  /// For the percentile observer: the percentage of values that the range holds, 99.999 where it is nil.
  public var percentile: Double?

  enum CodingKeys: String, CodingKey {
    case dtype, symmetry, granularity, range, observer, percentile
    case reduceRange = "reduce_range"
  }

  /// A scheme of the given parts.
  public init(
    dtype: DType, symmetry: Symmetry, granularity: Granularity, range: IntegerRange,
    reduceRange: RangeReduction? = nil, observer: ObserverKind, percentile: Double? = nil
  ) {
    self.dtype = dtype
    self.symmetry = symmetry
    self.granularity = granularity
    self.range = range
    self.reduceRange = reduceRange
    self.observer = observer
    self.percentile = percentile
  }

  /// The name in the catalog, PyTorch's: `per_channel_symmetric`.
  public var name: String { "\(granularity.rawValue)_\(symmetry.rawValue)" }
}

/// How many values share a scale.
public enum Granularity: String, NamedChoice {
  /// One scale for the whole tensor; for a dynamic activation, one for all images of a call.
  case perTensor = "per_tensor"
  /// One scale for each output channel (dimension 0 of a weight).
  case perChannel = "per_channel"
  /// One scale for each image of a call, so that a result does not depend on the images beside it.
  case perRow = "per_row"
}

/// When an activation's range is halved, as PyTorch's reduce_range does: `[0, 255]` becomes `[0, 127]`.
public enum RangeReduction: String, NamedChoice {
  /// For a tensor whose reader's weights could, over the whole range, push two neighbouring products out of 16 bits.
  case whereNeeded = "where_needed"
}
