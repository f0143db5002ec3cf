import Foundation
import Kernels
import Tensors
import Testing

@Suite struct GroupsTests {
  // Would catch a group's scale taken for another's, halves rounded away from even, an infinity that becomes a number.
  @Test(arguments: InstructionSet.available, [4, 8, 12, 32, 64])
  func groupsAreQuotients(_ set: InstructionSet, _ group: Int) throws {
    var random = SeededGenerator(seed: UInt64(group))
    let count = 9 * group
    var x = (0..<count).map { _ in Float.random(in: -3...3, using: &random) }
    for index in 0..<group { x[group + index] = 0 }
    // Steps of a half, by a scale of one.
    for index in 0..<group { x[2 * group + index] = Float(index) - 0.5 }
    x[2 * group] = 127
    (x[3 * group + 1], x[4 * group + group - 1], x[5 * group]) = (.nan, -.infinity, -0.0)
    for index in 0..<group { x[6 * group + index] = Float.leastNonzeroMagnitude * Float(index) }
    for index in 0..<group { x[7 * group + index] = index % 2 == 0 ? 3e38 : -3e38 }
    let (q, scales, sums) = (
      AlignedBuffer<Int8>(count: count), AlignedBuffer<Float>(count: 9), AlignedBuffer<Int32>(count: 9)
    )
    for index in 0..<count { q.pointer[index] = 99 }
    try Kernels(set).quantizeGroups(
      count: count, group: group, x: x, q: q.pointer, scales: scales.pointer, sums: sums.pointer)
    for p in 0..<9 {
      let values = x[p * group..<(p + 1) * group]
      let integers = q.buffer[p * group..<(p + 1) * group].map(Int.init)
      #expect(Int(sums.buffer[p]) == integers.reduce(0, +))
      guard values.allSatisfy(\.isFinite) else {
        #expect(scales.buffer[p].isNaN && integers.allSatisfy { $0 == 0 })
        continue
      }
      let scale = (values.map(abs).max() ?? 0) / 127
      #expect(scales.buffer[p] == scale)
      #expect(integers == values.map { scale == 0 ? 0 : Int(($0 / scale).rounded(.toNearestOrEven)) }, "group \(p)")
    }
  }

  /// A product's operands, as numbers and as they lie.
  private struct Case {
    let (m, n, groups, group, bits): (Int, Int, Int, Int, GroupBits)
    var a: [Int8] = []
    var aScales: [Float] = []
    var weights: [[Int]] = []
    var scales: [[Float16]] = []

    init(_ m: Int, _ n: Int, _ groups: Int, _ group: Int, _ bits: GroupBits, _ random: inout SeededGenerator) {
      (self.m, self.n, self.groups, self.group, self.bits) = (m, n, groups, group, bits)
      let inner = groups * group
      let range = bits == .eight ? -127...127 : -8...7
      a = (0..<m * inner).map { _ in Int8.random(in: -127...127, using: &random) }
      weights = (0..<n).map { _ in (0..<inner).map { _ in Int.random(in: range, using: &random) } }
      aScales = (0..<m * groups).map { _ in Float.random(in: 0.001...0.1, using: &random) }
      scales = (0..<n).map { _ in (0..<groups).map { _ in Float16(Float.random(in: -0.1...0.1, using: &random)) } }
      // The largest sums of both signs, and scales that binary16 has only as multiples of its least.
      for t in 0..<inner {
        (a[t], weights[0][t]) = (t % 2 == 0 ? 127 : -127, t % 2 == 0 ? range.lowerBound : range.upperBound)
      }
      scales[n - 1] = (0..<groups).map { $0 % 2 == 0 ? .leastNonzeroMagnitude : -.zero }
      if n > 2 { scales[1] = (0..<groups).map { _ in .greatestFiniteMagnitude } }
    }

    var sums: [Int32] {
      (0..<m * groups).map { at in a[at * group..<(at + 1) * group].reduce(0) { $0 + Int32($1) } }
    }

    /// The weights as the kernel's comment has them.
    var packed: [UInt8] {
      let (panels, inner) = ((n + 15) / 16, groups * group)
      var bytes = [UInt8](repeating: 0, count: panels * inner * 16 * bits.rawValue / 8)
      for (j, row) in weights.enumerated() {
        for (t, weight) in row.enumerated() {
          let (panel, lane, four) = (j / 16, j % 16, t / 4)
          switch bits {
          case .eight: bytes[((panel * inner / 4 + four) * 16 + lane) * 4 + t % 4] = UInt8(bitPattern: Int8(weight))
          case .four:
            bytes[((panel * inner / 8 + four / 2) * 16 + lane) * 4 + t % 4] |=
              UInt8(weight + 8) << (four % 2 == 0 ? 0 : 4)
          }
        }
      }
      return bytes
    }

    var packedScales: [UInt16] {
      var found = [UInt16](repeating: 0x7e00, count: (n + 15) / 16 * groups * 16)
      for (j, row) in scales.enumerated() {
        for (p, scale) in row.enumerated() { found[(j / 16 * groups + p) * 16 + j % 16] = scale.bitPattern }
      }
      return found
    }

    func expected(_ i: Int, _ j: Int) -> Float {
      (0..<groups).reduce(Float(0)) { chain, p in
        let terms = p * group..<(p + 1) * group
        let sum = terms.reduce(Int64(0)) { $0 + Int64(a[i * groups * group + $1]) * Int64(weights[j][$1]) }
        return chain.addingProduct(Float(sum), aScales[i * groups + p] * Float(scales[j][p]))
      }
    }
  }

  // Would catch a sum that saturates, a half byte taken for the other, a scale of another group, a place beyond the last.
  @Test(arguments: InstructionSet.available, GroupBits.allCases)
  func productsAreChainsOfExactSums(_ set: InstructionSet, _ bits: GroupBits) throws {
    var random = SeededGenerator(seed: UInt64(bits.rawValue))
    let kernels = try Kernels(set)
    for (m, n, groups, group) in [
      (1, 1, 1, 8), (1, 16, 3, 32), (3, 17, 2, 64), (4, 32, 5, 8), (9, 15, 2, 128), (17, 70, 3, 32), (2, 33, 1, 16),
    ] + (bits == .eight ? [(5, 19, 7, 4), (8, 16, 2, 12)] : [(5, 19, 3, 40)]) {
      let c = Case(m, n, groups, group, bits, &random)
      let stride = n + 3
      let y = AlignedBuffer<Float>(count: m * stride)
      for index in 0..<m * stride { y.pointer[index] = -99 }
      kernels.gemmGroups(
        bits: bits, m: m, n: n, groups: groups, group: group, a: c.a, aScales: c.aScales, aSums: c.sums,
        weights: c.packed, scales: c.packedScales, y: y.pointer, stride: stride)
      for i in 0..<m {
        for j in 0..<stride {
          #expect(
            y.pointer[i * stride + j] == (j < n ? c.expected(i, j) : -99), "\(m) \(n) \(groups) \(group): \(i) \(j)")
        }
      }
    }
  }
}
