/// Which of many choices are worth their cost.
package enum ParetoFront {
  /// Which way is better.
  package enum Direction: Sendable, Hashable {
    case smaller
    case larger
  }

  /// The points that no other beats: none is at least as good in both and better in one.
  ///
  /// Equal points are all on the front, or none is. A point with NaN never is, and beats none; infinities are as good
  /// or as bad as they say.
  /// - Returns: Their indices, by rising x, then by rising y, then as given.
  package static func indices(
    _ points: [(x: Double, y: Double)], betterX: Direction, betterY: Direction
  ) -> [Int] {
    let (signX, signY) = (betterX == .smaller ? 1.0 : -1, betterY == .smaller ? 1.0 : -1)
    // Costs: less is better in both.
    let costs = points.map { (x: $0.x * signX, y: $0.y * signY) }
    let order = points.indices.filter { !points[$0].x.isNaN && !points[$0].y.isNaN }.sorted {
      (costs[$0].x, costs[$0].y) < (costs[$1].x, costs[$1].y)
    }
    var front: [Int] = []
    for index in order {
      guard let last = front.last else {
        front.append(index)
        continue
      }
      // All before cost no more in x: only less in y, or being the same point, saves it.
      let isSame = costs[index] == costs[last]
      if costs[index].y < costs[last].y || isSame { front.append(index) }
    }
    return front.sorted { (points[$0].x, points[$0].y, $0) < (points[$1].x, points[$1].y, $1) }
  }
}
