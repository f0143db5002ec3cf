import Files
import Tensors
import Transformer
import TransformerFormats

/// All in which the tensors of a file are not those of the network that it says.
public struct TensorMisfit: Error, Sendable, Equatable {
  /// Tensors that the network needs and the file lacks, by the file's names.
  var missing: [String] = []
  /// Tensors of the file that the network does not have.
  var unknown: [String] = []
  /// Tensors of another shape: which, expected, found.
  var misshapen: [String] = []
  /// Tensors of a type that is not read.
  var mistyped: [String] = []
  /// What types are read, and how a model comes to be of one of them.
  let (readable, remedy): (String, String)

  init(readable: String, remedy: String) { (self.readable, self.remedy) = (readable, remedy) }

  /// Whether all fits.
  var isEmpty: Bool { [missing, unknown, misshapen, mistyped].allSatisfy(\.isEmpty) }

  /// Notes a tensor of another shape.
  mutating func add(_ name: String, expected: [Int], found: [Int]) {
    misshapen.append("\(quoted(name)) expected \(listed(expected)), found \(listed(found))")
  }
}

extension TensorMisfit: CustomStringConvertible {
  /// Names of a kind that are written out; of the rest it is said how many there are. Missing ones are all named: those of
  /// layers are told together, so that there are no more than a layer has.
  private static let mostNames = 8

  /// One line: every kind of misfit with its tensors, and what to do about types.
  public var description: String {
    let kinds = [
      (unknown, "that Llama's architecture does not have"), (misshapen, "of another shape"),
      (mistyped, "of a type that is not \(readable)"),
    ]
    let lacks =
      missing.isEmpty ? [] : ["\(missing.count) missing: " + LayerNames.merged(missing).joined(separator: ", ")]
    let others = kinds.filter { !$0.0.isEmpty }.map { tensors, kind in
      let rest = tensors.count - Self.mostNames
      return "\(tensors.count) \(kind): " + tensors.prefix(Self.mostNames).joined(separator: ", ")
        + (rest > 0 ? " and \(rest) more" : "")
    }
    let advice = mistyped.isEmpty ? [] : [remedy]
    return "the tensors are not those of the network: \((lacks + others + advice).joined(separator: "; "))"
  }
}
