import Files
import Networks
import ONNXFormat

extension ImportedModel {
  /// The model of an ONNX file, which says its network itself.
  ///
  /// What is read is what both of PyTorch's exporters write for the layers that Octavo has; what computes nothing else
  /// than one of them is taken as that one. Names are those of modules where the file has them.
  /// - Parameters:
  ///   - file: the file's content.
  ///   - path: where it lies. Tensors that it keeps in other files are looked for in the same folder.
  /// - Throws: `ONNXError`, `ONNXImportError`, `FileError`, and `NetworkError` for numbers that are none.
  public init(onnx file: FileBytes, at path: String) throws {
    self = try ONNXReading(try ONNXModel(bytes: file.copy), at: path).imported
  }
}

/// An ONNX graph read as a network, with what became of its names and nodes.
package struct ONNXReading: Sendable {
  /// The model.
  package let imported: ImportedModel
  /// For each value of the graph that a layer makes, or that only views it, the layer; `Network.inputName` for the images
  /// as the first layer reads them.
  package let makers: [String: String]
  /// The node of which each layer was made.
  package let nodes: [String: ONNXNode]

  /// Reads a model's graph.
  /// - Parameter path: where its file lies.
  /// - Throws: as `ImportedModel.init(onnx:at:)`.
  package init(_ model: ONNXModel, at path: String) throws {
    let title = String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
    var reader = try ONNXReader(model, folder: Self.folder(of: path))
    let network = try reader.network(title.hasSuffix(".onnx") ? String(title.dropLast(5)) : title)
    imported = ImportedModel(
      model: try FloatModel(network: network, parameters: reader.parameters), remarks: reader.remarks,
      files: reader.tensors.files)
    (makers, nodes) = (reader.makers, reader.nodes)
  }

  /// The folder in which other files of a model are looked for.
  package static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { $0 == path.startIndex ? "/." : String(path[..<$0]) } ?? ""
  }
}
