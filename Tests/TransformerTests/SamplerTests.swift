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
}
