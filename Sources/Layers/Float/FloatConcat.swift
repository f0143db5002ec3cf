/// The channels of several values, pixel by pixel one after the other. Each gets its channels' gradient.
final class FloatConcat: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let inputs: [FloatValue]
  private let output: FloatValue

  init(inputs: [FloatValue], output: FloatValue) {
    self.inputs = inputs
    self.output = output
  }

  func forward(_ images: Range<Int>, mode: FloatMode) {
    for image in images {
      var first = 0
      for input in inputs {
        input.values.forEachPixel(of: image, within: output.values, from: first) { part, whole, count in
          whole.update(from: part, count: count)
        }
        first += input.values.layout.image.channels
      }
    }
  }

  func backward(_ images: Range<Int>) {
    guard let source = output.gradient else { preconditionFailure("this engine was not made for training") }
    for image in images {
      var first = 0
      for input in inputs {
        input.gradient?.forEachPixel(of: image, within: source, from: first) { part, whole, count in
          part.update(from: whole, count: count)
        }
        first += input.values.layout.image.channels
      }
    }
  }
}

extension Activation {
  /// Calls `body` with each pixel of an image, and its place in a value that holds these channels from `first` on.
  fileprivate func forEachPixel(
    of image: Int, within whole: Activation, from first: Int,
    _ body: (_ part: UnsafeMutablePointer<Element>, _ whole: UnsafeMutablePointer<Element>, _ count: Int) -> Void
  ) {
    let (channels, step) = (layout.image.channels, whole.layout.image.channels)
    forEachRow(of: image) { y, row, _ in
      let target = whole.row(y, of: image) + first
      for x in 0..<layout.image.width { body(row + x * channels, target + x * step, channels) }
    }
  }
}
