import Networks

/// How a window's loops are written: over its rows and columns that lie within an image.
struct CWindow {
  let window: Window
  let input: ImageShape
  let output: ImageShape

  /// Whether some window reaches beyond the image, so that its taps have to be counted at run time.
  var isCut: Bool { isCut(\.height, before: window.padding.top) || isCut(\.width, before: window.padding.left) }

  private func isCut(_ side: KeyPath<Pair, Int>, before padding: Int) -> Bool {
    let (size, count) =
      side == \Pair.height ? (input.height, output.height) : (input.width, output.width)
    return padding > 0
      || (count - 1) * window.stride[keyPath: side] + window.extent[keyPath: side] > size
  }

  /// Whether some window sees no column of the image at all.
  var hasEmptyRows: Bool {
    (0..<output.width).contains { column in
      let left = column * window.stride.width - window.padding.left
      return !(0..<window.kernel.width).contains { (0..<input.width).contains(left + $0 * window.dilation.width) }
    }
  }

  /// The first row of taps and one past the last, as C says them.
  var rows: (begin: String, end: String) { isCut ? ("ky_begin", "ky_end") : ("0", "\(window.kernel.height)") }
  /// Likewise columns.
  var columns: (begin: String, end: String) { isCut ? ("kx_begin", "kx_end") : ("0", "\(window.kernel.width)") }

  /// What counts taps.
  var helpers: Set<CHelper> { isCut ? [.firstTap, .endTap] : [] }

  /// The pixel that a tap sees.
  var pixel: String {
    "((top + \("ky".times(window.dilation.height))) * \(input.width) + left + \("kx".times(window.dilation.width)))"
  }

  /// Loops over the output's pixels, with each one's place and taps.
  func forEachPixel(_ writer: inout CWriter, _ body: (inout CWriter) -> Void) {
    let (stride, padding, dilation, kernel) = (window.stride, window.padding, window.dilation, window.kernel)
    writer.loop("row", below: output.height) { writer in
      writer.line("const int32_t top = \("row".times(stride.height).minus(padding.top));")
      if isCut {
        writer.line("const int32_t ky_begin = first_tap(top, \(dilation.height));")
        writer.line("const int32_t ky_end = end_tap(top, \(dilation.height), \(kernel.height), \(input.height));")
      }
      writer.loop("column", below: output.width) { writer in
        writer.line("const int32_t left = \("column".times(stride.width).minus(padding.left));")
        if isCut {
          writer.line("const int32_t kx_begin = first_tap(left, \(dilation.width));")
          writer.line("const int32_t kx_end = end_tap(left, \(dilation.width), \(kernel.width), \(input.width));")
        }
        body(&writer)
      }
    }
  }

  /// Loops over the taps of a window.
  func forEachTap(_ writer: inout CWriter, _ body: (inout CWriter) -> Void) {
    writer.loop("ky", from: rows.begin, below: rows.end) { writer in
      writer.loop("kx", from: columns.begin, below: columns.end, body)
    }
  }
}
