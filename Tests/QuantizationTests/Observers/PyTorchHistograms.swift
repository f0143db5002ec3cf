import Quantization

/// Ranges and histograms of torch 2.13.0's HistogramObserver on a CPU, `ATEN_CPU_CAPABILITY=avx2`:
///
///     o = HistogramObserver()
///     for shape, seed, count, scale in batches: o(torch.from_numpy(shape(seed, count) * np.float32(scale)))
///     low, high = o._non_linear_param_search()
///     bits = o.histogram.numpy().view(np.uint32)
///     checksum = sum(int(b) * (2 * i + 1) for i, b in enumerate(bits)) % 2**64
///
/// The shapes are made of the linear congruential generator below, in f32, alike in NumPy and here.
enum PyTorchHistograms {
  enum Shape: String {
    case uniform, bell, relu, tails, below, point, zeros
  }

  struct Batch {
    let values: [Float]

    init(_ shape: Shape, _ seed: UInt32, _ count: Int, _ scale: Float) {
      values = PyTorchHistograms.values(shape, seed, count).map { $0 * scale }
    }
  }

  struct Case {
    let batches: [Batch]
    let expected: ObservedRange
    let checksum: UInt64

    init(_ batches: [Batch], low: Float, high: Float, checksum: UInt64) {
      self.batches = batches
      self.expected = ObservedRange(low: low, high: high)
      self.checksum = checksum
    }
  }

  /// One batch of each shape; growing to one side, to both, not at all; a batch seen twice, as of a fused layer; one
  /// value, then many; a batch that makes all earlier ones a single bin.
  static let cases = [
    Case(
      [Batch(.uniform, 1, 1000, 1)],
      low: 0x1.78d8p-11, high: 0x1.ffa10ap-1, checksum: 1777506109620224),
    Case(
      [Batch(.relu, 2, 5000, 3)],
      low: 0, high: 0x1.5b75e2p2, checksum: 1560939413065728),
    Case(
      [Batch(.bell, 3, 5000, 1)],
      low: -0x1.bfe17cp0, high: 0x1.adbd5p0, checksum: 3145205715828736),
    Case(
      [Batch(.tails, 4, 4000, 1), Batch(.tails, 5, 4000, 1.5), Batch(.tails, 6, 4000, 2.25)],
      low: -0x1.b6a408p3, high: 0x1.41a844p3, checksum: 1839308481130944),
    Case(
      [
        Batch(.relu, 7, 3000, 1),
        Batch(.relu, 7, 3000, 1),
        Batch(.relu, 8, 3000, 1.25),
        Batch(.relu, 8, 3000, 1.25),
      ],
      low: 0, high: 0x1.1e048ep1, checksum: 1684967126724608),
    Case(
      [Batch(.bell, 9, 3000, 2), Batch(.bell, 10, 3000, 0.5)],
      low: -0x1.af2814p1, high: 0x1.a2b8acp1, checksum: 2858060736888832),
    Case(
      [Batch(.below, 11, 3000, 1), Batch(.below, 12, 2000, 3)],
      low: -0x1.dffdfcp1, high: -0x1.07029p-2, checksum: 3740789253079040),
    Case(
      [Batch(.point, 13, 100, 1), Batch(.uniform, 14, 1000, 2)],
      low: 0x1.426p-12, high: 0x1.fe9f2ep0, checksum: 1732600594038784),
    Case(
      [Batch(.point, 15, 100, 1)],
      low: 0x1.738794p-2, high: 0x1.738794p-2, checksum: 2295706681344),
    Case(
      [Batch(.zeros, 1, 50, 1)],
      low: 0, high: 0, checksum: 2278518423552),
    Case(
      [Batch(.zeros, 1, 50, 1), Batch(.bell, 16, 2000, 4)],
      low: -0x1.af4cf8p2, high: 0x1.d1268cp2, checksum: 2159875897950208),
    Case(
      [Batch(.tails, 17, 64, 10), Batch(.uniform, 18, 20, 0.001)],
      low: -0x1.a1415p4, high: 0x1.e0a53cp4, checksum: 97631989137408),
    Case(
      [Batch(.bell, 19, 2000, 0.001), Batch(.tails, 20, 2000, 100)],
      low: -0x1.c99d6p8, high: 0x1.8de9ap8, checksum: 1139057310584832),
  ]

  /// `x = 1664525 x + 1013904223` modulo 2^32; the value is its upper 24 bits as a fraction.
  static func uniform(_ seed: UInt32, _ count: Int) -> [Float] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) * 0x1p-24
    }
  }

  static func values(_ shape: Shape, _ seed: UInt32, _ count: Int) -> [Float] {
    switch shape {
    case .uniform: return uniform(seed, count)
    case .bell:
      let u = uniform(seed, 4 * count)
      return (0..<count).map { ((u[4 * $0] + u[4 * $0 + 1]) + (u[4 * $0 + 2] + u[4 * $0 + 3])) - 2 }
    case .relu: return values(.bell, seed, count).map { max($0, 0) }
    case .tails: return values(.bell, seed, count).map { $0 * $0 * $0 }
    case .below: return uniform(seed, count).map { -0.25 - $0 }
    case .point: return [Float](repeating: 1.5 * uniform(seed, 1)[0], count: count)
    case .zeros: return [Float](repeating: 0, count: count)
    }
  }

  static func checksum(_ histogram: [Float]) -> UInt64 {
    histogram.enumerated().reduce(0) { $0 &+ UInt64($1.element.bitPattern) &* UInt64(2 * $1.offset + 1) }
  }
}
