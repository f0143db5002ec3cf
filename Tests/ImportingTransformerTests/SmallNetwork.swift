import Files
import Foundation
import ImportingTransformer
import TestSupport
import Tensors
import Testing
import Transformer

/// Weights of a small network, from which the tests' files are made.
struct SmallNetwork {
  var configuration: TransformerConfiguration
  var weights: [TransformerTensor: [Float]] = [:]

  /// Weights that binary16 and bfloat16 hold exactly.
  init(
    hiddenSize: Int = 32, intermediateSize: Int = 64, layers: Int = 2, heads: Int = 4, keyValueHeads: Int = 2,
    vocabularySize: Int = 12, contextLength: Int = 10, ropeTheta: Double = 10_000, isTied: Bool = false
  ) throws {
    configuration = try TransformerConfiguration(
      hiddenSize: hiddenSize, intermediateSize: intermediateSize, layers: layers, heads: heads,
      keyValueHeads: keyValueHeads, vocabularySize: vocabularySize, contextLength: contextLength, ropeTheta: ropeTheta,
      isTied: isTied)
    var generator = SeededGenerator(seed: 11)
    for tensor in TransformerTensor.all(configuration) {
      let count = tensor.shape(configuration).count
      weights[tensor] = (0..<count).map { _ in Float(generator.below(255) - 127) / 64 }
    }
  }

  subscript(tensor: TransformerTensor) -> [Float] { weights[tensor, default: []] }

  /// A tensor's rows.
  func rows(_ tensor: TransformerTensor) -> [[Float]] {
    let width = tensor.shape(configuration).dimensions.last ?? 1
    return stride(from: 0, to: self[tensor].count, by: width).map { Array(self[tensor][$0..<$0 + width]) }
  }

  /// Holds every tensor of a source to these weights, all rows at once and each by itself.
  func expectEqual(_ source: some TransformerSource, sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(source.configuration == configuration, sourceLocation: sourceLocation)
    for tensor in TransformerTensor.all(configuration) {
      #expect(try source.weights(of: tensor) == self[tensor], "\(tensor.name)", sourceLocation: sourceLocation)
      for (index, row) in rows(tensor).enumerated() {
        let found = try read(source, tensor, index..<index + 1, width: row.count)
        if found != row { Issue.record("\(tensor.name), row \(index)", sourceLocation: sourceLocation) }
      }
    }
  }
}

/// Rows of a tensor.
func read(
  _ source: some TransformerSource, _ tensor: TransformerTensor, _ rows: Range<Int>, width: Int
) throws -> [Float] {
  let places = UnsafeMutableBufferPointer<Float>.allocate(capacity: rows.count * width)
  defer { places.deallocate() }
  try source.read(tensor, rows: rows, into: places)
  return Array(places)
}

/// The bytes of values, little-endian.
func littleEndian<Value: BitwiseCopyable>(_ values: [Value]) -> [UInt8] { values.withUnsafeBytes(Array.init) }

/// The layers' tensors of a kind.
func layers(_ count: Int, _ tensor: (Int) -> TransformerTensor) -> [TransformerTensor] { (0..<count).map(tensor) }

/// Changes a byte or a bit, sets a number's bytes to an extreme, inserts, removes or copies a piece.
func damage(_ bytes: inout [UInt8], in range: Range<Int>, with generator: inout SeededGenerator) {
  guard bytes.count > 16 else { return }
  let range = range.clamped(to: 0..<bytes.count - 8)
  let place = range.lowerBound + generator.below(max(1, range.count))
  switch generator.below(7) {
  case 0: bytes[place] = UInt8(generator.below(256))
  case 1: bytes[place] ^= 1 << UInt8(generator.below(8))
  case 2: for index in place..<place + 4 { bytes[index] = 0xFF }
  case 3:
    let number = [0, 1, UInt64(bytes.count), .max, .max >> 1, 1 << 32, 1 << 62][generator.below(7)]
    bytes.replaceSubrange(place..<place + 8, with: littleEndian([number]))
  case 4: bytes.insert(UInt8(generator.below(256)), at: place)
  case 5: bytes.remove(at: place)
  default:
    let end = min(bytes.count, place + generator.below(64))
    let target = range.lowerBound + generator.below(max(1, range.count))
    bytes.replaceSubrange(target..<min(bytes.count, target + end - place), with: bytes[place..<end])
  }
}

/// Damaged files that a test tries: fewer where the compiler does not optimize.
#if DEBUG
  let damagedFiles = 5_000
#else
  let damagedFiles = 100_000
#endif
