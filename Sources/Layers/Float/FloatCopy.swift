/// An image as a vector where it cannot be the same memory: another reader wants a border around the image.
package final class FloatCopy: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let input: FloatValue
  private let output: FloatValue

  package init(input: FloatValue, output: FloatValue) {
    self.input = input
    self.output = output
  }

  package func forward(_ images: Range<Int>, mode: FloatMode) {
    for image in images { output.values.copy(image, from: input.values) }
  }

  package func backward(_ images: Range<Int>) {
    guard let source = output.gradient, let target = input.gradient else { return }
    for image in images { target.copy(image, from: source) }
  }
}

extension Activation {
  /// Copies an image from a layout with another border.
  package func copy(_ image: Int, from source: Activation) {
    source.forEachRow(of: image) { y, row, rowCount in
      (self.image(image) + layout.offset(y: y, x: 0)).update(from: row, count: rowCount)
    }
  }
}
