import Kernels
import Tensors
import Testing

/// The transforms against their matrices in double, and every set against the scalar bits.
@Suite struct WinogradTests {
  private static let inputMatrix: [[Double]] = [
    [4, 0, -5, 0, 1, 0], [0, -4, -4, 1, 1, 0], [0, 4, -4, -1, 1, 0], [0, -2, -1, 2, 1, 0], [0, 2, -1, -2, 1, 0],
    [0, 4, 0, -5, 0, 1],
  ]
  private static let outputMatrix: [[Double]] = [
    [1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1],
  ]
  private static let weightMatrix: [[Double]] = [
    [1.0 / 4, 0, 0], [-1.0 / 6, -1.0 / 6, -1.0 / 6], [-1.0 / 6, 1.0 / 6, -1.0 / 6], [1.0 / 24, 1.0 / 12, 1.0 / 6],
    [1.0 / 24, -1.0 / 12, 1.0 / 6], [0, 0, 1],
  ]

  /// left x left^T, and the sum of the magnitudes of its terms.
  private func transform(_ matrix: [[Double]], _ x: [[Double]]) -> [[(value: Double, size: Double)]] {
    matrix.map { row in
      matrix.map { column in
        var (value, size) = (0.0, 0.0)
        for i in row.indices {
          for j in column.indices {
            value += row[i] * x[i][j] * column[j]
            size += abs(row[i] * x[i][j] * column[j])
          }
        }
        return (value, size)
      }
    }
  }

  static let channels = [1, 3, 7, 8, 9, 15, 16, 17, 33]

  private func input(
    _ set: InstructionSet, _ channels: Int, x: [Float], tile: [Int32], row: Int
  ) throws -> [Float] {
    let stride = tile.count * channels + 3
    let (x, tiles) = (Guarded(x), Guarded(tile))
    let v = Guarded<Float>(repeating: 77, count: 35 * stride + tile.count * channels)
    try Kernels(set).winogradInput(
      tiles: tile.count, channels: channels, x: x.pointer, tile: tiles.pointer, row: row, v: v.pointer,
      planeStride: stride)
    #expect(v.isIntact)
    return v.elements
  }

  // Ten operations at most lie between a value and its doubles, each good to 2^-24 of what it is made of.
  @Test(arguments: channels) func patchesMeetTheirMatrix(_ channels: Int) throws {
    var random = SeededGenerator(seed: 50)
    // Two patches that overlap, and one on top of the first.
    let (row, tile) = (11 * channels + 2, [0, 4 * channels, 0].map { Int32($0) })
    let x = random.floats(5 * row + 10 * channels)
    let scalar = try input(.scalar, channels, x: x, tile: tile, row: row)
    let stride = 3 * channels + 3
    for (t, first) in tile.enumerated() {
      for c in 0..<channels {
        let patch = (0..<6).map { i in (0..<6).map { j in Double(x[Int(first) + i * row + j * channels + c]) } }
        let expected = transform(Self.inputMatrix, patch)
        for plane in 0..<36 {
          let found = Double(scalar[plane * stride + t * channels + c])
          let (value, size) = expected[plane / 6][plane % 6]
          #expect(abs(found - value) <= size * 10 * 0x1p-24, "tile \(t), channel \(c), plane \(plane)")
        }
      }
    }
    for set in sets { #expect(bits(try input(set, channels, x: x, tile: tile, row: row)) == bits(scalar), "\(set)") }
  }

  private func output(
    _ set: InstructionSet, _ channels: Int, m: [Float], stride: Int, bias: [Float]?, relu: Bool
  ) throws -> [Float] {
    let row = 9 * channels + 1
    let (m, bias, tiles) = (Guarded(m), bias.map { Guarded($0) }, Guarded<Int32>([0, Int32(5 * channels)]))
    let y = Guarded<Float>(repeating: 77, count: 3 * row + 9 * channels)
    try Kernels(set).winogradOutput(
      tiles: 2, channels: channels, m: m.pointer, planeStride: stride, bias: bias?.pointer, relu: relu, y: y.pointer,
      tile: tiles.pointer, row: row)
    #expect(y.isIntact)
    return y.elements
  }

  @Test(arguments: channels, [false, true]) func tilesMeetTheirMatrix(_ channels: Int, _ relu: Bool) throws {
    var random = SeededGenerator(seed: 51)
    let (row, stride) = (9 * channels + 1, 2 * channels + 5)
    let m = random.floats(35 * stride + 2 * channels)
    for bias in [nil, random.floats(channels)] {
      let scalar = try output(.scalar, channels, m: m, stride: stride, bias: bias, relu: relu)
      var untouched = Array(scalar.indices)
      for t in 0..<2 {
        for c in 0..<channels {
          let planes = (0..<6).map { i in (0..<6).map { j in Double(m[(6 * i + j) * stride + t * channels + c]) } }
          let expected = transform(Self.outputMatrix, planes)
          for i in 0..<16 {
            let at = t * 5 * channels + i / 4 * row + i % 4 * channels + c
            let (value, size) = expected[i / 4][i % 4]
            let sum = value + Double(bias?[c] ?? 0)
            let bound = (size + abs(sum)) * 12 * 0x1p-24
            #expect(abs(Double(scalar[at]) - (relu ? max(sum, 0) : sum)) <= bound, "tile \(t), channel \(c), \(i)")
            untouched.removeAll { $0 == at }
          }
        }
      }
      #expect(untouched.allSatisfy { scalar[$0] == 77 })
      for set in sets {
        let found = try output(set, channels, m: m, stride: stride, bias: bias, relu: relu)
        #expect(bits(found) == bits(scalar), "\(set)")
      }
    }
  }

  // Would catch max() with its operands the wrong way round.
  @Test(arguments: sets) func reluKeepsNaN(_ set: InstructionSet) throws {
    let m = [Float](repeating: .nan, count: 36 * 2 * 9)
    let y = try output(set, 9, m: m, stride: 18, bias: nil, relu: true)
    #expect(y[0].isNaN && y[8].isNaN)
  }

  @Test func weightsMeetTheirMatrix() throws {
    var random = SeededGenerator(seed: 52)
    let (count, tap, stride) = (21, 23, 24)
    let w = random.floats(8 * tap + count)
    let u = Guarded<Float>(repeating: 77, count: 35 * stride + count)
    try Kernels(.scalar).winogradWeight(count: count, w: w, tapStride: tap, u: u.pointer, planeStride: stride)
    #expect(u.isIntact)
    for k in 0..<count {
      let kernel = (0..<3).map { i in (0..<3).map { j in Double(w[(3 * i + j) * tap + k]) } }
      let expected = transform(Self.weightMatrix, kernel)
      for plane in 0..<36 {
        let (value, size) = expected[plane / 6][plane % 6]
        #expect(abs(Double(u.elements[plane * stride + k]) - value) <= size * 12 * 0x1p-24, "\(k), plane \(plane)")
      }
    }
  }
}
