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
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/." : String(path[..<$0]) } ?? ""
    let title = String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
    var reader = try ONNXReader(try ONNXModel(bytes: file.copy), folder: folder)
    let network = try reader.network(title.hasSuffix(".onnx") ? String(title.dropLast(5)) : title)
    self.init(
      model: try FloatModel(network: network, parameters: reader.parameters), remarks: reader.remarks,
      files: reader.tensors.files)
  }
}
