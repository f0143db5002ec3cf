import Tensors

/// The random part of a hand's movement: a displacement that changes smoothly over the picture.
///
/// Random vectors stand on a grid; between them runs the uniform cubic B-spline, which is twice continuously
/// differentiable, so a stroke bends and never breaks. (The idea of elastic distortion is Simard, Steinkraus and
/// Platt's, ICDAR 2003; theirs moves pixels, ours moves the pen, which keeps its width.)
struct SmoothField {
  // Four cells of 7 pixels cover the picture; a cubic B-spline needs three vectors more than cells.
  private static let cells = 4
  private static let spacing = 7.0
  private static let side = cells + 3
  private var vectors: [Point] = []

  /// A field whose grid vectors have coordinates in `-amplitude ..< amplitude`, in pixels.
  init(amplitude: Double, draws: inout SeededGenerator) {
    vectors.reserveCapacity(Self.side * Self.side)
    for _ in 0..<(Self.side * Self.side) {
      let x = draws.uniform(-amplitude, amplitude)
      let y = draws.uniform(-amplitude, amplitude)
      vectors.append(Point(x: x, y: y))
    }
  }

  /// Where the field moves `point`, in pixels. Outside the picture the field is that of the nearest cell.
  func displaced(_ point: Point) -> Point {
    let (column, u) = Self.cell(point.x)
    let (row, v) = Self.cell(point.y)
    let across = Self.weights(u)
    let down = Self.weights(v)
    var moved = point
    for j in 0..<4 {
      for i in 0..<4 {
        let weight = across[i] * down[j]
        let vector = vectors[(row + j) * Self.side + column + i]
        moved.x += weight * vector.x
        moved.y += weight * vector.y
      }
    }
    return moved
  }

  private static func cell(_ coordinate: Double) -> (index: Int, fraction: Double) {
    let position = min(max(coordinate / spacing, 0), Double(cells))
    let index = min(Int(position), cells - 1)
    return (index, position - Double(index))
  }

  private static func weights(_ t: Double) -> SIMD4<Double> {
    let s = 1 - t
    let square = t * t
    let cube = square * t
    return SIMD4(s * s * s, 3 * cube - 6 * square + 4, -3 * cube + 3 * square + 3 * t + 1, cube) / 6
  }
}
