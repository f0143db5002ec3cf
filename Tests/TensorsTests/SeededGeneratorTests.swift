import Tensors
import Testing

/// SplitMix64 as its authors publish it, its numbers worked out by Python's integers; 1234567's are also those that
/// other implementations print.
@Suite struct SeededGeneratorTests {
  private func numbers(_ count: Int, seed: UInt64, stream: UInt64 = 0) -> [UInt64] {
    var generator = SeededGenerator(seed: seed, stream: stream)
    return (0..<count).map { _ in generator.next() }
  }

  // Would catch a wrong constant, shift or order: every artifact's bytes would change with it. The generator leaves
  // out the published sequence's first number.
  @Test func numbersAreThePublishedOnes() {
    #expect(
      numbers(5, seed: 1_234_567) == [
        0x2C73_F084_5854_0FA5, 0x883E_BCE5_A3F2_7C77, 0x3FBE_F740_E917_7B3F, 0xE3B8_3467_08CB_5ECD,
        0x6C4F_7DBC_9899_44F6,
      ])
    #expect(numbers(2, seed: 0) == [0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F])
    #expect(numbers(2, seed: 42, stream: 1) == [0x096C_2783_F1DB_BC17, 0xCA81_5659_D511_A2C5])
  }

  // Would catch a stream that is ignored, or that only shifts another's sequence by a few places.
  @Test func streamsShareNoNumber() {
    let streams: [UInt64] = [0, 1, 2, 3, 4, .max - 1, .max]
    let all = streams.flatMap { numbers(1000, seed: 7, stream: $0) }
    #expect(Set(all).count == all.count)
  }

  // Would catch a draw of 32 bits, or one that can reach 1.
  @Test func unitIsTheTop53Bits() {
    var generator = SeededGenerator(seed: 1_234_567)
    for number in numbers(5, seed: 1_234_567) {
      let value = generator.unit()
      #expect(value == Double(number / 2048) / 9_007_199_254_740_992)
      #expect((0..<1).contains(value))
    }
  }

  @Test func uniformStaysWithinItsBounds() {
    var generator = SeededGenerator(seed: 3)
    let values = (0..<10_000).map { _ in generator.uniform(-2, 5) }
    #expect(values.allSatisfy { (-2..<5).contains($0) })
    // The mean of 10 000 draws has a standard deviation of 7 / sqrt(12 * 10 000) = 0.02; five of them.
    #expect(abs(values.reduce(0, +) / 10_000 - 1.5) < 0.1)
  }

  // Would catch a modulo's bias or a bound that is reached: of 70 000 draws each of 7 comes 10 000 times, give or
  // take five standard deviations of 93.
  @Test func belowIsEvenAndBelow() {
    var generator = SeededGenerator(seed: 5)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[generator.below(7)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 465 }, "\(counts)")
  }

  // Would catch a 32-bit product, and a rejection that never ends for 1 or for a power of two.
  @Test func belowTakesExtremeBounds() {
    var generator = SeededGenerator(seed: 5)
    #expect((0..<100).allSatisfy { _ in generator.below(1) == 0 })
    let large = (0..<100).map { _ in generator.below(.max) }
    #expect(large.allSatisfy { $0 >= 0 } && (large.max() ?? 0) > .max / 2)
    #expect((0..<100).allSatisfy { _ in (0..<64).contains(generator.below(64)) })
  }

  // Would catch another direction of the shuffle, or a swap range that is one short.
  @Test func aPermutationIsTheOneWorkedOutByHand() {
    var generator = SeededGenerator(seed: 7)
    #expect(generator.permutation(10) == [6, 7, 9, 5, 2, 1, 3, 4, 8, 0])
  }

  @Test(arguments: [0, 1, 2, 3, 100, 1000]) func aPermutationHoldsEachNumberOnce(_ count: Int) {
    var generator = SeededGenerator(seed: 11)
    #expect(generator.permutation(count).sorted() == Array(0..<count))
  }

  // Would catch Sattolo's variant, which leaves no element in place: six orders of three, 1000 of each expected, give
  // or take five standard deviations of 29.
  @Test func everyOrderComesUp() {
    var generator = SeededGenerator(seed: 13)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<6000 { counts[generator.permutation(3), default: 0] += 1 }
    #expect(counts.count == 6 && counts.values.allSatisfy { abs($0 - 1000) < 145 }, "\(counts)")
  }
}
