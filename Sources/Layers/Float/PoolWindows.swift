import Networks

/// The windows of a pool between two layouts, each cut to the pixels that the image has.
package struct PoolWindows: Sendable {
  /// One window.
  package struct Place: Sendable {
    /// Where the output pixel lies.
    package let output: Int
    /// Where the window's first pixel lies, or would lie.
    fileprivate let first: Int
    /// Its rows and columns within the image.
    fileprivate let rows: Range<Int>
    fileprivate let columns: Range<Int>
    /// Pixels of the window, and those of them that are padding and counted.
    package let counted: Int
    package let padded: Int
  }

  /// All windows, row by row.
  package let places: [Place]
  private let rowStride: Int
  private let pixelStride: Int

  /// - Parameter countsPadding: whether padding counts among a window's pixels; what lies beyond it never does.
  package init(
    _ window: Window, countsPadding: Bool = false, from input: ActivationLayout, to output: ActivationLayout
  ) {
    rowStride = input.rowStride
    pixelStride = input.image.channels
    let (image, padding) = (input.image, window.padding)
    places = (0..<output.image.height).flatMap { row in
      (0..<output.image.width).map { column in
        let (y, x) = (row * window.stride.height - padding.top, column * window.stride.width - padding.left)
        let rows = Window.inside(first: y, count: window.kernel.height, size: image.height)
        let columns = Window.inside(first: x, count: window.kernel.width, size: image.width)
        let height = min(y + window.kernel.height, image.height + padding.bottom) - y
        let width = min(x + window.kernel.width, image.width + padding.right) - x
        let within = rows.count * columns.count
        return Place(
          output: output.offset(y: row, x: column), first: input.offset(y: y, x: x), rows: rows, columns: columns,
          counted: countsPadding ? height * width : within, padded: countsPadding ? height * width - within : 0)
      }
    }
  }

  /// Calls `body` with where each pixel of a window lies, row by row.
  @inline(__always)
  package func forEachPixel(of place: Place, _ body: (Int) -> Void) {
    for row in place.rows {
      for column in place.columns { body(place.first + row * rowStride + column * pixelStride) }
    }
  }

  /// Where a window's pixels lie, row by row.
  package func pixels(of place: Place) -> [Int] {
    var pixels: [Int] = []
    forEachPixel(of: place) { pixels.append($0) }
    return pixels
  }
}
