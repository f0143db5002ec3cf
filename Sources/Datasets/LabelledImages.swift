import Tensors

/// Grey pictures with the digit that each shows.
public struct LabelledImages: Sendable, Equatable {
  /// Pictures.
  public let count: Int
  /// Pixels from top to bottom.
  public let rows: Int
  /// Pixels from left to right.
  public let columns: Int
  /// Picture by picture, row by row, 0 for paper to 255 for ink: (count, rows, columns).
  public let pixels: [UInt8]
  /// The digit of each picture, 0...9: (count).
  public let labels: [UInt8]

  /// Joins pictures with their labels.
  ///
  /// - Parameter labelsFile: the name that an error gives to the labels.
  /// - Throws: `LabelError` when the counts differ or a label is no digit.
  /// - Precondition: `pixels.count == count * rows * columns`.
  public init(
    count: Int, rows: Int, columns: Int, pixels: [UInt8], labels: [UInt8], labelsFile: String
  ) throws(LabelError) {
    precondition(pixels.count == count * rows * columns, "\(count) pictures and \(pixels.count) pixels")
    guard labels.count == count else {
      throw .countsDiffer(file: labelsFile, labels: labels.count, images: count)
    }
    if let index = labels.firstIndex(where: { $0 > 9 }) {
      throw .notADigit(file: labelsFile, index: index, found: labels[index])
    }
    self.init(synthetic: count, rows: rows, columns: columns, pixels: pixels, labels: labels)
  }

  /// Pictures of the built-in generator, whose labels are right by construction.
  init(synthetic count: Int, rows: Int, columns: Int, pixels: [UInt8], labels: [UInt8]) {
    self.count = count
    self.rows = rows
    self.columns = columns
    self.pixels = pixels
    self.labels = labels
  }

  /// The pixels as a tensor: (count, rows, columns).
  public var pixelTensor: Tensor { Tensor([count, rows, columns], pixels) }
}

/// What can be wrong with labels.
public enum LabelError: Error, Equatable, CustomStringConvertible {
  /// There is not one label for each picture.
  case countsDiffer(file: String, labels: Int, images: Int)
  /// A label is over 9.
  case notADigit(file: String, index: Int, found: UInt8)

  /// One line: the file, what was expected, what was found.
  public var description: String {
    switch self {
    case .countsDiffer(let file, let labels, let images):
      "\(file): expected one label for each of \(images) images, found \(labels) labels"
    case .notADigit(let file, let index, let found):
      "\(file): expected labels 0 to 9, found \(found) as label \(index)"
    }
  }
}
