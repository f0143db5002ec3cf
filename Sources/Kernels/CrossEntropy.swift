internal import CKernels

extension Kernels {
  /// Softmax and cross-entropy of `rows` rows of `classes` logits, with the gradient:
  ///
  ///     gradient[i][j] = (softmax(x[i])[j] - (j == label[i])) gradientScale
  ///
  /// In double: each probability and each logarithm has a relative error below 1e-13. A NaN or +infinity among a
  /// row's logits, or nothing but -infinity, makes the row's gradient and the sum NaN.
  /// - Parameters:
  ///   - logits: (rows, classes), row-major, as is `gradient`.
  ///   - labels: the class of each row, below `classes`.
  ///   - gradientScale: 1 / rows for a mean over the batch.
  /// - Returns: the sum over rows of -log softmax(x[i])[label[i]], in nats, added in row order.
  public func crossEntropy(
    rows: Int, classes: Int, logits: UnsafePointer<Float>, labels: UnsafePointer<UInt8>,
    gradientScale: Float, gradient: UnsafeMutablePointer<Float>
  ) -> Double {
    precondition(rows >= 0 && classes >= 0, "crossEntropy: a size is negative")
    for i in 0..<rows {
      precondition(labels[i] < classes, "crossEntropy: row \(i): label \(labels[i]) of \(classes) classes")
    }
    var arguments = octavo_cross_entropy(
      m: rows, n: classes, x: logits, label: labels, gradient_scale: gradientScale, grad: gradient)
    return table.pointee.cross_entropy(&arguments)
  }
}
