import Kernels

/// max(x, 0) as a layer of its own, where it could not be fused into the one before.
final class FloatReLU: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let input: FloatValue
  private let output: FloatValue
  private let compute: Compute

  init(input: FloatValue, output: FloatValue, compute: Compute) {
    self.input = input
    self.output = output
    self.compute = compute
  }

  func forward(_ images: Range<Int>, mode: FloatMode) {
    for image in images {
      input.values.forEachRow(of: image) { y, row, rowCount in
        let target = output.values.row(y, of: image)
        target.update(from: row, count: rowCount)
        compute.kernels.relu(count: rowCount, x: target)
      }
    }
  }

  func backward(_ images: Range<Int>) {
    guard let source = output.gradient else { preconditionFailure("this engine was not made for training") }
    guard let target = input.gradient else { return }
    for image in images {
      compute.maskByReLU(output, image)
      source.forEachRow(of: image) { y, row, rowCount in
        target.row(y, of: image).update(from: row, count: rowCount)
      }
    }
  }
}
