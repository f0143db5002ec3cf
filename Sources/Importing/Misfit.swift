import Files
import Networks
import Tensors

/// All in which a file's tensors are not those of a network.
public struct Misfit: Sendable, Equatable {
  /// The file that says the network.
  let networkFile: String
  /// What stands before the names of the file.
  let prefix: String
  /// Tensors that the network needs and the file lacks, with their shapes.
  private(set) var missing: [String] = []
  /// Tensors of the file that no layer uses.
  private(set) var extra: [String] = []
  /// Tensors of another shape: which, expected, found.
  private(set) var misshapen: [String] = []
  /// Tensors of a type that does not become f32 without loss.
  private(set) var mistyped: [String] = []
  /// Tensors with numbers that are none.
  private(set) var bad: [String] = []

  init(networkFile: String, prefix: String) { (self.networkFile, self.prefix) = (networkFile, prefix) }

  /// Whether all fits.
  var isEmpty: Bool { [missing, extra, misshapen, mistyped, bad].allSatisfy(\.isEmpty) }

  /// The types that are read as f32.
  private static let readable: Set = ["F32", "F16", "BF16"]

  /// Notes what of a file's tensors does not fit a network's parameters.
  mutating func compare(_ entries: [StateDict.Entry], with shapes: [String: Shape], unused: Set<String>) {
    var found: Set<String> = []
    for entry in entries {
      let name = entry.name.hasPrefix(prefix) ? String(entry.name.dropFirst(prefix.count)) : nil
      guard let name, let shape = shapes[name] else {
        if name.map(unused.contains) != true { extra.append("\(quoted(entry.name)) \(listed(entry.shape.dimensions))") }
        continue
      }
      found.insert(name)
      if entry.shape != shape {
        misshapen.append(
          "\(quoted(entry.name)) expected \(listed(shape.dimensions)), found \(listed(entry.shape.dimensions))")
      }
      if !Self.readable.contains(entry.type) { mistyped.append("\(quoted(entry.name)) \(entry.type)") }
    }
    missing = shapes.filter { !found.contains($0.key) }.sorted { NaturalOrder.precedes($0.key, $1.key) }.map {
      "\(quoted(prefix + $0.key)) \($0.value)"
    }
  }

  /// Notes a parameter with bad numbers.
  mutating func add(_ error: NetworkError) {
    guard case .wrongParameter(let name, let expected, let found) = error else { return bad.append("\(error)") }
    bad.append("\(quoted(prefix + name)) expected \(expected), found \(found)")
  }
}

extension Misfit: CustomStringConvertible {
  /// Names of a kind that are written out; of the rest it is said how many there are.
  private static let mostNames = 8

  /// One line: every kind of misfit with its tensors, and what to do.
  public var description: String {
    let kinds = [
      (missing, "missing"), (extra, "that no layer uses"), (misshapen, "of another shape"),
      (mistyped, "of a type that is not F32, F16 or BF16"), (bad, "with bad numbers"),
    ]
    let parts = kinds.filter { !$0.0.isEmpty }.map { tensors, kind in
      let rest = tensors.count - Self.mostNames
      return "\(tensors.count) \(kind): " + tensors.prefix(Self.mostNames).joined(separator: ", ")
        + (rest > 0 ? " and \(rest) more" : "")
    }
    let behind = prefix.isEmpty ? "" : ", names taken behind \(quoted(prefix))"
    return "the tensors are not those of \(networkFile)\(behind): \(parts.joined(separator: "; ")); \(advice)"
  }

  private var advice: String {
    var advice: [String] = []
    if !(missing.isEmpty && extra.isEmpty && misshapen.isEmpty) {
      advice.append("change \(networkFile) or the file; describe prints what the file holds")
    }
    if !mistyped.isEmpty { advice.append("save weights as float32: tensor.float()") }
    if advice.isEmpty { advice.append("save the model of an epoch before its numbers went bad") }
    return advice.joined(separator: "; ")
  }
}

/// Why a file from elsewhere is no float model.
public enum ImportError: Error, Equatable, CustomStringConvertible {
  /// A file of another format, and what it is.
  case notSafetensors(found: String)
  /// Tensors that are not those of the network.
  case doesNotFit(Misfit)

  /// One line: expected, found, what to do.
  public var description: String {
    switch self {
    case .notSafetensors(let found):
      "expected a safetensors file, found \(found); write one with safetensors.torch.save_file(model.state_dict(), …)"
    case .doesNotFit(let misfit): "\(misfit)"
    }
  }
}
