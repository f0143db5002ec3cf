import Kernels

/// How a network of Llama's architecture becomes integers: what a scheme's file says.
///
/// Matrices become s8 within -127 ... 127, zero point 0. Norms, rotations, attention, softmax, the gated unit and the
/// residual stream stay float32.
public struct TransformerScheme: Sendable, Equatable, Codable {
  /// What shares a scale of the weights.
  public enum Weights: String, Sendable, Codable, CaseIterable {
    /// Each row: the weights of one output.
    case perRow = "per_row"
    /// The whole matrix: the textbook's case.
    case perTensor = "per_tensor"
    /// A group of a row's neighbouring terms.
    case perGroup = "per_group"
  }

  /// How the rows that are multiplied become integers.
  public enum Activations: String, Sendable, Codable, CaseIterable {
    /// Each token's by a scale of its own, chosen when it comes.
    case perToken = "per_token"
    /// By one scale for each matrix, chosen by calibration.
    case fixed = "static"
    /// Each group's of a token by a scale of its own, chosen when it comes; goes with weights of groups.
    case perGroup = "per_group"
    /// Not at all: weights are stored in integers, and all arithmetic is float32.
    case none
  }

  /// What turns the residual stream, folded into the weights.
  public enum Rotation: String, Sendable, Codable, CaseIterable {
    /// Hadamard matrices, which spread over all channels what few of them carry.
    case hadamard
  }

  /// What shares a scale of the weights.
  public var weights: Weights
  /// How rows become integers.
  public var activations: Activations
  /// Terms that share a scale, where scales belong to groups.
  public var group: Int?
  /// Bits of a weight; nil: 8. Fewer, 4, where scales belong to groups.
  public var bits: Int?
  /// SmoothQuant's alpha, 0 ... 1: how much of the spread between an input's channels is moved into the weights where a norm
  /// makes that input, s = max|x|^alpha / max|w|^(1 - alpha); nil for none.
  public var smoothing: Float?
  /// How keys and values are kept; nil: in float32.
  public var keyValueCache: KeyValuePrecision?
  /// The magnitude above which a channel of a layer's rows, by what calibration saw, stays float with the columns of the
  /// matrices that it meets; nil for none. LLM.int8()'s is 6.
  public var outliers: Float?
  /// What turns the residual stream; nil for nothing.
  public var rotation: Rotation?

  private enum CodingKeys: String, CodingKey {
    case weights, activations, group, bits, smoothing, outliers, rotation
    case keyValueCache = "key_value_cache"
  }

  /// A scheme of the given parts.
  public init(
    weights: Weights, activations: Activations, group: Int? = nil, bits: Int? = nil, smoothing: Float? = nil,
    keyValueCache: KeyValuePrecision? = nil, outliers: Float? = nil, rotation: Rotation? = nil
  ) {
    (self.weights, self.activations, self.smoothing) = (weights, activations, smoothing)
    (self.group, self.bits, self.keyValueCache, self.outliers) = (group, bits, keyValueCache, outliers)
    self.rotation = rotation
  }

  /// The groups' sizes that there are.
  public static let groupSizes = [4, 8, 16, 32, 64, 128]

  /// Whether a conversion needs what calibration saw.
  public var isCalibrated: Bool { activations == .fixed || smoothing != nil || outliers != nil }

  /// Checks what the keys' types cannot say.
  /// - Throws: `TransformerSchemeError`.
  public func validate() throws(TransformerSchemeError) {
    if let smoothing, !(0...1).contains(smoothing) { throw .smoothing(smoothing) }
    if smoothing != nil, activations == .none { throw .smoothingWithoutIntegers }
    if let outliers {
      guard outliers.isFinite, outliers > 0 else { throw .outliers(outliers) }
      guard activations == .perToken || activations == .fixed, smoothing == nil else { throw .outliersElsewhere }
    }
    if rotation != nil {
      // Calibration read channels; once they are turned there are others.
      if activations == .fixed { throw .rotationOfChannels("activations: static") }
      if smoothing != nil { throw .rotationOfChannels("smoothing") }
      if outliers != nil { throw .rotationOfChannels("outliers") }
    }
    guard (weights == .perGroup) == (activations == .perGroup) else { throw .groupsOfOneSide }
    guard (weights == .perGroup) == (group != nil) else { throw .groupWithoutGroups(group) }
    if let bits {
      guard let bits = GroupBits(rawValue: bits) else { throw .bits(bits) }
      guard bits == .eight || weights == .perGroup else { throw .bits(bits.rawValue) }
    }
    if let group {
      guard Self.groupSizes.contains(group), group % GroupLayout.least(groupBits) == 0 else { throw .group(group) }
    }
  }

  /// Bits of a weight whose scale belongs to a group.
  var groupBits: GroupBits { bits.flatMap(GroupBits.init) ?? .eight }

  /// How a matrix lies whose scales belong to groups; nil where scales do not, or groups do not fill its rows.
  /// - Precondition: the scheme is valid.
  public func groupLayout(out: Int, inner: Int) -> GroupLayout? {
    guard let group, inner % group == 0 else { return nil }
    return GroupLayout(out: out, inner: inner, group: group, bits: groupBits)
  }

  /// Checks that groups fill the rows of all matrices of a network, and that its heads can be turned.
  /// - Throws: `TransformerSchemeError`.
  public func validate(for configuration: TransformerConfiguration) throws(TransformerSchemeError) {
    try validate()
    let head = configuration.headSize
    if keyValueCache == .int8Rotated, head & (head - 1) != 0 { throw .headSize(head) }
    guard let group else { return }
    let sizes = [configuration.hiddenSize, configuration.intermediateSize]
    guard sizes.contains(where: { $0 % group != 0 }) else { return }
    throw .groupDoesNotDivide(
      group, sizes: sizes,
      others: Self.groupSizes.filter { other in
        other % GroupLayout.least(groupBits) == 0 && sizes.allSatisfy { $0 % other == 0 }
      })
  }
}
