import Benchmarks
import Foundation
import Testing

@Suite struct PowerLawTests {
  private static let sizes = [1.0, 3, 10, 64, 1000]

  // Would catch the axes exchanged, or a logarithm of one base undone by another.
  @Test(arguments: [-1.0, 0, 0.5, 1, 2.25]) func findsTheLawThatMadeThePoints(_ exponent: Double) throws {
    let law = try #require(PowerLaw(Self.sizes, Self.sizes.map { 3 * pow($0, exponent) }))
    #expect(abs(law.exponent - exponent) < 1e-12)
    #expect(abs(law.factor - 3) < 1e-11)
  }

  // By hand, in logarithms to base 2: x = 0, 1, 2 and y = 0, 1, 3 have the slope 3/2 and the intercept -1/6.
  @Test func leastSquaresByHand() throws {
    let law = try #require(PowerLaw([1, 2, 4], [1, 2, 8]))
    #expect(abs(law.exponent - 1.5) < 1e-14)
    #expect(abs(law.factor - pow(2, -1.0 / 6)) < 1e-14)
  }

  // The oracle is the definition: no law nearby has a smaller sum of squares.
  @Test func noLawNearbyIsCloser() throws {
    let values = [0.9, 2.1, 18, 70, 2400]
    let law = try #require(PowerLaw(Self.sizes, values))
    func error(_ exponent: Double, _ factor: Double) -> Double {
      zip(Self.sizes, values).reduce(0) { sum, point in
        let off = log(point.1) - log(factor) - exponent * log(point.0)
        return sum + off * off
      }
    }
    let best = error(law.exponent, law.factor)
    for step in [-0.01, -1e-4, 1e-4, 0.01] {
      #expect(error(law.exponent + step, law.factor) > best)
      #expect(error(law.exponent, law.factor * (1 + step)) > best)
    }
  }

  @Test(arguments: [
    ([], []), ([2], [3]), ([2, 2], [3, 4]), ([0, 1], [1, 1]), ([1, 2], [1, 0]), ([1, 2], [1, .infinity]),
    ([1, 2], [.nan, 1]),
  ])
  func noLaw(_ sizes: [Double], _ values: [Double]) { #expect(PowerLaw(sizes, values) == nil) }
}
