import Kernels
import Tensors
import Testing

@Suite struct LookupTests {
  // Would catch a part of the table that is asked for another's bytes, a tail left out, a row's gap that is written, and
  // a table of another column.
  @Test(arguments: sets, [false, true]) func everyByteGoesThroughItsTable(_ set: InstructionSet, _ isPerColumn: Bool)
    throws
  {
    var random = SeededGenerator(seed: 71)
    for n in edgeSizes {
      for m in [0, 1, 3] {
        let table: [UInt8] = random.integers(256 * (isPerColumn ? n : 1), 0...255)
        let (xRow, yRow) = (n + 2, n + 5)
        let x: [UInt8] = random.integers(m == 0 ? 0 : (m - 1) * xRow + n, 0...255)
        let (input, tables) = (Guarded(x), Guarded(table))
        let output = Guarded<UInt8>(repeating: 0x5C, count: m == 0 ? 0 : (m - 1) * yRow + n)
        try Kernels(set).lookUp(
          m: m, n: n, x: input.pointer, xRow: xRow, table: tables.pointer, isPerColumn: isPerColumn, y: output.pointer,
          yRow: yRow)
        var expected = [UInt8](repeating: 0x5C, count: output.count)
        for i in 0..<m {
          for j in 0..<n { expected[i * yRow + j] = table[(isPerColumn ? 256 * j : 0) + Int(x[i * xRow + j])] }
        }
        #expect(output.elements == expected, "\(m) x \(n)")
        #expect(output.isIntact)
      }
    }
  }

  // All 256 bytes, in place.
  @Test(arguments: sets) func everyByteIsFound(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 72)
    let table: [UInt8] = random.integers(256, 0...255)
    let bytes = Guarded<UInt8>(Array(0...255))
    let tables = Guarded(table)
    try Kernels(set).lookUp(
      m: 1, n: 256, x: bytes.pointer, xRow: 256, table: tables.pointer, y: bytes.pointer, yRow: 256)
    #expect(bytes.elements == table)
  }
}
