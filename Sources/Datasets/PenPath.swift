/// A stroke as the points between which the renderer draws straight segments.
struct PenPath {
  /// The points in the order in which the pen passes them, at least two.
  var points: [Point]

  /// Follows the stroke's points with a Catmull-Rom spline, broken at its corners.
  ///
  /// The spline is the cubic with the tangent `(next - previous) / 2` at each point; at an end or a corner the
  /// missing neighbour is the point itself. One segment spans at most `step` of the chord between two points.
  /// - Precondition: the stroke has two points or more.
  init(through stroke: [Point], corners: Set<Int>, step: Double) {
    precondition(stroke.count > 1, "a stroke needs two points, not \(stroke.count)")
    points = [stroke[0]]
    points.reserveCapacity(8 * stroke.count)
    for i in 0..<(stroke.count - 1) {
      let from = stroke[i]
      let to = stroke[i + 1]
      let before = i == 0 || corners.contains(i) ? from : stroke[i - 1]
      let after = i + 2 == stroke.count || corners.contains(i + 1) ? to : stroke[i + 2]
      let dx = to.x - from.x
      let dy = to.y - from.y
      let segments = Int((dx * dx + dy * dy).squareRoot() / step) + 1
      for k in 1...segments {
        let t = Double(k) / Double(segments)
        points.append(
          Point(
            x: Self.spline(before.x, from.x, to.x, after.x, t),
            y: Self.spline(before.y, from.y, to.y, after.y, t)))
      }
    }
  }

  /// Lifts the pen early: drops the first and the last points, the given fractions of their number.
  mutating func trim(start: Double, end: Double) {
    let count = Double(points.count)
    let first = Int(start * count)
    let last = points.count - Int(end * count)
    if last - first > 1 { points = Array(points[first..<last]) }
  }

  private static func spline(_ a: Double, _ b: Double, _ c: Double, _ d: Double, _ t: Double) -> Double {
    let linear = c - a
    let square = 2 * a - 5 * b + 4 * c - d
    let cube = 3 * b - 3 * c + d - a
    return b + 0.5 * t * (linear + t * (square + t * cube))
  }
}
