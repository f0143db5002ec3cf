import Kernels

/// The sum of two values, in f32, and perhaps a ReLU of it. Both get the whole gradient.
final class FloatAdd: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let inputs: [FloatValue]
  private let output: FloatValue
  private let relu: Bool
  private let compute: Compute

  init(inputs: [FloatValue], output: FloatValue, relu: Bool, compute: Compute) {
    self.inputs = inputs
    self.output = output
    self.relu = relu
    self.compute = compute
  }

  func forward(_ images: Range<Int>, mode: FloatMode) {
    for image in images {
      output.values.forEachRow(of: image) { y, row, rowCount in
        let left = inputs[0].values.row(y, of: image)
        let right = inputs[1].values.row(y, of: image)
        for index in 0..<rowCount { row[index] = left[index] + right[index] }
        if relu { compute.kernels.relu(count: rowCount, x: row) }
      }
    }
  }

  func backward(_ images: Range<Int>) {
    guard let source = output.gradient else { preconditionFailure("this engine was not made for training") }
    for image in images {
      if relu { compute.maskByReLU(output, image) }
      for input in inputs { input.gradient?.copy(image, from: source) }
    }
  }
}
