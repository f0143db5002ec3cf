import Foundation
import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct StreamingHistogramTests {
  /// Values of both signs over many magnitudes, some of them zero.
  private func mixed(_ seed: UInt64, _ count: Int) -> [Float] {
    var random = SeededGenerator(seed: seed)
    return random.floats(count).map { x in
      x.magnitude < 0.05 ? 0 : x * Float(pow(10, Double((x * 5).rounded())))
    }
  }

  // The definition, in f64: the least power of two that fits the greatest magnitude into 4096 bins, floor by division.
  @Test(arguments: [1, 10, 1000, 20_000]) func countsAreThoseOfDirectCounting(_ count: Int) throws {
    let values = mixed(101, count)
    var histogram = StreamingHistogram()
    for start in stride(from: 0, to: count, by: 37) { try histogram.insert(values[start..<min(start + 37, count)]) }
    let greatest = Double(values.map(\.magnitude).max() ?? 0)
    var width = 0x1p-200
    while greatest >= width * 4096 { width *= 2 }
    #expect(histogram.width == width)
    var (positive, negative) = ([UInt64](repeating: 0, count: 4096), [UInt64](repeating: 0, count: 4096))
    for value in values where value != 0 {
      let bin = Int((Double(value.magnitude) / width).rounded(.down))
      if value > 0 { positive[bin] += 1 } else { negative[bin] += 1 }
    }
    #expect(histogram.positive == positive && histogram.negative == negative)
    #expect(histogram.zeros == UInt64(values.count { $0 == 0 }) && histogram.total == UInt64(count))
    #expect(histogram.extremes == ObservedRange(low: values.min() ?? 0, high: values.max() ?? 0))
    #expect(histogram.positiveEnd == (positive.lastIndex { $0 > 0 } ?? -1) + 1)
    #expect(histogram.negativeEnd == (negative.lastIndex { $0 > 0 } ?? -1) + 1)
  }

  // Any order, any cutting into batches. Would catch bins that shift when the width doubles.
  @Test func orderAndBatchesAreIrrelevant() throws {
    var values = mixed(102, 3000)
    var whole = StreamingHistogram()
    try whole.insert(values[...])
    for (round, size) in [1, 7, 500, 3000].enumerated() {
      if round > 0 {
        var generator = SeededGenerator(seed: UInt64(round))
        values = generator.permutation(values.count).map { values[$0] }
      } else {
        values.sort { $0.magnitude < $1.magnitude }
      }
      var pieces = StreamingHistogram()
      for start in stride(from: 0, to: values.count, by: size) {
        try pieces.insert(values[start..<min(start + size, values.count)])
      }
      #expect(pieces == whole)
    }
  }

  // Both ends of f32's magnitudes, and a growth over all of them at once.
  @Test func magnitudesOfAllSizesFit() throws {
    let least = Float.leastNonzeroMagnitude
    var histogram = StreamingHistogram()
    try histogram.insert([0, 0])
    #expect(histogram.width == 0 && histogram.zeros == 2)
    try histogram.insert([least, -least])
    #expect(histogram.positive[2048] == 1 && histogram.negative[2048] == 1)
    try histogram.insert([.greatestFiniteMagnitude])
    #expect(histogram.positive[4095] == 1 && histogram.positive[0] == 1 && histogram.negative[0] == 1)
    #expect(histogram.total == 5)
  }

  @Test func mirroredValuesMirrorTheCounts() throws {
    let values = mixed(103, 2000)
    var (one, other) = (StreamingHistogram(), StreamingHistogram())
    try one.insert(values[...])
    try other.insert(values.map { -$0 }[...])
    #expect(one.positive == other.negative && one.negative == other.positive)
  }

  @Test func whatIsRefusedLeavesNoTrace() throws {
    var histogram = StreamingHistogram()
    try histogram.insert([1, 2])
    let before = histogram
    #expect(throws: QuantizationError.self) { try histogram.insert([3, .nan]) }
    #expect(histogram == before)
  }
}
