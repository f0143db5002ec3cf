import Networks

extension CStep {
  /// The greatest byte of each window: bytes are in the order of what they stand for.
  func maxPool(_ pool: MaxPool2d) -> CFunction {
    let channels = output.shape.image.channels
    let loops = CWindow(window: pool.window, input: inputs[0].shape.image, output: output.shape.image)
    var function = CFunction(helpers: loops.helpers)
    loops.forEachPixel(&function.body) { writer in
      writer.loop("channel", below: channels) { writer in
        writer.line("uint8_t best = 0;")
        loops.forEachTap(&writer) { writer in
          writer.line("const uint8_t tap = x[\(loops.pixel.times(channels)) + channel];")
          writer.block("if (tap > best)") { $0.line("best = tap;") }
        }
        writer.line("*y++ = best;")
      }
    }
    return function
  }

  /// The mean of each window's distances from `origin`, a byte. Padding that counts adds zero points.
  func averagePool(_ pool: AveragePool2d, origin: Int32) -> CFunction {
    let (image, channels) = (inputs[0].shape.image, output.shape.image.channels)
    let loops = CWindow(window: pool.window(over: image), input: image, output: output.shape.image)
    let size = loops.window.kernel.height * loops.window.kernel.width
    let count = loops.isCut ? "count" : "\(size)"
    var function = CFunction(helpers: loops.helpers.union([.mean]))
    loops.forEachPixel(&function.body) { writer in
      if loops.isCut { countPixels(pool, loops, &writer) }
      let start = loops.isCut ? cutStart(pool, origin) : origin == 0 ? "0" : "-\(size) * \(origin)"
      writer.loop("channel", below: channels) { writer in
        writer.line("int32_t sum = \(start);")
        loops.forEachTap(&writer) { $0.line("sum += x[\(loops.pixel.times(channels)) + channel];") }
        writer.line("*y++ = (uint8_t)" + "mean(sum, \(count))".plus(Int(origin)) + ";")
      }
    }
    return function
  }

  private func cutStart(_ pool: AveragePool2d, _ origin: Int32) -> String {
    let padded = pool.countIncludePad && inputs[0].zeroPoint != 0 ? "(count - seen) * \(inputs[0].zeroPoint)" : ""
    let start = padded + (origin == 0 ? "" : " - count * \(origin)")
    return start.isEmpty ? "0" : padded.isEmpty ? "-count * \(origin)" : start
  }

  /// How many pixels a window sees, and by how many its sum is divided. No padding counts beyond that of the layer.
  private func countPixels(_ pool: AveragePool2d, _ loops: CWindow, _ writer: inout CWriter) {
    let (padding, kernel, input) = (loops.window.padding, loops.window.kernel, loops.input)
    let seen = "(ky_end - ky_begin) * (kx_end - kx_begin)"
    guard pool.countIncludePad else {
      writer.line("const int32_t count = \(seen);")
      return
    }
    if inputs[0].zeroPoint != 0 { writer.line("const int32_t seen = \(seen);") }
    writer.line(
      "const int32_t count = end_tap(top, 1, \(kernel.height), \(input.height + padding.bottom)) * "
        + "end_tap(left, 1, \(kernel.width), \(input.width + padding.right));")
  }
}
