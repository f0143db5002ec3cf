import Kernels
import Tensors
import Testing
import Transformer

@Suite struct ProductTests {
  /// Integers of a matrix, row by row, and the same packed.
  private func matrix(_ random: inout SeededGenerator, out: Int, inner: Int) -> ([[Int8]], PackedMatrix) {
    let rows = (0..<out).map { row in
      (0..<inner).map { _ in row == 0 ? Int8(127) : Int8.random(in: -127...127, using: &random) }
    }
    let packed = AlignedBuffer<Int8>(count: PackedMatrix.byteCount(out: out, inner: inner))
    for row in 0..<out {
      for term in 0..<inner {
        packed.pointer[((row / 16 * ((inner + 3) / 4) + term / 4) * 16 + row % 16) * 4 + term % 4] = rows[row][term]
      }
    }
    return (
      rows,
      PackedMatrix(
        out: out, inner: inner, scales: (0..<out).map { _ in Float.random(in: 0.001...0.1, using: &random) },
        sums: rows.map { $0.reduce(0) { $0 + Int32($1) } }, integers: packed.pointer, owner: packed)
    )
  }

  // Would catch a sum that saturates, a row with another's scale, a tail of terms left out, halves rounded away from even.
  @Test(arguments: InstructionSet.available, [1, 3, 4, 7, 64, 173])
  func sumsOfIntegersAreExact(_ set: InstructionSet, _ inner: Int) throws {
    var random = SeededGenerator(seed: UInt64(inner))
    let compute = Compute(kernels: try Kernels(set), pool: ThreadPool(threads: 2))
    for (out, count) in [(1, 1), (15, 2), (17, 5), (70, 33), (130, 128)] {
      let pair = [matrix(&random, out: out, inner: inner), matrix(&random, out: 16, inner: inner)]
      var x = (0..<count * inner).map { _ in Float.random(in: -2...2, using: &random) }
      // A row of extremes, whose sums with a row of 127 are the largest, and one of zeros.
      for term in 0..<inner { x[term] = 2 }
      if count > 1 { for term in 0..<inner { x[inner + term] = 0 } }
      for activations in [Int8Product.ActivationScale.perToken, .fixed(0.0131)] {
        let y = [AlignedBuffer<Float>(count: count * out), AlignedBuffer<Float>(count: count * 16)]
        Int8Product(pair.map(\.1), activations: activations)
          .run(x, count: count, into: y.map(\.pointer), compute: compute)
        for (index, (rows, packed)) in pair.enumerated() {
          #expect(
            Array(y[index].buffer) == expected(x, rows, packed.scales, activations), "\(out) x \(inner), \(count)")
        }
      }
    }
  }

  private func expected(
    _ x: [Float], _ rows: [[Int8]], _ scales: [Float], _ activations: Int8Product.ActivationScale
  ) -> [Float] {
    let inner = rows[0].count
    return stride(from: 0, to: x.count, by: inner).flatMap { begin -> [Float] in
      let values = x[begin..<begin + inner]
      let largest = values.map(abs).max() ?? 0
      var scale: Float = largest == 0 ? 1 : largest / 127
      if case .fixed(let fixed) = activations { scale = fixed }
      let q = values.map { Int64(max(-127, min(127, ($0 / scale).rounded(.toNearestOrEven)))) }
      return zip(rows, scales).map { row, weight in
        Float(zip(row, q).reduce(Int64(0)) { $0 + Int64($1.0) * $1.1 }) * (scale * weight)
      }
    }
  }

  // Would catch a NaN that becomes an ordinary number, and one row's that reaches another.
  @Test func rowsThatAreNoNumbersStayNone() throws {
    var random = SeededGenerator(seed: 1)
    let (_, packed) = matrix(&random, out: 5, inner: 9)
    var x = [Float](repeating: 1, count: 27)
    (x[3], x[11]) = (.nan, .infinity)
    let y = AlignedBuffer<Float>(count: 15)
    let compute = Compute(kernels: try Kernels(InstructionSet.best), pool: ThreadPool(threads: 1))
    Int8Product([packed], activations: .perToken).run(x, count: 3, into: [y.pointer], compute: compute)
    #expect(y.buffer[..<10].allSatisfy(\.isNaN) && y.buffer[10...].allSatisfy(\.isFinite))
  }

  // Would catch a panel's scale taken for another's.
  @Test func storedIntegersAreRealNumbers() throws {
    var random = SeededGenerator(seed: 2)
    let (rows, packed) = matrix(&random, out: 37, inner: 21)
    let x = (0..<3 * 21).map { _ in Float.random(in: -2...2, using: &random) }
    let y = AlignedBuffer<Float>(count: 3 * 37)
    let compute = Compute(kernels: try Kernels(InstructionSet.best), pool: ThreadPool(threads: 2))
    WeightOnlyProduct([packed]).run(x, count: 3, into: [y.pointer], compute: compute)
    for row in 0..<3 {
      for output in 0..<37 {
        var chain: Float = 0
        for term in 0..<21 {
          chain.addProduct(x[row * 21 + term], Float(rows[output][term]) * packed.scales[output])
        }
        #expect(y.buffer[row * 37 + output] == chain)
      }
    }
  }
}
