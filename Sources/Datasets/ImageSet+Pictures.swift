import Tensors

extension ImageSet {
  /// Joins pictures, as an IDX file holds them, with the classes of what they show.
  ///
  /// - Parameters:
  ///   - pictures: (count, rows, columns), or (count, channels, rows, columns).
  ///   - labels: the class of each picture.
  ///   - classes: labels are below this.
  ///   - labelsFile: the name that an error gives to the labels.
  /// - Throws: `LabelError` when the counts differ or a label names no class.
  /// - Precondition: `pictures` has rank 3 or 4.
  public init(pictures: IDX, labels: [UInt8], classes: Int = 10, labelsFile: String) throws(LabelError) {
    precondition((3...4).contains(pictures.dimensions.count), "pictures have a count, perhaps channels, rows, columns")
    guard labels.count == pictures.dimensions[0] else {
      throw .countsDiffer(file: labelsFile, labels: labels.count, images: pictures.dimensions[0])
    }
    if let index = labels.firstIndex(where: { $0 >= classes }) {
      throw .notAClass(file: labelsFile, index: index, found: Int(labels[index]), classes: classes)
    }
    let size = Array(pictures.dimensions.dropFirst())
    self.init(shape: Shape(size.count == 3 ? size : [1] + size), pixels: pictures.elements, labels: labels)
  }

  /// The pictures as an IDX file holds them: (count, rows, columns), with channels behind the count where there are
  /// several.
  var pictures: IDX {
    IDX(
      dimensions: [count] + (shape[0] == 1 ? Array(shape.dimensions.dropFirst()) : shape.dimensions), elements: pixels)
  }
}

extension IDX {
  /// The rank to expect of a file of pictures: 4 where the file says so, else 3.
  static func imageRank(of bytes: [UInt8]) -> Int { bytes.count > 3 && bytes[3] == 4 ? 4 : 3 }
}

/// What can be wrong with labels.
public enum LabelError: Error, Equatable, CustomStringConvertible {
  /// There is not one label for each picture.
  case countsDiffer(file: String, labels: Int, images: Int)
  /// A label that no class has.
  case notAClass(file: String, index: Int, found: Int, classes: Int)

  /// One line: the file, what was expected, what was found.
  public var description: String {
    switch self {
    case .countsDiffer(let file, let labels, let images):
      "\(file): expected one label for each of \(images) images, found \(labels) labels"
    case .notAClass(let file, let index, let found, let classes):
      "\(file): expected labels 0 to \(classes - 1), found \(found) as label \(index)"
    }
  }
}
