import Files
import Tokenizers
import Transformer

/// A network of Llama's architecture as another program wrote it: what it is, and its weights a few rows at a time.
///
/// All that the architecture has is there, of the right shapes, when there is a source: who reads it meets no surprise.
/// Weights are not looked at before they are read; `TransformerImport` refuses those that are no numbers.
public protocol TransformerSource: Sendable {
  /// The network's sizes.
  var configuration: TransformerConfiguration { get }
  /// What the source says of its tokens; nil where that stands in a file of its own.
  var vocabulary: Vocabulary? { get }
  /// What was left out or made otherwise, a line for each thing.
  var notes: [String] { get }
  /// The files that were read.
  var files: [SourceFile] { get }

  /// How the file holds a tensor's weights. The tensor must be one of `TransformerTensor.all(configuration)`; likewise
  /// below.
  func storage(of tensor: TransformerTensor) -> WeightStorage

  /// Reads rows of a tensor as 32-bit floats, in the order in which `TransformerTensor` has them, whatever order and
  /// type the file holds: F32, F16 and BF16 exactly, quantized ones by the formula of their format. A norm's weights
  /// are one row. The file's memory is let go of then.
  /// - Parameter floats: a place for each weight of these rows, C order.
  /// - Precondition: the tensor has these rows, and they fill the places.
  func read(_ tensor: TransformerTensor, rows: Range<Int>, into floats: UnsafeMutableBufferPointer<Float>) throws
}

extension TransformerSource {
  /// All weights of a tensor, C order: for small ones.
  public func weights(of tensor: TransformerTensor) throws -> [Float] {
    let (rows, width) = tensor.rows(configuration)
    let floats = UnsafeMutableBufferPointer<Float>.allocate(capacity: rows * width)
    defer { floats.deallocate() }
    try read(tensor, rows: 0..<rows, into: floats)
    return Array(floats)
  }
}

extension TransformerTensor {
  /// Its rows and the weights of each; a norm is one row.
  package func rows(_ configuration: TransformerConfiguration) -> (rows: Int, width: Int) {
    let shape = shape(configuration)
    return shape.rank == 1 ? (1, shape[0]) : (shape[0], shape[1])
  }
}

/// A file of a source.
public struct SourceFile: Sendable {
  /// Where it is.
  public let path: String
  /// Its bytes.
  public let content: FileBytes

  /// A file of the given content.
  init(path: String, content: FileBytes) { (self.path, self.content) = (path, content) }

  /// Its size and SHA-256, for which all of it is read.
  public var digest: FileDigest { content.digest }
}
