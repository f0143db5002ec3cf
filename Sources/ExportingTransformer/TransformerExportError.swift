import Files
import Transformer

/// Why a network is not written as a file of another program, or why its writer is used wrongly.
public enum TransformerExportError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Rows that do not fill the form's blocks or groups.
  case row(tensor: String, form: String, multiple: Int, found: Int)
  /// A constant that the other program does not read from the file.
  case constant(program: String, key: String, expected: String, found: String)
  /// What a scheme says that the form cannot hold.
  case scheme(_ key: String, expected: String, found: String, advice: String)
  /// Floats as another format has them.
  case floats(_ format: String, expected: [String], found: String)
  /// A form of floats for a checkpoint in integers.
  case floatsOfIntegers(String)
  /// A weight that is no number, or too large for its form.
  case weight(tensor: String, form: String, index: Int, found: Float)
  /// Weights of one tensor where another's are due, or nothing more.
  case outOfTurn(tensor: String, expected: String?)
  /// More or fewer weights than a tensor has.
  case wrongCount(tensor: String, expected: Int, found: Int)
  /// Integers for a tensor that is written as floats.
  case floatsOnly(tensor: String)
  /// Floats for a matrix that is written as integers.
  case integersOnly(tensor: String)
  /// A matrix of other bits or groups than the file's.
  case groups(tensor: String, expected: String, found: GroupLayout)
  /// As many tokens as there are rows, or none that the other program could use.
  case vocabulary(expected: String, found: String)

  /// One line.
  public var description: String {
    switch self {
    case .row(let tensor, let form, let multiple, let found):
      "tensor \(quoted(tensor)): expected rows of a multiple of \(multiple) for \(form), found \(found)"
    case .constant(let program, let key, let expected, let found):
      "\(key): expected \(expected), which \(program) computes with, found \(found)"
    case .scheme(let key, let expected, let found, let advice):
      "\(key): expected \(expected), found \(found); \(advice)"
    case .floats(let format, let expected, let found):
      "floats of \(format): expected \(expected.joined(separator: " or ")), found \(found)"
    case .floatsOfIntegers(let found):
      "expected a float checkpoint to write as \(found), found one in integers; give what import-transformer wrote"
    case .weight(let tensor, let form, let index, let found):
      "tensor \(quoted(tensor)): expected weights that \(form) holds, found \(found) at \(index)"
    case .outOfTurn(let tensor, let expected):
      "tensor \(quoted(tensor)): written where \(expected.map(quoted) ?? "the file's end") is due"
    case .wrongCount(let tensor, let expected, let found):
      "tensor \(quoted(tensor)): expected \(expected) weights, found \(found)"
    case .floatsOnly(let tensor): "tensor \(quoted(tensor)): expected floats, found integers"
    case .integersOnly(let tensor):
      "tensor \(quoted(tensor)): expected integers with scales of groups, found floats; convert the model first"
    case .groups(let tensor, let expected, let found):
      "tensor \(quoted(tensor)): expected groups of \(expected), found groups of \(found.group) of "
        + "\(found.bits.rawValue) bits"
    case .vocabulary(let expected, let found): "the vocabulary: expected \(expected), found \(found)"
    }
  }
}
