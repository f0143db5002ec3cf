import Kernels

/// A matrix of integers of 8 or 4 bits with a scale for each group of an output's terms, as a file holds it and as the
/// product reads it: panels of 16 outputs, whose places `GroupLayout` says.
public struct GroupedMatrix: @unchecked Sendable {
  // Unchecked: the memory is never written once the value exists.

  /// Where everything lies.
  public let layout: GroupLayout
  let integers: UnsafePointer<UInt8>
  let scales: UnsafePointer<UInt16>
  private let owner: any Sendable

  /// A matrix in memory that `owner` keeps.
  /// - Parameters:
  ///   - integers: `layout.byteCount` bytes.
  ///   - scales: `layout.scaleCount` numbers of binary16.
  public init(
    _ layout: GroupLayout, integers: UnsafePointer<UInt8>, scales: UnsafePointer<UInt16>, owner: any Sendable
  ) {
    (self.layout, self.integers, self.scales, self.owner) = (layout, integers, scales, owner)
  }

  /// The integer of an output's term.
  public func integer(_ output: Int, _ term: Int) -> Int {
    let byte = integers[layout.place(output, term)]
    return switch layout.bits {
    case .eight: Int(Int8(bitPattern: byte))
    case .four: Int(term / 4 % 2 == 0 ? byte & 15 : byte >> 4) - 8
    }
  }

  /// Writes the integers of an output's terms.
  /// - Parameter places: one for each term.
  public func copyIntegers(_ output: Int, to places: UnsafeMutablePointer<Int8>) {
    for first in stride(from: 0, to: layout.inner, by: 4) {
      let four = integers + layout.place(output, first)
      for term in 0..<4 {
        places[first + term] =
          switch layout.bits {
          case .eight: Int8(bitPattern: four[term])
          case .four: Int8(first / 4 % 2 == 0 ? four[term] & 15 : four[term] >> 4) - 8
          }
      }
    }
  }

  /// The scale of an output's group, which is a number of binary16.
  public func scale(_ output: Int, group: Int) -> Float {
    Float(Float16(bitPattern: scales[layout.scalePlace(output, group: group)]))
  }
}

/// Where the integers and scales of a matrix lie whose scales belong to groups of neighbouring terms.
///
/// Integers lie in panels of 16 outputs, [panel][four of terms][output][term]: a byte each; of 4 bits, [panel][two
/// fours][output][term] with the first four in the lower half bytes and the second in the upper ones, plus 8. Scales lie
/// [panel][group][output].
public struct GroupLayout: Sendable, Equatable {
  /// Outputs, terms of each, and terms that share a scale.
  public let out, inner, group: Int
  /// Bits of an integer.
  public let bits: GroupBits

  /// - Precondition: groups of `group` fill a row, and whole fours of terms a group, or pairs of fours of 4 bits.
  public init(out: Int, inner: Int, group: Int, bits: GroupBits) {
    precondition(
      inner % group == 0 && group % Self.least(bits) == 0, "GroupLayout: \(inner) terms in groups of \(group)")
    (self.out, self.inner, self.group, self.bits) = (out, inner, group, bits)
  }

  /// What the size of a group is a multiple of.
  public static func least(_ bits: GroupBits) -> Int { bits == .four ? 8 : 4 }

  /// Groups of a row.
  public var groups: Int { inner / group }
  /// The sizes of the tensor of integers, as bytes.
  public var shape: [Int] {
    [PackedWeights.panels(out), inner / 4 * bits.rawValue / 8, Kernels.panel, 4]
  }
  /// The sizes of the tensor of scales.
  public var scaleShape: [Int] { [PackedWeights.panels(out), groups, Kernels.panel] }
  /// Bytes of integers.
  public var byteCount: Int { shape.reduce(1, *) }
  /// Bytes of integers of a panel.
  public var panelByteCount: Int { byteCount / shape[0] }
  /// Scales.
  public var scaleCount: Int { scaleShape.reduce(1, *) }

  /// The byte that holds an output's term; of 4 bits, with another.
  public func place(_ output: Int, _ term: Int) -> Int {
    let width = Kernels.panel
    let row = bits == .four ? term / 8 : term / 4
    return output / width * panelByteCount + (row * width + output % width) * 4 + term % 4
  }

  /// The place of the scale of an output's group.
  public func scalePlace(_ output: Int, group: Int) -> Int {
    (output / Kernels.panel * groups + group) * Kernels.panel + output % Kernels.panel
  }
}

/// Embeddings in integers with scales of groups.
struct GroupedEmbedding: EmbeddingRows {
  let matrix: GroupedMatrix

  func copy(_ token: Int, to row: UnsafeMutablePointer<Float>) {
    for term in 0..<matrix.layout.inner {
      row[term] = Float(matrix.integer(token, term)) * matrix.scale(token, group: term / matrix.layout.group)
    }
  }
}
