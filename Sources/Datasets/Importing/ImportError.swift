import Images
import Tensors

/// Why a person's data set cannot be imported; what is wrong inside a file has errors of its own.
public enum ImportError: Error, Equatable, CustomStringConvertible {
  /// A name that no folder of a data set may have.
  case badName(String)
  /// The name of a data set that Octavo verifies itself.
  case builtInName(String)
  /// The folder cannot be read.
  case unreadable(folder: String)
  /// The folder has none of the forms, or several.
  case formats(folder: String, [String])
  /// A prefix for what are no IDX files.
  case prefixOfOthers(String)
  /// Not one file for a part of the data set.
  case wrongFiles(folder: String, pattern: String, found: [String])
  /// Something that has no place there.
  case stranger(path: String, expected: String)
  /// A half, or a class to train on, without images.
  case noImages(String)
  /// A folder whose name cannot be a class's.
  case badClassName(path: String)
  /// A class to test on that is none to train on.
  case unknownClass(path: String)
  /// A file that is no picture, or one that is not read.
  case badPicture(file: String, PNGError)
  /// Pixels that let a background through.
  case transparent(file: String)
  /// Images of different sizes.
  case shapesDiffer(file: String, expected: Shape, found: Shape)
  /// Labels that begin with neither 0 nor 1.
  case firstLabel(file: String, found: Int)
  /// More classes than a byte has values.
  case tooManyClasses(file: String, found: Int)
  /// A label to test on that is none to train on.
  case unknownLabel(file: String, index: Int, found: Int, expected: ClosedRange<Int>)

  /// One line: where, what was expected, what was found, what to do.
  public var description: String {
    switch self {
    case .badName(let name):
      "data set name: expected \(DatasetName.rule), found '\(name)'; give another with DATASET_NAME"
    case .builtInName(let name):
      "data set name: expected another than '\(name)', whose files are verified; give one with DATASET_NAME, or install "
        + "those by MNIST_DIR"
    case .unreadable(let folder): "\(folder): expected a folder that can be read, found none"
    case .formats(let folder, let found):
      "\(folder): expected one of IDX files, folders train/ and test/ of PNG files, or x_train.npy and its like; "
        + "found \(found.isEmpty ? "none" : found.joined(separator: " and "))"
    case .prefixOfOthers(let found): "prefix: expected none beside \(found); it chooses among IDX files"
    case .wrongFiles(let folder, let pattern, let found):
      "\(folder): expected one file \(pattern), found \(Self.list(found))"
        + (found.count > 1 ? "; say how the names of those to take begin with DATASET_PREFIX" : "")
    case .stranger(let path, let expected): "\(path): expected \(expected); move it elsewhere"
    case .noImages(let place): "\(place): expected at least one image, found none"
    case .badClassName(let path):
      "\(path): expected a class name of 1 to \(ClassNames.longest) bytes without control characters; rename the folder"
    case .unknownClass(let path): "\(path): expected a class that train/ has too, found another"
    case .badPicture(let file, let error): "\(file): \(error)"
    case .transparent(let file):
      "\(file): expected opaque pixels, found transparency; put the picture on a background of your choice"
    case .shapesDiffer(let file, let expected, let found):
      "\(file): expected images of \(Self.size(expected)) as the first to train on, found \(Self.size(found))"
    case .firstLabel(let file, let found): "\(file): expected labels from 0 or from 1, found \(found) as the smallest"
    case .tooManyClasses(let file, let found):
      "\(file): expected at most \(ClassNames.most) classes, found labels of \(found)"
    case .unknownLabel(let file, let index, let found, let expected):
      "\(file): expected labels \(expected.lowerBound) to \(expected.upperBound) as those to train on, found \(found) as "
        + "label \(index)"
    }
  }

  private static func size(_ shape: Shape) -> String { shape.dimensions.map(String.init).joined(separator: "x") }

  private static func list(_ names: [String]) -> String {
    guard !names.isEmpty else { return "none" }
    let shown = names.prefix(4).joined(separator: ", ")
    return names.count > 4 ? "\(shown) and \(names.count - 4) more" : shown
  }
}
