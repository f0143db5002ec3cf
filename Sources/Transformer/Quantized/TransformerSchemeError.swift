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
  /// A threshold that is no magnitude.
  case outliers(Float)
  /// Outliers of rows that do not become integers by a scale of theirs, or are smoothed.
  case outliersElsewhere
  /// A rotation beside what knows channels by what calibration saw of them.
  case rotationOfChannels(String)
  /// Heads that no Hadamard matrix turns.
  case headSize(Int)

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
    case .outliers(let threshold): "outliers: expected a number above 0, found \(threshold)"
    case .outliersElsewhere: "outliers: expected with activations per_token or static, and without smoothing"
    case .rotationOfChannels(let key):
      "rotation: expected without \(key), whose channels are those of the unturned model; leave one of both out"
    case .headSize(let size):
      "key_value_cache: int8_rotated expects heads of a power of two, found \(size); int8 takes any"
    case .groupDoesNotDivide(let group, let sizes, let others):
      "group: groups of \(group) do not fill rows of \(sizes.map(String.init).joined(separator: " and ")) terms; "
        + (others.isEmpty ? "no size does" : "\(others.map(String.init).joined(separator: ", ")) would")
    }
  }
}
