import Files
import Networks
import Tensors

/// A float model whose tensors another program wrote and whose network a person did.
public struct ImportedModel: Sendable {
  /// The model.
  public let model: FloatModel
  /// What was made of the file's tensors to have it, a line for each thing; empty where they were taken as they are.
  public let remarks: [String]
  /// The files in which tensors were found beside the one that was named.
  public let files: [String]

  /// A model of the given parts.
  init(model: FloatModel, remarks: [String], files: [String] = []) {
    (self.model, self.remarks, self.files) = (model, remarks, files)
  }

  /// The model of a network and a file's tensors.
  ///
  /// The names may all have something before them, as wrappers leave it. F16 and BF16 are widened; PyTorch's
  /// `num_batches_tracked` is left out: nothing is computed with it.
  /// - Parameter networkFile: the file that says the network, for messages.
  /// - Throws: `ImportError.doesNotFit` with everything that does not fit; `NetworkError` when the network's layers do
  ///   not fit each other.
  public init(_ stateDict: StateDict, as network: Network, of networkFile: String) throws {
    let shapes = try network.parameterShapes()
    let prefix = NamePrefix.find(in: stateDict.entries.map(\.name), before: Set(shapes.keys))
    var misfit = Misfit(networkFile: networkFile, prefix: prefix)
    misfit.compare(stateDict.entries, with: shapes, unused: network.unusedTensors)
    guard misfit.isEmpty else { throw ImportError.doesNotFit(misfit) }
    var parameters: [String: Tensor] = [:]
    for (name, shape) in shapes.sorted(by: { NaturalOrder.precedes($0.key, $1.key) }) {
      let tensor = try stateDict.tensor(prefix + name)
      do throws(NetworkError) {
        try tensor.checkParameter(name, shape)
      } catch {
        misfit.add(error)
      }
      parameters[name] = tensor
    }
    guard misfit.isEmpty else { throw ImportError.doesNotFit(misfit) }
    self.init(
      model: try FloatModel(network: network, parameters: parameters),
      remarks: Self.remarks(stateDict, prefix: prefix, used: Set(shapes.keys.map { prefix + $0 })))
  }

  private static func remarks(_ stateDict: StateDict, prefix: String, used: Set<String>) -> [String] {
    var remarks: [String] = []
    if !prefix.isEmpty { remarks.append("names are taken without \(quoted(prefix)), which stands before each") }
    let types = Dictionary(grouping: stateDict.entries.filter { used.contains($0.name) }, by: \.type)
    for type in ["F16", "BF16"] {
      guard let count = types[type]?.count else { continue }
      remarks.append("\(count) tensor\(count == 1 ? "" : "s") of \(type) widened to F32, no number changed")
    }
    for (name, kept) in stateDict.ties.sorted(by: { NaturalOrder.precedes($0.key, $1.key) }) where used.contains(name) {
      remarks.append("\(quoted(name)) is tied to \(quoted(kept)), as the file says")
    }
    let unused = stateDict.entries.count { !used.contains($0.name) }
    if unused > 0 { remarks.append("\(unused) num_batches_tracked left out: nothing is computed with them") }
    return remarks
  }
}
