import Kernels

/// A weight matrix as float kernels read it: (inner, out) cut into panels of 16 outputs.
///
/// Element (k, j) lies at `(j / 16 * inner + k) * 16 + j % 16`; outputs past the last are zeros.
struct WeightPanels {
  static let width = Kernels.panel
  /// Terms of each sum.
  let inner: Int
  /// Sums.
  let out: Int

  /// Panels of 16 outputs.
  var panels: Int { (out + Self.width - 1) / Self.width }
  /// Elements from one panel to the next.
  var panelStride: Int { inner * Self.width }
  /// Elements of all panels.
  var count: Int { panels * panelStride }

  /// The offset of an element.
  func offset(_ k: Int, _ j: Int) -> Int { j / Self.width * panelStride + k * Self.width + j % Self.width }

  /// The outputs of one panel.
  func columns(of panel: Int) -> Int { min(Self.width, out - panel * Self.width) }

  /// Copies a weight from PyTorch's layout (out, inner), whose inner index `source[k]` is ours k.
  func pack(_ weight: [Float], source: [Int], into target: UnsafeMutablePointer<Float>) {
    for j in 0..<out {
      for k in 0..<inner { target[offset(k, j)] = weight[j * inner + source[k]] }
    }
  }

  /// The inverse of `pack`.
  func unpack(_ panels: UnsafePointer<Float>, source: [Int]) -> [Float] {
    var weight = [Float](repeating: 0, count: out * inner)
    for j in 0..<out {
      for k in 0..<inner { weight[j * inner + source[k]] = panels[offset(k, j)] }
    }
    return weight
  }
}

extension ImageShape {
  /// For each position in our order (row, column, channel), the index in PyTorch's (channel, row, column).
  ///
  /// It serves images and convolution kernels alike: a kernel's weights for one output are a small image.
  var pytorchOrder: [Int] {
    (0..<height).flatMap { y in
      (0..<width).flatMap { x in (0..<channels).map { ($0 * height + y) * width + x } }
    }
  }
}
