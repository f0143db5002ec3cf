import Kernels
import Tensors
import Testing

@Suite struct AdamTests {
  private struct State: Equatable {
    var w: [Float]
    var m: [Float]
    var v: [Float]
  }

  private static let constants = AdamConstants(
    oneMinusBeta1: 0.1, beta2: 0.999, oneMinusBeta2: 0.001, stepSize: 0.01, sqrtCorrection2: 0.0316,
    epsilon: 1e-8)

  private func run(_ set: InstructionSet, _ state: State, _ gradient: [Float]) throws -> State {
    let (w, m, v, g) = (Guarded(state.w), Guarded(state.m), Guarded(state.v), Guarded(gradient))
    try Kernels(set).adam(
      count: gradient.count, w: w.pointer, m: m.pointer, v: v.pointer, gradient: g.pointer, Self.constants)
    #expect(w.isIntact && m.isIntact && v.isIntact)
    return State(w: w.elements, m: m.elements, v: v.elements)
  }

  /// In double, rounded to float after each operation: rounding twice is rounding once for these five.
  private func oracle(_ state: State, _ gradient: [Float]) -> State {
    func round(_ x: Double) -> Double { Double(Float(x)) }
    var result = state
    let k = Self.constants
    for i in gradient.indices {
      let g = Double(gradient[i])
      let (m0, v0) = (Double(state.m[i]), Double(state.v[i]))
      let m = round(m0 + round(round(g - m0) * Double(k.oneMinusBeta1)))
      let v = round(round(v0 * Double(k.beta2)) + round(round(g * g) * Double(k.oneMinusBeta2)))
      let denominator = round(round(round(v.squareRoot()) / Double(k.sqrtCorrection2)) + Double(k.epsilon))
      let change = round(Double(k.stepSize) * round(m / denominator))
      result.w[i] = Float(Double(state.w[i]) - change)
      result.m[i] = Float(m)
      result.v[i] = Float(v)
    }
    return result
  }

  // Would catch a fused multiply-add, an approximate reciprocal or square root, another order, a wrong tail.
  @Test(arguments: sets) func stepsMeetTheOracle(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 13)
    for count in edgeSizes + [1000] {
      var state = State(
        w: random.floats(count), m: random.floats(count, -0.1, 0.1), v: random.floats(count, 0, 0.01))
      for _ in 0..<3 {
        let gradient = random.floats(count, -0.2, 0.2)
        let expected = oracle(state, gradient)
        state = try run(set, state, gradient)
        #expect(state == expected, "count \(count)")
      }
    }
  }

  // Would catch a division by zero at the first step of a parameter without gradient: epsilon keeps it still.
  @Test(arguments: sets) func withoutGradientNothingMoves(_ set: InstructionSet) throws {
    let state = State(w: [1, -2, 3], m: [0, 0, 0], v: [0, 0, 0])
    #expect(try run(set, state, [0, 0, 0]) == state)
  }

  // Would catch a mask or a comparison that swallows NaN.
  @Test(arguments: sets) func aNaNStaysInItsParameter(_ set: InstructionSet) throws {
    let zeros = Array(repeating: Float(0), count: 9)
    var gradient = zeros
    gradient[4] = .nan
    let result = try run(set, State(w: zeros, m: zeros, v: zeros), gradient)
    #expect(result.w.indices.filter { result.w[$0].isNaN } == [4])
  }
}
