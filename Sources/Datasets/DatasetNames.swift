import Tensors

/// What a data set is called: the folder that its files lie in, and its name in every record.
public struct DatasetName: RawRepresentable, Sendable, Hashable {
  /// LeCun, Cortes and Burges's handwritten digits.
  public static let mnist = DatasetName(known: "mnist")
  /// The digits that `SyntheticDigits` writes.
  public static let syntheticDigits = DatasetName(known: "synthetic-digits")

  /// The name.
  public let rawValue: String

  /// A name of at most 64 letters, digits, `.`, `_` and `-`, the first a letter or a digit; nil for any other.
  public init?(rawValue: String) {
    let bytes = rawValue.utf8
    guard let first = bytes.first, first.isLetterOrDigit, bytes.count <= 64,
      bytes.allSatisfy({ $0.isLetterOrDigit || ".-_".utf8.contains($0) })
    else { return nil }
    self.rawValue = rawValue
  }

  private init(known name: String) { rawValue = name }

  /// Whether Octavo itself knows what the files must be: ten classes, the digits.
  public var isBuiltIn: Bool { self == .mnist || self == .syntheticDigits }

  /// What a name must be, in words.
  static let rule = "at most 64 letters, digits, '.', '_' and '-', the first a letter or a digit"
}

extension UInt8 {
  /// Whether the byte is an ASCII letter or digit.
  var isLetterOrDigit: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
  }
}

/// One half of a data set's files: those to train on, or those to test on.
public enum DatasetHalf: String, Sendable, CaseIterable {
  /// The training pictures.
  case train
  /// The test pictures, `t10k` in the file names.
  case test
}

/// The part that one of a data set's four files plays.
public enum DatasetRole: String, NamedChoice {
  /// Pictures to train on.
  case trainImages = "train-images"
  /// Classes of the pictures to train on.
  case trainLabels = "train-labels"
  /// Pictures to test on.
  case testImages = "test-images"
  /// Classes of the pictures to test on.
  case testLabels = "test-labels"

  /// The file's name, the one MNIST is published under, whose pictures are grey.
  public var fileName: String { fileName(imageRank: 3) }

  /// The file's name where pictures have so many dimensions, their count among them: four with colours.
  func fileName(imageRank: Int) -> String {
    switch self {
    case .trainImages: "train-images-idx\(imageRank)-ubyte"
    case .trainLabels: "train-labels-idx1-ubyte"
    case .testImages: "t10k-images-idx\(imageRank)-ubyte"
    case .testLabels: "t10k-labels-idx1-ubyte"
    }
  }

  static func images(of half: DatasetHalf) -> DatasetRole { half == .train ? .trainImages : .testImages }

  static func labels(of half: DatasetHalf) -> DatasetRole { half == .train ? .trainLabels : .testLabels }
}
