import Kernels
import Tensors
import Testing

@Suite struct DepthwiseTests {
  /// Taps at random, some outputs without any, in memory that ends where its last named element ends.
  private struct Case {
    let channels: Int
    let taps: Int
    let outputs: [Int]
    let read: [[(offset: Int, tap: Int)]]
    let count: Int

    init(channels: Int, taps: Int, _ random: inout SeededGenerator) {
      self.channels = channels
      self.taps = taps
      outputs = (0..<5).map { $0 * (channels + 3) }
      read = (0..<5).map { output in
        output == 2 ? [] : (0..<taps).filter { _ in random.below(4) > 0 }.map { (random.below(40), $0) }
      }
      count = 40 + channels
    }

    var table: Kernels.TapTable {
      var table = Kernels.TapTable()
      for (output, taps) in zip(outputs, read) { table.append(output, taps) }
      return table
    }

    var panels: Int { (channels + 15) / 16 }

    func weight(_ tap: Int, _ channel: Int) -> Int { (channel / 16 * taps + tap) * 16 + channel % 16 }
  }

  // Would catch a chain in another order or rounded twice, a mask that is too wide, a start that is lost where an output
  // reads nothing.
  @Test(arguments: sets, [1, 4, 9]) func sumsAreChainsOfFusedProducts(_ set: InstructionSet, _ taps: Int) throws {
    var random = SeededGenerator(seed: 91)
    for channels in edgeSizes where channels > 0 {
      for (hasBias, relu) in [(true, false), (false, true), (true, true)] {
        let shape = Case(channels: channels, taps: taps, &random)
        let x = Guarded(random.floats(shape.count))
        let weight = Guarded(random.floats(shape.panels * taps * 16))
        let bias = Guarded(random.floats(channels))
        let y = Guarded<Float>(repeating: 7, count: 4 * (channels + 3) + channels)
        try Kernels(set).depthwise(
          shape.table, channels: channels, x: x.pointer, weight: weight.pointer, taps: taps,
          bias: hasBias ? UnsafePointer(bias.pointer) : nil, relu: relu, y: y.pointer)
        var expected = [Float](repeating: 7, count: y.count)
        for (output, read) in zip(shape.outputs, shape.read) {
          for channel in 0..<channels {
            let sum = read.reduce(hasBias ? bias.elements[channel] : 0) {
              fusedSum(x.elements[$1.offset + channel], weight.elements[shape.weight($1.tap, channel)], $0)
            }
            expected[output + channel] = relu && sum < 0 ? 0 : sum
          }
        }
        #expect(exactBits(y.elements) == exactBits(expected), "\(channels) channels")
        #expect(y.isIntact)
      }
    }
  }

  // Would catch outputs that are summed in another order, and a lane past the last channel that is written.
  @Test(arguments: sets, [1, 4, 9]) func weightGradientsAreChainsToo(_ set: InstructionSet, _ taps: Int) throws {
    var random = SeededGenerator(seed: 92)
    for channels in edgeSizes where channels > 0 {
      let shape = Case(channels: channels, taps: taps, &random)
      let x = Guarded(random.floats(shape.count))
      let dy = Guarded(random.floats(4 * (channels + 3) + channels))
      let start = random.floats(shape.panels * taps * 16)
      let sums = Guarded(start)
      try Kernels(set).depthwiseWeight(
        shape.table, channels: channels, x: x.pointer, dy: dy.pointer, taps: taps, sums: sums.pointer)
      var expected = start
      for (output, read) in zip(shape.outputs, shape.read) {
        for (offset, tap) in read {
          for channel in 0..<channels {
            let place = shape.weight(tap, channel)
            expected[place] = fusedSum(x.elements[offset + channel], dy.elements[output + channel], expected[place])
          }
        }
      }
      #expect(exactBits(sums.elements) == exactBits(expected), "\(channels) channels")
    }
  }

  // Would catch pairs that saturate, an odd tap that meets another's weight, channels past a panel.
  @Test(arguments: sets, [0, 1, 2, 9]) func integerSumsAreExact(_ set: InstructionSet, _ taps: Int) throws {
    var random = SeededGenerator(seed: 93)
    for channels in edgeSizes where channels > 0 {
      for isExtreme in [false, true] {
        let rows: [[Int8]] = (0..<channels).map { _ in
          isExtreme ? [Int8](repeating: -128, count: taps) : random.integers(taps, -128...127)
        }
        let (rowOffsets, tapOffsets): ([Int32], [Int32]) = (random.integers(4, 0...30), random.integers(taps, 0...50))
        let last = Int((rowOffsets.max() ?? 0) + (tapOffsets.max() ?? 0)) + channels
        let bytes: [UInt8] = isExtreme ? Array(repeating: 255, count: last) : random.integers(last, 0...255)
        let start: [Int32] = random.integers(channels, -1_000_000...1_000_000)
        let (a, aRow, aTap) = (Guarded(bytes), Guarded(rowOffsets), Guarded(tapOffsets))
        let (weights, starts) = (Guarded(PackedWeights.packDepthwise(rows, taps: taps)), Guarded(start))
        let sums = Guarded<Int32>(repeating: 7, count: 4 * channels)
        try Kernels(set).depthwiseU8S8(
          m: 4, channels: channels, taps: taps, a: a.pointer, aRow: aRow.pointer, aTap: aTap.pointer,
          weights: weights.pointer, start: starts.pointer, accumulators: sums.pointer)
        var expected: [Int32] = []
        for row in rowOffsets {
          for channel in 0..<channels {
            var sum = start[channel]
            for tap in 0..<taps {
              let byte = bytes[Int(row) + Int(tapOffsets[tap]) + channel]
              sum += Int32(byte) * Int32(rows[channel][tap])
            }
            expected.append(sum)
          }
        }
        #expect(sums.elements == expected, "\(channels) channels")
        #expect(sums.isIntact)
      }
    }
  }
}
