import Kernels
import Tensors
import Testing

@Suite struct MaxPoolTests {
  /// Kernels and strides that tile, overlap and leave gaps, with rows wider than their windows.
  static let geometries: [PoolGeometry] = [0, 1, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 49].flatMap { channels in
    [(2, 2), (3, 2), (3, 1), (2, 3), (1, 1)].map { kernel, stride in
      PoolGeometry(
        channels: channels, outHeight: 2, outWidth: 3, kernel: kernel, stride: stride,
        inputRow: (2 * stride + kernel) * channels + 5, outputRow: 3 * channels + 2)
    }
  }

  /// Elements of the input up to the last one that a window names.
  private func inputCount(_ g: PoolGeometry) -> Int {
    let last = ((g.outWidth - 1) * g.stride + g.kernel) * g.channels
    return g.channels == 0 ? 0 : ((g.outHeight - 1) * g.stride + g.kernel - 1) * g.inputRow + last
  }

  private func outputCount(_ g: PoolGeometry) -> Int {
    g.channels == 0 ? 0 : (g.outHeight - 1) * g.outputRow + g.outWidth * g.channels
  }

  /// For each element of the output, the offsets of its window in row by row order.
  private func windows(_ g: PoolGeometry) -> [(out: Int, window: [Int])] {
    var result: [(out: Int, window: [Int])] = []
    for row in 0..<g.outHeight {
      for column in 0..<g.outWidth {
        for channel in 0..<g.channels {
          let window = (0..<g.kernel * g.kernel).map { i -> Int in
            let (dy, dx) = (i / g.kernel, i % g.kernel)
            return (row * g.stride + dy) * g.inputRow + (column * g.stride + dx) * g.channels + channel
          }
          result.append((row * g.outputRow + column * g.channels + channel, window))
        }
      }
    }
    return result
  }

  private func forward(_ set: InstructionSet, _ g: PoolGeometry, _ x: [Float]) throws -> [Float] {
    let (x, y) = (Guarded(x), Guarded<Float>(repeating: 77, count: outputCount(g)))
    try Kernels(set).maxPoolF32(g, x: x.pointer, y: y.pointer)
    #expect(y.isIntact)
    return y.elements
  }

  // Would catch a start at minus infinity or zero, NaN lost on either side of a comparison, -0 and +0 exchanged,
  // channels of a tail taken from the next pixel, a gap of the output overwritten.
  @Test(arguments: sets) func floatsMeetTheOracle(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 7)
    for g in Self.geometries {
      let x = random.difficultFloats(inputCount(g))
      var expected = Array(repeating: Float(77), count: outputCount(g))
      for (out, window) in windows(g) {
        let values = window.map { x[$0] }
        let largest = values.filter { !$0.isNaN }.max() ?? .nan
        expected[out] = values.contains(where: \.isNaN) ? .nan : values.first { $0 == largest } ?? .nan
      }
      #expect(bits(try forward(set, g, x)) == bits(expected), "\(g)")
    }
  }

  // Would catch a NaN whose payload depends on the variant.
  @Test(arguments: sets) func everySetGivesTheScalarBits(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 8)
    for g in Self.geometries {
      var x = random.difficultFloats(inputCount(g))
      for i in x.indices where x[i].isNaN { x[i] = Float(nan: UInt32(random.below(99)), signaling: false) }
      #expect(exactBits(try forward(.scalar, g, x)) == exactBits(try forward(set, g, x)), "\(g)")
    }
  }

  // Would catch a signed comparison of bytes (128 against 127) and a tail of bytes that overruns.
  @Test(arguments: sets) func bytesMeetTheOracle(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 9)
    for g in Self.geometries {
      for range: ClosedRange<UInt8> in [0...255, 0...0, 126...129] {
        let x: [UInt8] = random.integers(inputCount(g), range)
        var expected = Array(repeating: UInt8(77), count: outputCount(g))
        for (out, window) in windows(g) { expected[out] = window.map { x[$0] }.max() ?? 0 }
        let (input, y) = (Guarded(x), Guarded<UInt8>(repeating: 77, count: outputCount(g)))
        try Kernels(set).maxPoolU8(g, x: input.pointer, y: y.pointer)
        #expect(y.elements == expected, "\(g)")
        #expect(y.isIntact)
      }
    }
  }

  @Test(arguments: sets) func sumsMeetTheOracle(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 19)
    for g in Self.geometries {
      for range: ClosedRange<Int32> in [-5...5, Int32.min + 1...Int32.max - 1] {
        let x: [Int32] = random.integers(inputCount(g), range)
        var expected = Array(repeating: Int32(77), count: outputCount(g))
        for (out, window) in windows(g) { expected[out] = window.map { x[$0] }.max() ?? 0 }
        let (input, y) = (Guarded(x), Guarded<Int32>(repeating: 77, count: outputCount(g)))
        try Kernels(set).maxPoolS32(g, x: input.pointer, y: y.pointer)
        #expect(y.elements == expected, "\(g)")
        #expect(y.isIntact)
      }
    }
  }

  // The places of the maxima say as much as x: what goes back to them is what goes back by comparison.
  @Test(arguments: sets, [false, true])
  func gradientsByPlaceAreThoseByValue(_ set: InstructionSet, _ relu: Bool) throws {
    var random = SeededGenerator(seed: 21)
    let kernels = try Kernels(set)
    for g in Self.geometries where g.kernel <= g.stride {
      let x = random.difficultFloats(inputCount(g)).map { relu && $0 < 0 ? 0 : $0 }
      let y = try forward(set, g, x)
      let dy = random.floats(y.count)
      let (input, output, gradient) = (Guarded(x), Guarded(y), Guarded(dy))
      let index = Guarded<UInt8>(repeating: 99, count: g.outHeight * g.outWidth * g.channels)
      let (byValue, byPlace) = (
        Guarded<Float>(repeating: 0, count: x.count), Guarded<Float>(repeating: 0, count: x.count)
      )
      kernels.maxPoolBackward(
        g, x: input.pointer, y: output.pointer, dy: gradient.pointer, dx: byValue.pointer)
      if relu { kernels.reluBackward(count: x.count, y: input.pointer, dy: byValue.pointer) }
      kernels.maxPoolIndex(g, x: input.pointer, y: output.pointer, index: index.pointer)
      kernels.maxUnpool(
        g, index: index.pointer, y: output.pointer, dy: gradient.pointer, dx: byPlace.pointer, relu: relu)
      #expect(exactBits(byValue.elements) == exactBits(byPlace.elements), "\(g)")
      #expect(index.isIntact && byPlace.isIntact)
    }
  }

  // Would catch a gradient sent to all equal positions or to the last, one lost at NaN, -0 turned to +0 where
  // nothing is added, and a sum over overlapping windows in another order.
  @Test(arguments: sets) func gradientsMeetTheOracle(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 10)
    for g in Self.geometries {
      let x = random.difficultFloats(inputCount(g))
      let y = try forward(set, g, x)
      let dy = random.floats(y.count)
      var expected = (0..<x.count).map { $0 % 3 == 0 ? -0.0 : Float($0 % 3) }
      let (input, output, gradient, dx) = (Guarded(x), Guarded(y), Guarded(dy), Guarded(expected))
      if g.kernel <= g.stride {
        for at in windows(g).flatMap(\.window) { expected[at] = 0 }
      }
      for (out, window) in windows(g) {
        let first = window.first { x[$0] == y[out] || (x[$0].isNaN && y[out].isNaN) }
        if let first { expected[first] = Float(Double(expected[first]) + Double(dy[out])) }
      }
      try Kernels(set).maxPoolBackward(
        g, x: input.pointer, y: output.pointer, dy: gradient.pointer, dx: dx.pointer)
      #expect(exactBits(dx.elements) == exactBits(expected), "\(g)")
      #expect(dx.isIntact)
    }
  }
}
