import Kernels

/// A matrix of integers as a file holds it and as the product reads it: panels of 16 outputs, in each the terms in groups of
/// four, [panel][group][output in panel][term in group], filled up with zeros. Nothing is rearranged when a model is loaded.
public struct PackedMatrix: @unchecked Sendable {
  // Unchecked: the memory is never written once the value exists.

  /// Outputs, and terms of each.
  public let out, inner: Int
  /// The real number that one stands for, for each output.
  public let scales: [Float]
  /// The sum of each output's integers.
  public let sums: [Int32]
  let integers: UnsafePointer<Int8>
  private let owner: any Sendable

  /// A matrix in memory that `owner` keeps.
  /// - Parameter integers: `byteCount(out:inner:)` bytes.
  public init(
    out: Int, inner: Int, scales: [Float], sums: [Int32], integers: UnsafePointer<Int8>, owner: any Sendable
  ) {
    precondition(scales.count == out && sums.count == out, "PackedMatrix: a scale and a sum for each output")
    (self.out, self.inner, self.scales, self.sums) = (out, inner, scales, sums)
    (self.integers, self.owner) = (integers, owner)
  }

  /// Groups of four terms.
  public static func groups(_ inner: Int) -> Int { (inner + 3) / 4 }

  /// The sizes of the tensor that holds it.
  public static func shape(out: Int, inner: Int) -> [Int] {
    [PackedWeights.panels(out), groups(inner), Kernels.panel, 4]
  }

  /// Bytes of a matrix.
  public static func byteCount(out: Int, inner: Int) -> Int {
    PackedWeights.sizeU8S8(n: out, groups: groups(inner))
  }

  /// Where in the packed bytes an output's term lies.
  static func place(_ output: Int, _ term: Int, inner: Int) -> Int {
    let width = Kernels.panel
    return ((output / width * groups(inner) + term / 4) * width + output % width) * 4 + term % 4
  }

  /// Writes the real numbers of one output.
  func dequantize(_ output: Int, to row: UnsafeMutablePointer<Float>) {
    let scale = scales[output]
    for term in 0..<inner { row[term] = Float(integers[Self.place(output, term, inner: inner)]) * scale }
  }
}

/// Embeddings in integers: the rows of a matrix, each with its scale.
struct PackedEmbedding: EmbeddingRows {
  let matrix: PackedMatrix

  func copy(_ token: Int, to row: UnsafeMutablePointer<Float>) { matrix.dequantize(token, to: row) }
}
