import Kernels
import Networks

/// A float layer's weight and bias, packed for the kernels, each with its gradient.
package struct FloatWeights {
  /// How the weight is cut.
  package let panels: WeightPanels
  /// The weight, in panels.
  package let weight: Parameter
  /// The bias, zeros where the layer has none, filled up to whole panels.
  package let bias: Parameter
  /// The offset of each row of a panel.
  package let panelRows: AlignedBuffer<Int32>
  private let hasBias: Bool
  private let order: [Int]

  /// Packs a weight in PyTorch's layout (out, channels, height, width) and a bias (out).
  /// - Parameter inner: the shape of one output's weights; their order becomes (height, width, channels).
  package init(weight: [Float], bias: [Float]?, inner: ImageShape, out: Int) {
    panels = WeightPanels(inner: inner.count, out: out)
    order = inner.pytorchOrder
    hasBias = bias != nil
    self.weight = Parameter(count: panels.count)
    self.bias = Parameter(count: panels.panels * WeightPanels.width)
    panelRows = AlignedBuffer(count: panels.inner, step: WeightPanels.width)
    panels.pack(weight, source: order, into: self.weight.values.pointer)
    for (index, value) in (bias ?? []).enumerated() { self.bias.values.pointer[index] = value }
  }

  /// What training adjusts.
  package var parameters: [Parameter] { hasBias ? [weight, bias] : [weight] }

  /// A matrix in this weight's panels, in PyTorch's layout.
  package func unpacked(_ matrix: AlignedBuffer<Float>) -> [Float] { panels.unpack(matrix.pointer, source: order) }

  /// The numbers in PyTorch's layout, by their names within the layer.
  package func exported() -> [String: [Float]] {
    let values = panels.unpack(weight.values.pointer, source: order)
    guard hasBias else { return ["weight": values] }
    return ["weight": values, "bias": Array(UnsafeBufferPointer(start: bias.values.pointer, count: panels.out))]
  }
}
