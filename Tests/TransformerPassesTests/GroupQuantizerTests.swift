import Kernels
import Testing
import Transformer
import TransformerPasses

@Suite struct GroupQuantizerTests {
  /// A group's scale and integers by ggml's formulas, in double where they round once.
  private func expected(_ values: ArraySlice<Float>, bits: Int) -> (scale: Float16, integers: [Int]) {
    let most = values.max { abs($0) < abs($1) } ?? 0
    let scale = bits == 4 ? most / -8 : abs(most) / 127
    let inverse = scale == 0 ? 0 : 1 / scale
    let integers = values.map { value -> Int in
      let quotient = value * inverse
      guard bits == 4 else { return Int((abs(quotient) + 0.5).rounded(.down)) * (quotient < 0 ? -1 : 1) }
      return min(15, Int(quotient + 8.5)) - 8
    }
    return (Float16(scale), integers)
  }

  // Would catch a half byte taken for the other, a group's scale for its neighbour's, halves rounded to even.
  @Test(arguments: [(4, 8), (8, 8), (8, 4)])
  func integersAreThoseOfTheFormula(_ group: Int, _ bits: Int) throws {
    let small = try SmallModel(inner: 40)
    let scheme = TransformerScheme(weights: .perGroup, activations: .perGroup, group: group, bits: bits)
    let (converted, matrices) = try small.converted(scheme)
    for matrix in matrices {
      let shape = matrix.tensor.shape(small.configuration)
      let layout = try #require(scheme.groupLayout(out: shape[0], inner: shape[1]))
      let floats = try small.checkpoint.checkpoint.f32(matrix.tensor.name)
      var (least, largest) = (Float.infinity, Float(0))
      for row in 0..<shape[0] {
        for index in 0..<layout.groups {
          let first = row * shape[1] + index * group
          let (scale, integers) = expected(floats[first..<first + group], bits: bits)
          let (found, foundScale) = try read(converted, matrix.tensor, layout, row: row, group: index)
          #expect(found == integers && foundScale == scale, "\(matrix.tensor.name) row \(row) group \(index)")
          (least, largest) = (min(least, Float(scale.magnitude)), max(largest, Float(scale.magnitude)))
        }
      }
      #expect(matrix.least == least && matrix.largest == largest && matrix.rows == shape[0])
      #expect(matrix.accumulatorBound == Int64(group * 127 * (bits == 4 ? 8 : 127)))
    }
  }

  /// A group's integers and scale by the layout as its comment has it.
  private func read(
    _ model: TransformerCheckpoint, _ tensor: TransformerTensor, _ layout: GroupLayout, row: Int, group: Int
  ) throws -> ([Int], Float16) {
    let view = try #require(model.checkpoint.view(tensor.name))
    let scales = try #require(model.checkpoint.view(tensor.name + ".scale"))
    let (panel, lane) = (row / 16, row % 16)
    let integers = (group * layout.group..<(group + 1) * layout.group).map { term -> Int in
      let (four, within) = (term / 4, term % 4)
      return view.withUnsafeBytes { bytes in
        if layout.bits == .eight {
          return Int(Int8(bitPattern: bytes[((panel * layout.inner / 4 + four) * 16 + lane) * 4 + within]))
        }
        let byte = bytes[((panel * layout.inner / 8 + four / 2) * 16 + lane) * 4 + within]
        return Int(four % 2 == 0 ? byte % 16 : byte / 16) - 8
      }
    }
    let bits = scales.withUnsafeBytes {
      $0.loadUnaligned(fromByteOffset: ((panel * layout.groups + group) * 16 + lane) * 2, as: UInt16.self)
    }
    return (integers, Float16(bitPattern: bits))
  }

  // Would catch a group that runs over a row's end, and sizes that would fit left unsaid.
  @Test func schemesThatDoNotFit() throws {
    let small = try SmallModel(inner: 40)
    let scheme = TransformerScheme(weights: .perGroup, activations: .perGroup, group: 32)
    #expect(throws: TransformerSchemeError.groupDoesNotDivide(32, sizes: [24, 40], others: [4, 8])) {
      try small.converted(scheme)
    }
    let errors: [(TransformerScheme, TransformerSchemeError)] = [
      (.init(weights: .perGroup, activations: .perToken, group: 32), .groupsOfOneSide),
      (.init(weights: .perRow, activations: .perGroup), .groupsOfOneSide),
      (.init(weights: .perGroup, activations: .perGroup), .groupWithoutGroups(nil)),
      (.init(weights: .perRow, activations: .perToken, group: 8), .groupWithoutGroups(8)),
      (.init(weights: .perGroup, activations: .perGroup, group: 0), .group(0)),
      (.init(weights: .perGroup, activations: .perGroup, group: 4, bits: 4), .group(4)),
      (.init(weights: .perGroup, activations: .perGroup, group: 8, bits: 3), .bits(3)),
      (.init(weights: .perRow, activations: .perToken, bits: 4), .bits(4)),
    ]
    for (scheme, error) in errors { #expect(throws: error) { try scheme.validate() } }
  }
}
