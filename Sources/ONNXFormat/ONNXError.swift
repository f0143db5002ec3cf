/// Why bytes are not an ONNX file that Octavo reads. The caller adds the file's name.
public enum ONNXError: Error, Equatable, CustomStringConvertible {
  /// More bytes than a Protocol Buffers message may have.
  case tooLong(byteCount: Int, limit: Int)
  /// More parts than `ONNXModel.mostParts`: the byte up to which they were counted, of how many.
  case tooManyParts(limit: Int, byte: Int, byteCount: Int)
  /// The bytes are no Protocol Buffers message of that form.
  case notAMessage
  /// A message without a graph.
  case noGraph
  /// A tensor whose sides multiply to more than 63 bits hold, or one of which is negative.
  case badShape(tensor: String, shape: [Int])
  /// A tensor with more or fewer bytes than its shape needs.
  case wrongSize(tensor: String, shape: [Int], elementBytes: Int, found: Int)
  /// A tensor with more or fewer listed elements than its shape needs.
  case wrongCount(tensor: String, shape: [Int], found: Int)
  /// A tensor with a listed element that its type does not hold.
  case outOfRange(tensor: String, type: String, found: Int)
  /// A tensor in another file that the file names badly: without a place, or with a number that is none.
  case badExternalData(tensor: String, key: String, found: String)
  /// A text that is not UTF-8, in an attribute.
  case notText(attribute: String)

  /// One line: what, where, expected, found.
  public var description: String {
    switch self {
    case .tooLong(let byteCount, let limit):
      "expected an ONNX file of at most \(limit) bytes, found \(byteCount)"
    case .tooManyParts(let limit, let byte, let byteCount):
      "expected an ONNX file of at most \(limit) parts (nodes, tensors, values, attributes, their names, their integers), "
        + "found more in the first \(byte) of \(byteCount) bytes; simplify the graph, and keep integers as raw_data"
    case .notAMessage: "expected an ONNX file, found bytes that are no such Protocol Buffers message"
    case .noGraph: "expected an ONNX file, found a message without a graph"
    case .badShape(let tensor, let shape):
      "tensor '\(tensor)': expected a shape of countable elements, found \(shape)"
    case .wrongSize(let tensor, let shape, let elementBytes, let found):
      "tensor '\(tensor)': expected elements of \(elementBytes) byte\(elementBytes == 1 ? "" : "s") for shape \(shape), "
        + "found \(found) bytes"
    case .wrongCount(let tensor, let shape, let found):
      "tensor '\(tensor)': expected elements for shape \(shape), found \(found)"
    case .outOfRange(let tensor, let type, let found):
      "tensor '\(tensor)': expected elements of \(type), found \(found)"
    case .badExternalData(let tensor, let key, let found):
      "tensor '\(tensor)': expected its data in another file under a good \(key), found '\(found)'"
    case .notText(let attribute): "attribute '\(attribute)': expected a text in UTF-8"
    }
  }
}
