import Files
import Tokenizers
import Transformer
import TransformerFormats

/// A file of llama2.c, of any of its three versions.
///
/// Nothing in such a file but its size says that it is whole: it must be the very size that its header asks for. Its
/// tables of cosines and sines are left out, as run.c does.
public struct Llama2CModel: TransformerSource {
  /// The network's sizes; base 10000 and epsilon 1e-5, which run.c computes with.
  public let configuration: TransformerConfiguration
  /// The file itself.
  public let files: [SourceFile]
  /// None: its tokens stand in tokenizer.bin.
  public var vocabulary: Vocabulary? { nil }
  /// What is worth knowing.
  public let notes: [String]
  private let matrices: [TransformerTensor: StoredMatrix]

  /// Opens a file.
  /// - Throws: `FileError`, `Llama2CError`.
  public init(_ path: String) throws { try self.init(FileBytes(of: path), path: path) }

  /// Takes a file's bytes.
  /// - Parameter path: what the file is called.
  package init(_ file: FileBytes, path: String) throws(Llama2CError) {
    // Typed errors do not pass through a rethrowing closure.
    let result = file.withUnsafeBytes { bytes in
      Result { () throws(Llama2CError) in try Llama2CHeader(bytes) }
    }
    let header = try result.get()
    let expected = Llama2CLayout.byteCount(header)
    guard expected == file.count else {
      throw .wrongSize(header: "\(header)", expected: expected, found: file.count)
    }
    configuration = header.configuration
    files = [SourceFile(path: path, content: file)]
    notes = header.groupSize.map { ["weights are int8 in groups of \($0), as they were rounded before"] } ?? []
    matrices = Llama2CLayout(header).places.mapValues { place in
      StoredMatrix(storage: place.storage, rows: place.rows, width: place.width, start: place.start, file: file)
    }
  }

  /// How the file holds a tensor's weights.
  public func storage(of tensor: TransformerTensor) -> WeightStorage { matrix(tensor).storage }

  /// Reads rows of a tensor.
  public func read(_ tensor: TransformerTensor, rows: Range<Int>, into floats: UnsafeMutableBufferPointer<Float>) {
    matrix(tensor).read(rows, into: floats)
  }

  private func matrix(_ tensor: TransformerTensor) -> StoredMatrix {
    // A tied classifier is the embedding.
    guard let matrix = matrices[tensor] else { preconditionFailure("\(tensor.name) is not of this network") }
    return matrix
  }
}

/// Where each tensor lies in a file of llama2.c.
struct Llama2CLayout {
  struct Place {
    let storage: WeightStorage
    let (rows, width): (Int, Int)
    let start: Int
  }

  private(set) var places: [TransformerTensor: Place] = [:]

  /// The layout that a header asks for.
  /// - Precondition: its size fits 63 bits.
  init(_ header: Llama2CHeader) {
    var end = header.byteCount
    for (tensor, storage) in Self.order(header) {
      let (rows, width) = Self.size(tensor, header.configuration)
      if let tensor { places[tensor] = Place(storage: storage, rows: rows, width: width, start: end) }
      guard let bytes = StoredMatrix.byteCount(storage, rows: rows, width: width) else {
        preconditionFailure("a file of this size is laid out")
      }
      end += bytes
    }
  }

  /// The size of the file that a header asks for; nil where it does not fit 63 bits. All layers are of one size:
  /// nothing is as large as a header says before the file is.
  static func byteCount(_ header: Llama2CHeader) -> Int? {
    var sizes = [header.byteCount]
    var layer: [Int] = []
    var one = header.configuration
    one.layers = 1
    for (tensor, storage) in order(Llama2CHeader(header, as: one)) {
      let (rows, width) = size(tensor, one)
      guard let bytes = StoredMatrix.byteCount(storage, rows: rows, width: width) else { return nil }
      switch tensor {
      case .embedding, .norm, .classifier, nil: sizes.append(bytes)
      default: layer.append(bytes)
      }
    }
    guard let bytes = StoredMatrix.sum(layer),
      case let (layers, isTooLarge) = bytes.multipliedReportingOverflow(by: header.configuration.layers), !isTooLarge
    else { return nil }
    return StoredMatrix.sum(sizes + [layers])
  }

  /// Rows, and floats of each. The tables hold for each position the cosines and the sines of half a head's size.
  private static func size(_ tensor: TransformerTensor?, _ configuration: TransformerConfiguration) -> (Int, Int) {
    tensor?.rows(configuration) ?? (configuration.contextLength, configuration.headSize)
  }

  /// The tensors in the order of the file, and how each is held; nil for the tables of version 0.
  private static func order(_ header: Llama2CHeader) -> [(TransformerTensor?, WeightStorage)] {
    let storage = header.groupSize.map(WeightStorage.groups) ?? .f32
    return Llama2CFormat.order(header.configuration, isMarked: header.version != .v0).map { tensor in
      (tensor, tensor?.isMatrix == true ? storage : .f32)
    }
  }
}
