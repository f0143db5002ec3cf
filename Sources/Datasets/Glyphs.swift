/// A place on the page: x to the right, y downwards.
struct Point: Sendable, Equatable {
  var x: Double
  var y: Double
}

/// One movement of the pen between touching the page and leaving it.
///
/// The pen runs smoothly through its points and stops to turn at the corners.
struct PenStroke: Sendable {
  let points: [Point]
  let corners: Set<Int>
}

/// One way of writing a digit: strokes on a page 100 high and about 100 wide.
struct Glyph: Sendable {
  let strokes: [PenStroke]

  init(_ strokes: PenStroke...) { self.strokes = strokes }

  /// The ways of writing each digit, by digit. People differ in these habits, so a class is several shapes.
  static let byDigit: [[Glyph]] = [
    zeros, ones, twos, threes, fours, fives, sixes, sevens, eights, nines,
  ]

  // The skeletons below were drawn for this file: x, y, x, y, ...
  private static let zeros = [
    Glyph(pen(52, 0, 25, 12, 14, 50, 26, 88, 50, 100, 75, 88, 86, 50, 74, 12, 50, 0)),
    Glyph(pen(60, 2, 38, 18, 30, 52, 38, 86, 54, 99, 68, 80, 72, 45, 64, 14, 52, 2)),
    Glyph(pen(66, 10, 44, 2, 22, 22, 15, 55, 28, 90, 52, 100, 78, 82, 85, 48, 74, 16, 52, 4, 38, 12)),
  ]

  private static let ones = [
    Glyph(pen(50, 0, 50, 50, 50, 100)),
    Glyph(pen(64, 0, 52, 50, 40, 100)),
    Glyph(pen(30, 22, 44, 12, 54, 0, 53, 50, 52, 100, corners: [2])),
    Glyph(pen(30, 20, 54, 0, 52, 50, 52, 100, corners: [1]), pen(28, 100, 74, 99)),
  ]

  private static let twos = [
    Glyph(pen(18, 24, 28, 6, 52, 0, 76, 10, 80, 30, 64, 56, 38, 80, 16, 99, 50, 97, 84, 98, corners: [7])),
    Glyph(pen(20, 22, 34, 4, 58, 0, 78, 16, 74, 42, 52, 70, 30, 92, 16, 96, 14, 84, 30, 80, 54, 92, 86, 98)),
    Glyph(pen(16, 10, 50, 2, 78, 10, 74, 34, 46, 68, 14, 98, 50, 93, 88, 100, corners: [5])),
  ]

  private static let threes = [
    Glyph(
      pen(
        20, 12, 46, 0, 74, 10, 76, 30, 60, 44, 42, 48, 66, 52, 84, 70, 74, 92, 46, 100, 18, 88, corners: [5])),
    Glyph(pen(20, 4, 50, 3, 78, 2, 46, 42, 70, 50, 82, 72, 68, 94, 42, 100, 16, 88, corners: [2, 3])),
    Glyph(pen(22, 8, 54, 0, 76, 16, 66, 40, 46, 49, 68, 56, 82, 76, 66, 97, 38, 100, 16, 90)),
  ]

  private static let fours = [
    Glyph(pen(30, 0, 22, 30, 16, 58, 50, 58, 88, 56, corners: [2]), pen(70, 4, 68, 50, 66, 100)),
    Glyph(pen(62, 0, 36, 32, 12, 66, 50, 67, 90, 64, corners: [2]), pen(63, 2, 62, 50, 62, 100)),
    Glyph(pen(20, 2, 18, 32, 30, 50, 54, 50, 76, 38), pen(80, 0, 75, 50, 66, 100)),
  ]

  private static let fives = [
    Glyph(
      pen(30, 2, 27, 24, 24, 46, 48, 37, 74, 46, 82, 70, 68, 93, 42, 100, 16, 90, corners: [2]),
      pen(30, 2, 56, 2, 82, 0)),
    Glyph(pen(84, 2, 60, 2, 34, 2, 26, 44, 54, 38, 80, 56, 78, 84, 52, 100, 20, 92, corners: [2, 3])),
    Glyph(pen(80, 4, 50, 2, 30, 14, 30, 38, 54, 48, 76, 62, 76, 86, 50, 100, 18, 92)),
  ]

  private static let sixes = [
    Glyph(pen(66, 0, 40, 18, 22, 48, 18, 78, 36, 98, 64, 96, 80, 76, 66, 56, 42, 56, 22, 74)),
    Glyph(pen(54, 0, 34, 32, 22, 66, 28, 92, 52, 100, 76, 88, 78, 66, 58, 54, 36, 62, 25, 80)),
    Glyph(pen(76, 6, 52, 2, 28, 28, 18, 62, 28, 92, 54, 99, 74, 84, 68, 66, 46, 62, 26, 78)),
  ]

  private static let sevens = [
    Glyph(pen(16, 6, 50, 4, 84, 2, 62, 44, 42, 100, corners: [2])),
    Glyph(pen(16, 6, 50, 4, 84, 2, 62, 44, 42, 100, corners: [2]), pen(30, 50, 50, 49, 76, 47)),
    Glyph(pen(18, 20, 20, 4, 50, 6, 82, 2, 64, 36, 53, 66, 48, 100, corners: [1, 3])),
  ]

  private static let eights = [
    Glyph(
      pen(
        74, 14, 50, 0, 28, 12, 30, 34, 52, 48, 76, 66, 74, 90, 50, 100, 26, 90, 24, 68, 48, 48, 70, 32, 74, 14
      )),
    Glyph(
      pen(50, 48, 28, 38, 26, 14, 50, 0, 72, 12, 72, 36, 50, 48),
      pen(50, 48, 24, 62, 20, 86, 50, 100, 80, 86, 76, 60, 50, 48)),
    Glyph(
      pen(82, 10, 58, 2, 30, 12, 34, 36, 60, 54, 76, 74, 64, 96, 38, 98, 22, 80, 40, 58, 64, 38, 80, 8)),
  ]

  private static let nines = [
    Glyph(pen(78, 16, 56, 0, 28, 10, 20, 34, 38, 52, 64, 44, 78, 16, 76, 60, 64, 100, corners: [6])),
    Glyph(pen(74, 20, 50, 2, 24, 18, 26, 44, 52, 50, 72, 34), pen(76, 6, 74, 50, 70, 100)),
    Glyph(
      pen(76, 22, 58, 2, 30, 8, 20, 32, 36, 52, 62, 46, 76, 24, 78, 60, 66, 90, 42, 100, 22, 90, corners: [6])
    ),
  ]

  private static func pen(_ coordinates: Double..., corners: Set<Int> = []) -> PenStroke {
    let points = stride(from: 0, to: coordinates.count, by: 2).map {
      Point(x: coordinates[$0], y: coordinates[$0 + 1])
    }
    return PenStroke(points: points, corners: corners)
  }
}
