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

  /// A scheme of the given parts.
  public init(
    weights: Weights, activations: Activations, group: Int? = nil, bits: Int? = nil, smoothing: Float? = nil
  ) {
    (self.weights, self.activations, self.smoothing) = (weights, activations, smoothing)
    (self.group, self.bits) = (group, bits)
  }

  /// The groups' sizes that there are.
  public static let groupSizes = [4, 8, 16, 32, 64, 128]

  /// Whether a conversion needs what calibration saw.
  public var isCalibrated: Bool { activations == .fixed || smoothing != nil }

  /// Checks what the keys' types cannot say.
  /// - Throws: `TransformerSchemeError`.
  public func validate() throws(TransformerSchemeError) {
    if let smoothing, !(0...1).contains(smoothing) { throw .smoothing(smoothing) }
    if smoothing != nil, activations == .none { throw .smoothingWithoutIntegers }
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

  /// Checks that groups fill the rows of all matrices of a network.
  /// - Throws: `TransformerSchemeError.groupDoesNotDivide`.
  public func validate(for configuration: TransformerConfiguration) throws(TransformerSchemeError) {
    try validate()
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

/// What a scheme may not say.
public enum TransformerSchemeError: Error, Equatable, CustomStringConvertible {
  /// An exponent outside 0 ... 1.
  case smoothing(Float)
  /// Activations that stay float have no spread to move.
  case smoothingWithoutIntegers
  /// Groups of weights alone, or of rows alone.
  case groupsOfOneSide
  /// A group's size without groups, or groups without one.
  case groupWithoutGroups(Int?)
  /// Another number of terms.
  case group(Int)
  /// Another number of bits, or 4 without groups.
  case bits(Int)
  /// Groups that do not fill the rows of a network's matrices, and sizes that would.
  case groupDoesNotDivide(Int, sizes: [Int], others: [Int])

  /// One line.
  public var description: String {
    switch self {
    case .smoothing(let alpha): "smoothing: expected a number from 0 to 1, found \(alpha)"
    case .smoothingWithoutIntegers:
      "smoothing: expected only where activations become integers, found it with activations: none"
    case .groupsOfOneSide: "weights, activations: expected per_group for both or for none"
    case .groupWithoutGroups(let group?): "group: expected only with weights: per_group, found \(group)"
    case .groupWithoutGroups(nil): "group: expected the number of terms that share a scale, as weights: per_group asks"
    case .group(let group):
      "group: expected one of \(TransformerScheme.groupSizes.map(String.init).joined(separator: ", ")), "
        + "of 4 bits at least 8, found \(group)"
    case .bits(let bits): "bits: expected 8, or 4 with weights: per_group, found \(bits)"
    case .groupDoesNotDivide(let group, let sizes, let others):
      "group: groups of \(group) do not fill rows of \(sizes.map(String.init).joined(separator: " and ")) terms; "
        + (others.isEmpty ? "no size does" : "\(others.map(String.init).joined(separator: ", ")) would")
    }
  }
}
