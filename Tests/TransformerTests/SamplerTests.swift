import Foundation
import Tensors
import Testing
import Transformer

@Suite struct SamplerTests {
  @Test func theLikeliestIsTheFirstOfEquals() {
    #expect(Sampler.greedy([0, 3, 1, 3]) == 1)
    var sampler = Sampler()
    #expect(sampler.next([-5, -4, -4]) == 1)
  }

  // Would catch an order by what is no number: another logit than the largest came first, and the process trapped.
  @Test func whatIsNoNumberIsNeverDrawn() {
    for place in 0..<6 {
      var logits = [Float](repeating: 0, count: 6).indices.map { Float($0) }
      logits[place] = .nan
      var sampler = Sampler(temperature: 1, seed: UInt64(place))
      for _ in 0..<200 { #expect(sampler.next(logits) != Int32(place)) }
    }
    for logits in [[Float.nan, .nan], [.infinity, 0, .nan], [-.infinity, -.infinity], [.infinity, .infinity]] {
      var sampler = Sampler(temperature: 1, topK: 2, topP: 0.9)
      #expect((0..<logits.count).contains(Int(sampler.next(logits))))
    }
  }

  /// A draw by the plain rule: every token sorted, of equals the first; those kept; then the running sum.
  private func plain(_ logits: [Float], _ temperature: Float, _ topK: Int, _ topP: Float, unit: Double) -> Int {
    var kept = logits.indices.sorted { (-logits[$0], $0) < (-logits[$1], $1) }
    if topK > 0 { kept = Array(kept.prefix(topK)) }
    let most = Double(logits.max() ?? 0)
    let weights = kept.map { Foundation.exp((Double(logits[$0]) - most) / Double(temperature)) }
    let sums = weights.indices.map { weights[...$0].reduce(0, +) }
    let all = weights.reduce(0, +)
    let end = topP == 1 ? kept.count - 1 : sums.firstIndex { $0 >= Double(topP) * all } ?? kept.count - 1
    return kept[sums.firstIndex { $0 > unit * sums[end] } ?? end]
  }

  // Would catch tokens that are left out, or come in another order, where a draw reaches beyond those near the largest:
  // 500 logits 9 to 12 below one of 0
  // weigh a seventieth of it at a temperature of 1, and fifteen times as much at 3.
  @Test(arguments: [Float(0.3), 1, 3], [(0, Float(1)), (0, 0.9), (7, 1), (40, 0.5)])
  func drawsAreThoseOfAPlainSort(_ temperature: Float, _ kept: (topK: Int, topP: Float)) {
    var random = SeededGenerator(seed: 9)
    var sampler = Sampler(temperature: temperature, topK: kept.topK, topP: kept.topP, seed: 4)
    var units = SeededGenerator(seed: 4)
    for _ in 0..<200 {
      // Quarters, so that many are equal.
      var logits = (0..<500).map { _ in Float((random.uniform(-12, -9) * 4).rounded() / 4) }
      logits[Int(random.uniform(0, 500))] = 0
      let expected = plain(logits, temperature, kept.topK, kept.topP, unit: units.unit())
      #expect(sampler.next(logits) == Int32(expected))
    }
  }
}
