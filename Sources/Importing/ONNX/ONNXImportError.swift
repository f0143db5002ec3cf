import Files

/// Why an ONNX file is no model that Octavo runs.
public enum ONNXImportError: Error, Equatable, CustomStringConvertible {
  /// Nodes of operations that Octavo does not know, in the order of the file.
  case unknownOperations([UnknownONNXOperation])
  /// A node that computes what no layer does, or that its inputs do not fit.
  case node(ONNXPlace, expected: String, found: String)
  /// A tensor that cannot be had from the file, or is not what its reader needs.
  case tensor(String, expected: String, found: String)
  /// Something of the graph as a whole.
  case graph(expected: String, found: String)

  /// Unknown nodes that are written out; of the rest it is said how many there are.
  private static let mostNodes = 20

  /// One line: what, where, expected, found, what to do.
  public var description: String {
    switch self {
    case .unknownOperations(let nodes):
      let rest = nodes.count - Self.mostNodes
      return "\(nodes.count) node\(nodes.count == 1 ? "" : "s") of operations that no layer computes: "
        + nodes.prefix(Self.mostNodes).map(\.description).joined(separator: ", ")
        + (rest > 0 ? " and \(rest) more" : "")
        + "; replace them in the model, or compute them before and behind it"
    case .node(let place, let expected, let found): return "\(place): expected \(expected), found \(found)"
    case .tensor(let name, let expected, let found):
      return "tensor \(quoted(name)): expected \(expected), found \(found)"
    case .graph(let expected, let found): return "expected \(expected), found \(found)"
    }
  }
}

/// Which node of a file.
public struct ONNXPlace: Sendable, Equatable, CustomStringConvertible {
  let name: String
  let operation: String

  /// `node '/fc/Gemm' (Gemm)`.
  public var description: String {
    let isWord = operation.utf8.allSatisfy { (0x30...0x7A).contains($0) } && operation.utf8.count <= 80
    return "node \(quoted(name)) (\(isWord ? operation : quoted(operation)))"
  }
}

/// A node of an operation that Octavo does not know.
public struct UnknownONNXOperation: Sendable, Equatable, CustomStringConvertible {
  let node: String
  let operation: String
  let domain: String
  let version: Int?

  /// `Erf of opset 17 (node '/act/Erf')`, with the operation's domain where it is not the standard's.
  public var description: String {
    let set = domain.isEmpty ? "opset" : "\(quoted(domain)) opset"
    let number = version.map { "\($0)" } ?? "that the file does not name"
    return "\(quoted(operation)) of \(set) \(number) (node \(quoted(node)))"
  }
}
