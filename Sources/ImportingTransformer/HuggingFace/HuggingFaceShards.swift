import Checkpoints
import Files
import Foundation

/// The tensors of a folder, in one file or in several that an index lists.
struct HuggingFaceShards {
  /// The tensors by name, and the file of each.
  private(set) var tensors: [String: (checkpoint: Checkpoint, file: String)] = [:]
  /// The files that were read.
  private(set) var files: [SourceFile] = []

  static let (whole, index) = ("model.safetensors", "model.safetensors.index.json")

  /// Opens the files of a folder; the single one where both are there, as transformers does.
  /// - Throws: `FileError`, `HuggingFaceError`.
  init(_ folder: String) throws {
    func isThere(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name)") }
    if isThere(Self.whole) {
      try add(Self.whole, in: folder)
      return
    }
    guard isThere(Self.index) else {
      let pickles = ["pytorch_model.bin", "pytorch_model.bin.index.json", "consolidated.00.pth"]
      throw pickles.first(where: isThere).map(HuggingFaceError.pickled) ?? .noWeights
    }
    let file = SourceFile(path: "\(folder)/\(Self.index)", content: try FileBytes(of: "\(folder)/\(Self.index)"))
    files.append(file)
    let places = try Self.places(JSONValue(file.content, name: Self.index))
    for name in Set(places.values).sorted() { try add(name, in: folder) }
    let lost = places.filter { tensors[$0.key]?.file != $0.value }.sorted { $0.key < $1.key }
    if let (tensor, file) = lost.first {
      throw HuggingFaceError.notInShard(tensor: tensor, file: file, others: lost.count - 1)
    }
  }

  /// The file of each tensor, which must lie in the folder itself.
  private static func places(_ json: JSONValue) throws(HuggingFaceError) -> [String: String] {
    guard let map = json.object?["weight_map"]?.object else {
      throw .index(problem: "weight_map: expected an object, found \(json.object?["weight_map"] ?? json)")
    }
    guard !map.isEmpty else { throw .index(problem: "weight_map: expected tensors, found none") }
    var places: [String: String] = [:]
    for (tensor, value) in map.sorted(by: { $0.key < $1.key }) {
      guard let name = value.string, isPlain(name) else {
        throw .index(
          problem: "weight_map: tensor \(quoted(tensor)): expected the name of a file in this folder, found \(value)")
      }
      places[tensor] = name
    }
    return places
  }

  /// Whether a name leads to a file in the folder, and nowhere else.
  private static func isPlain(_ name: String) -> Bool {
    name.hasSuffix(".safetensors") && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
  }

  private mutating func add(_ name: String, in folder: String) throws {
    let file = SourceFile(path: "\(folder)/\(name)", content: try FileBytes(of: "\(folder)/\(name)"))
    let checkpoint: Checkpoint
    do {
      checkpoint = try Safetensors.decode(file.content)
    } catch let error as SafetensorsError {
      throw HuggingFaceError.shard(name, error)
    }
    files.append(file)
    for tensor in checkpoint.declarations.map(\.name) + Array(checkpoint.foreign.keys) {
      if let other = tensors.updateValue((checkpoint, name), forKey: tensor) {
        let names = [other.file, name].sorted()
        throw HuggingFaceError.twice(tensor: tensor, first: names[0], second: names[1])
      }
    }
  }
}
