import Reporting
import Testing

@Suite("Pareto fronts")
struct ParetoFrontTests {
  /// What the front is by definition, each point against every other.
  private func bruteForce(
    _ points: [(x: Double, y: Double)], _ x: ParetoFront.Direction, _ y: ParetoFront.Direction
  ) -> Set<Int> {
    func isBetter(_ first: Double, _ second: Double, _ way: ParetoFront.Direction) -> Bool {
      way == .smaller ? first < second : first > second
    }
    func beats(_ first: (x: Double, y: Double), _ second: (x: Double, y: Double)) -> Bool {
      !isBetter(second.x, first.x, x) && !isBetter(second.y, first.y, y)
        && (isBetter(first.x, second.x, x) || isBetter(first.y, second.y, y))
    }
    let valid = points.indices.filter { !points[$0].x.isNaN && !points[$0].y.isNaN }
    return Set(valid.filter { index in !valid.contains { beats(points[$0], points[index]) } })
  }

  @Test("equal to the definition on small grids full of ties, with NaN and infinities, in all four directions")
  func againstDefinition() {
    var state: UInt64 = 1
    func draw(_ values: [Double]) -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return values[Int(state >> 33) % values.count]
    }
    let values: [Double] = [0, -0.0, 1, 2, 3, 4, 5, 6, .nan, .infinity, -.infinity]
    for size in 0..<400 {
      let points = (0..<size % 14).map { _ in (x: draw(values), y: draw(values)) }
      for x in [ParetoFront.Direction.smaller, .larger] {
        for y in [ParetoFront.Direction.smaller, .larger] {
          let front = ParetoFront.indices(points, betterX: x, betterY: y)
          #expect(Set(front) == bruteForce(points, x, y), "\(points) \(x) \(y)")
          #expect(Set(front).count == front.count)
          #expect(zip(front, front.dropFirst()).allSatisfy { points[$0].x <= points[$1].x })
        }
      }
    }
  }

  @Test("equal points are both on the front; NaN never is")
  func ties() {
    let points = [(x: 1.0, y: 1.0), (1, 1), (1, 2), (.nan, 0), (0, .nan)]
    #expect(ParetoFront.indices(points, betterX: .smaller, betterY: .smaller) == [0, 1])
  }
}
