import Kernels
import Tensors
import Testing

@Suite struct TransposeTests {
  // Would catch two lanes exchanged in a square, an edge left out, a stride taken for a width, a gap overwritten.
  @Test(arguments: sets) func movesEachElement(_ set: InstructionSet) throws {
    for rows in [0, 1, 4, 7, 8, 9, 16, 17, 31] {
      for columns in [0, 1, 4, 7, 8, 9, 16, 17, 31] {
        let (stride, outStride) = (columns + 3, rows + 2)
        let isEmpty = rows == 0 || columns == 0
        let x = Guarded((0..<(isEmpty ? 0 : (rows - 1) * stride + columns)).map { Float($0) })
        let out = Guarded<Float>(repeating: -7, count: isEmpty ? 0 : (columns - 1) * outStride + rows)
        var expected = out.elements
        for i in 0..<rows {
          for j in 0..<columns { expected[j * outStride + i] = Float(i * stride + j) }
        }
        try Kernels(set).transpose(
          rows: rows, columns: columns, x: x.pointer, stride: stride, out: out.pointer, outStride: outStride)
        #expect(out.elements == expected, "\(rows) x \(columns)")
        #expect(out.isIntact)
      }
    }
  }
}
