import Files
import Transformer

/// Why a network is not written as a file of another program, or why its writer is used wrongly.
public enum TransformerExportError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Rows that do not fill the form's blocks or groups.
  case row(tensor: String, form: String, multiple: Int, found: Int)
  /// A constant that the other program does not read from the file.
  case constant(program: String, key: String, expected: String, found: String)
  /// A scale that the form does not hold exactly.
  case scale(tensor: String, block: Int, found: Float)
  /// A weight that is no number.
  case weight(tensor: String, index: Int, found: Float)
  /// Weights of one tensor where another's are due, or nothing more.
  case outOfTurn(tensor: String, expected: String?)
  /// More or fewer weights than a tensor has, or a piece that is not whole blocks or groups.
  case wrongCount(tensor: String, expected: Int, found: Int)
  /// Integers for a tensor that is written as floats.
  case floatsOnly(tensor: String)
  /// As many tokens as there are rows, or none that the other program could use.
  case vocabulary(expected: String, found: String)

  /// One line.
  public var description: String {
    switch self {
    case .row(let tensor, let form, let multiple, let found):
      "tensor \(quoted(tensor)): expected rows of a multiple of \(multiple) for \(form), found \(found)"
    case .constant(let program, let key, let expected, let found):
      "\(key): expected \(expected), which \(program) computes with, found \(found)"
    case .scale(let tensor, let block, let found):
      "tensor \(quoted(tensor)): expected scales that binary16 holds exactly, found \(found) of block \(block); "
        + "write it from floats"
    case .weight(let tensor, let index, let found):
      "tensor \(quoted(tensor)): expected finite weights, found \(found) at \(index)"
    case .outOfTurn(let tensor, let expected):
      "tensor \(quoted(tensor)): written where \(expected.map(quoted) ?? "the file's end") is due"
    case .wrongCount(let tensor, let expected, let found):
      "tensor \(quoted(tensor)): expected \(expected) weights, found \(found)"
    case .floatsOnly(let tensor): "tensor \(quoted(tensor)): expected floats, found integers"
    case .vocabulary(let expected, let found): "the vocabulary: expected \(expected), found \(found)"
    }
  }
}
