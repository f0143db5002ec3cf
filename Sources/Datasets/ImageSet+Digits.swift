import Tensors

extension ImageSet {
  /// Joins grey pictures, as an IDX file holds them, with the digits that they show.
  ///
  /// - Parameters:
  ///   - pictures: (count, rows, columns), 0 for paper to 255 for ink.
  ///   - labels: the digit of each picture, 0...9.
  ///   - labelsFile: the name that an error gives to the labels.
  /// - Throws: `LabelError` when the counts differ or a label is no digit.
  /// - Precondition: `pictures` has rank 3.
  public init(pictures: IDX, labels: [UInt8], labelsFile: String) throws(LabelError) {
    precondition(pictures.dimensions.count == 3, "pictures have a count, rows and columns")
    guard labels.count == pictures.dimensions[0] else {
      throw .countsDiffer(file: labelsFile, labels: labels.count, images: pictures.dimensions[0])
    }
    if let index = labels.firstIndex(where: { $0 > 9 }) {
      throw .notADigit(file: labelsFile, index: index, found: labels[index])
    }
    self.init(
      shape: [1, pictures.dimensions[1], pictures.dimensions[2]], pixels: pictures.elements, labels: labels)
  }

  /// The pictures as an IDX file holds them: (count, rows, columns).
  var pictures: IDX { IDX(dimensions: [count, shape[1], shape[2]], elements: pixels) }
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
