import Kernels

/// A weight matrix as float kernels read it: (inner, out) cut into panels of 16 outputs.
///
/// Element (k, j) lies at `(j / 16 * inner + k) * 16 + j % 16`; outputs past the last are zeros.
package struct WeightPanels {
  package static let width = Kernels.panel
  /// Terms of each sum.
  package let inner: Int
  /// Sums.
  package let out: Int

  /// Panels of 16 outputs.
  package var panels: Int { (out + Self.width - 1) / Self.width }
  /// Elements from one panel to the next.
  package var panelStride: Int { inner * Self.width }
  /// Elements of all panels.
  package var count: Int { panels * panelStride }

  /// The offset of an element.
  package func offset(_ k: Int, _ j: Int) -> Int { j / Self.width * panelStride + k * Self.width + j % Self.width }

  /// The outputs of one panel.
  package func columns(of panel: Int) -> Int { min(Self.width, out - panel * Self.width) }

  /// Copies a weight from PyTorch's layout (out, inner), whose inner index `source[k]` is ours k.
  package func pack(_ weight: [Float], source: [Int], into target: UnsafeMutablePointer<Float>) {
    for j in 0..<out {
      for k in 0..<inner { target[offset(k, j)] = weight[j * inner + source[k]] }
    }
  }

  /// The inverse of `pack`.
  package func unpack(_ panels: UnsafePointer<Float>, source: [Int]) -> [Float] {
    var weight = [Float](repeating: 0, count: out * inner)
    for j in 0..<out {
      for k in 0..<inner { weight[j * inner + source[k]] = panels[offset(k, j)] }
    }
    return weight
  }
}
