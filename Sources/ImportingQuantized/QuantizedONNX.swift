import Files
import Importing
import Networks
import ONNXFormat
import QuantizedLayers

/// A model that was quantized elsewhere: an ONNX file with QuantizeLinear and DequantizeLinear around float operations.
public struct QuantizedONNX: Sendable {
  /// The model, under profile `octavo`.
  public let model: QuantizedModel
  /// What was made of the file's nodes to have it, a line for each thing; empty where they were taken as they are.
  public let remarks: [String]
  /// The files in which tensors were found beside the one that was named.
  public let files: [String]

  /// The model of a file.
  ///
  /// Without QuantizeLinear and DequantizeLinear the graph is one that `ImportedModel.init(onnx:at:)` reads. Integers of
  /// weights and biases, scales and zero points are taken as they are, and a ReLU is fused into what it follows; the
  /// factors from sums to integers follow from the scales by the profile's rule. Values are clamped to their whole type,
  /// or to what a Clip of their integers leaves.
  /// - Parameters:
  ///   - file: the file's content.
  ///   - path: where it lies. Tensors that it keeps in other files are looked for in the same folder.
  /// - Throws: `ONNXError`, `ONNXImportError` naming the node that no integer layer computes and what to do, `FileError`,
  ///   `NetworkError` and `QuantizationError` for numbers that are none.
  public init(file: FileBytes, at path: String) throws {
    let stripped = try StrippedGraph(ONNXModel(bytes: file.copy), folder: ONNXReading.folder(of: path))
    let reading = try ONNXReading(stripped.model, at: path)
    var network = try QuantizedNetwork(reading, stripped)
    model = try network.model()
    remarks = reading.imported.remarks + network.remarks
    files = stripped.files + reading.imported.files.filter { !stripped.files.contains($0) }
  }
}
