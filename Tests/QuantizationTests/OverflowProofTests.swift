import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct OverflowProofTests {
  // Every input of 0 or the maximum: a sum of products is linear in each, so its extremes lie there. Would catch a
  // bound that looks only at the sum's end, at one sign, or at pairs from the wrong start.
  @Test func boundsHoldForEveryExtremeInput() {
    var random = SeededGenerator(seed: 51)
    for length in 1...8 {
      for inputMax in [1, 127, 255] as [Int32] {
        let rows = (0..<3).map { _ in random.integers(length, Int8.min...Int8.max) }
        let start = random.integers(3, -40_000...40_000 as ClosedRange<Int64>)
        let proof = OverflowProof(weights: rows, start: start, inputMax: inputMax)
        let (sum, pair) = extremes(rows, start, Int64(inputMax))
        #expect(sum <= proof.accumulatorBound, "\(rows) from \(start)")
        #expect(pair == proof.pairBound, "\(rows)")
      }
    }
  }

  /// The largest partial sum and the largest pair over all inputs of 0 or `inputMax`.
  private func extremes(_ rows: [[Int8]], _ start: [Int64], _ inputMax: Int64) -> (sum: Int64, pair: Int64) {
    var (largest, largestPair): (Int64, Int64) = (0, 0)
    for (row, first) in zip(rows, start) {
      for pattern in 0..<(1 << row.count) {
        let products = row.indices.map { pattern >> $0 & 1 == 1 ? inputMax * Int64(row[$0]) : 0 }
        var sum = first
        for (index, product) in products.enumerated() {
          sum += product
          largest = max(largest, abs(sum))
          if index % 2 == 0 {
            let next = index + 1 < products.count ? products[index + 1] : 0
            largestPair = max(largestPair, abs(product + next))
          }
        }
        largest = max(largest, abs(first))
      }
    }
    return (largest, largestPair)
  }

  // All weights of one sign and a start of the same: the bound is met, so no smaller one would do.
  @Test func theAccumulatorBoundIsMet() {
    let proof = OverflowProof(weights: [[-128, -3, -1], [1, 2, 3]], start: [-1000, 7], inputMax: 255)
    #expect(proof.accumulatorBound == 1000 + 255 * 132)
    #expect(proof.pairBound == 255 * 131)
  }

  // 127 * 127 * 2 = 32258 fits in 16 bits, as does 255 * 64 * 2 = 32640; 255 * 65 + 255 * 64 = 32895 does not.
  @Test func pairsFitAsDocumented() {
    func fits(_ weights: [Int8], _ inputMax: Int32) -> Bool {
      OverflowProof(weights: [weights], start: [0], inputMax: inputMax).fitsPairs
    }
    #expect(fits([127, 127], 127) && fits([-128, -128], 127))
    #expect(fits([64, 64], 255) && !fits([65, 64], 255) && !fits([-64, -65], 255))
    #expect(fits([127, -128], 255), "products of opposite signs never meet")
    #expect(fits([1, 127, 1, 1], 255), "127 * 255 + 255 = 32640")
    #expect(!fits([0, 0, 0, 0, 127, 127], 255) && fits([0, 127, 0, 127], 255))
  }

  @Test func accumulatorsFitUpToTheLastInteger() {
    let most = Int64(Int32.max)
    #expect(OverflowProof(weights: [[1]], start: [most - 255], inputMax: 255).fitsAccumulator)
    #expect(!OverflowProof(weights: [[1]], start: [most - 254], inputMax: 255).fitsAccumulator)
    #expect(!OverflowProof(weights: [[0]], start: [Int64(Int32.min)], inputMax: 255).fitsAccumulator)
  }

  @Test func nothingIsBoundedByNothing() {
    let proof = OverflowProof(weights: [], start: [], inputMax: 255)
    #expect(proof.accumulatorBound == 0 && proof.pairBound == 0 && proof.fitsPairs && proof.fitsAccumulator)
  }
}
