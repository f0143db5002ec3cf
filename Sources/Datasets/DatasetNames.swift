import Tensors

/// The data sets that Octavo knows, named as their folders are.
public enum DatasetName: String, NamedChoice {
  /// LeCun, Cortes and Burges's handwritten digits.
  case mnist
  /// The digits that `SyntheticDigits` writes.
  case syntheticDigits = "synthetic-digits"
}

/// A split of a data set: the part to train on, or the part to test on.
public enum DatasetSplit: String, Sendable, CaseIterable {
  /// The training pictures.
  case train
  /// The test pictures, `t10k` in the file names.
  case test
}

/// The part that one of a data set's four files plays.
public enum DatasetRole: String, NamedChoice {
  /// Pictures to train on.
  case trainImages = "train-images"
  /// Digits of the pictures to train on.
  case trainLabels = "train-labels"
  /// Pictures to test on.
  case testImages = "test-images"
  /// Digits of the pictures to test on.
  case testLabels = "test-labels"

  /// The file's name, the one MNIST is published under.
  public var fileName: String {
    switch self {
    case .trainImages: "train-images-idx3-ubyte"
    case .trainLabels: "train-labels-idx1-ubyte"
    case .testImages: "t10k-images-idx3-ubyte"
    case .testLabels: "t10k-labels-idx1-ubyte"
    }
  }

  static func images(of split: DatasetSplit) -> DatasetRole { split == .train ? .trainImages : .testImages }

  static func labels(of split: DatasetSplit) -> DatasetRole { split == .train ? .trainLabels : .testLabels }
}
