/// A square of ink: for every pixel, how far its centre lies outside the nearest stroke's edge.
struct PenRaster {
  /// Pixels on a side.
  static let side = 28

  // Distance of a pixel's centre to the nearest edge, negative inside a stroke; far away it stays `untouched`.
  private var depth = [Double](repeating: untouched, count: side * side)
  private static let untouched = 1e3
  // Pixels further than this from an edge get no ink whatever the softness.
  private static let reach = 1.5

  /// Draws one stroke whose half width runs from `startRadius` at its first point to `endRadius` at its last.
  mutating func draw(_ path: PenPath, startRadius: Double, endRadius: Double) {
    let segments = path.points.count - 1
    let growth = (endRadius - startRadius) / Double(segments)
    for k in 0..<segments {
      draw(from: path.points[k], to: path.points[k + 1], radius: startRadius + growth * (Double(k) + 0.5))
    }
  }

  private mutating func draw(from a: Point, to b: Point, radius: Double) {
    let margin = radius + Self.reach
    guard let columns = Self.pixels(min(a.x, b.x) - margin, max(a.x, b.x) + margin),
      let rows = Self.pixels(min(a.y, b.y) - margin, max(a.y, b.y) + margin)
    else { return }
    let dx = b.x - a.x
    let dy = b.y - a.y
    let length = dx * dx + dy * dy
    // A segment without length is a dot: every pixel's nearest point is its first.
    let scale = length > 0 ? 1 / length : 0
    depth.withUnsafeMutableBufferPointer { depth in
      for row in rows {
        let py = Double(row) + 0.5 - a.y
        for column in columns {
          let px = Double(column) + 0.5 - a.x
          let along = min(max((px * dx + py * dy) * scale, 0), 1)
          let ex = px - along * dx
          let ey = py - along * dy
          let outside = (ex * ex + ey * ey).squareRoot() - radius
          if outside < depth[row * Self.side + column] { depth[row * Self.side + column] = outside }
        }
      }
    }
  }

  /// How much of the pixel at `index` (row by row) is inked, 0...1: a ramp `softness` pixels wide over the edge.
  func coverage(at index: Int, softness: Double) -> Double {
    min(max(0.5 - depth[index] / softness, 0), 1)
  }

  // The pixels whose squares meet the span, none when it lies outside the picture.
  private static func pixels(_ low: Double, _ high: Double) -> Range<Int>? {
    let first = Int(max(low, 0))
    let end = Int(min(max(high, -1) + 1, Double(side)))
    return first < end ? first..<end : nil
  }
}
