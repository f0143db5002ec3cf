import Tensors

/// How one picture is written: everything random about it but the choice of the glyph.
struct Handwriting {
  /// Half the pen's width where a stroke starts, in pixels.
  let startRadius: Double
  /// Half the pen's width where a stroke ends, in pixels.
  let endRadius: Double
  /// Width of the ramp from paper to ink, in pixels.
  let softness: Double
  /// The value of full ink, at most 255.
  let brightness: Double
  /// The largest part of a pixel's ink that is missing at random.
  let grain: Double
  /// The largest value that a pixel gains at random, 0 in half of the pictures.
  let dust: Double

  // The page's turn, slant and stretch as a matrix, then its place in the picture.
  private let xx, xy, yx, yy: Double
  private let height: Double
  private let centre: Point
  private let field: SmoothField

  init(draws: inout SeededGenerator) {
    let radius = draws.uniform(0.7, 1.75)
    let pressure = draws.uniform(-0.3, 0.3)
    startRadius = radius * (1 + pressure)
    endRadius = radius * (1 - pressure)
    softness = draws.uniform(0.8, 1.8)
    brightness = draws.uniform(190, 255)
    grain = draws.uniform(0, 0.25)
    dust = max(0, draws.uniform(-32, 32))

    // A turn by angle a without sine or cosine: t = tan(a / 2), up to about 15 degrees.
    let t = draws.uniform(-0.13, 0.13)
    let cosine = (1 - t * t) / (1 + t * t)
    let sine = 2 * t / (1 + t * t)
    let slant = draws.uniform(-0.35, 0.2)
    let width = draws.uniform(0.7, 1.2)
    // turn * slant * stretch
    xx = cosine * width
    xy = cosine * slant - sine
    yx = sine * width
    yy = sine * slant + cosine

    height = draws.uniform(15, 20.5)
    centre = Point(x: 14 + draws.uniform(-2.5, 2.5), y: 14 + draws.uniform(-2.5, 2.5))
    field = SmoothField(amplitude: draws.uniform(1, 4.4), draws: &draws)
  }

  /// The glyph's strokes as this hand writes them, in pixels.
  func paths(of glyph: Glyph, draws: inout SeededGenerator) -> [PenPath] {
    var paths = glyph.strokes.map { stroke in
      let shaken = stroke.points.map { point in
        let x = point.x + draws.uniform(-7.5, 7.5)
        let y = point.y + draws.uniform(-7.5, 7.5)
        return Point(x: xx * x + xy * y, y: yx * x + yy * y)
      }
      var path = PenPath(through: shaken, corners: stroke.corners, step: 7)
      path.trim(start: draws.uniform(0, 0.1), end: draws.uniform(0, 0.1))
      return path
    }
    fit(&paths)
    return paths
  }

  // Scales the strokes together so that their longer side is `height`, puts them on `centre`, and bends them.
  private func fit(_ paths: inout [PenPath]) {
    var low = paths[0].points[0]
    var high = low
    for point in paths.lazy.flatMap(\.points) {
      low = Point(x: min(low.x, point.x), y: min(low.y, point.y))
      high = Point(x: max(high.x, point.x), y: max(high.y, point.y))
    }
    let scale = height / max(high.x - low.x, high.y - low.y)
    let middle = Point(x: (low.x + high.x) / 2, y: (low.y + high.y) / 2)
    for path in paths.indices {
      for k in paths[path].points.indices {
        let point = paths[path].points[k]
        paths[path].points[k] = field.displaced(
          Point(
            x: centre.x + (point.x - middle.x) * scale,
            y: centre.y + (point.y - middle.y) * scale))
      }
    }
  }
}
