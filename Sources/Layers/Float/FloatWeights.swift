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
  private let inner: ImageShape
  private let groups: Int
  private let order: [Int]
  /// Ones within groups, zeros between them; nil for one group.
  private let mask: AlignedBuffer<Float>?

  /// Packs a weight in PyTorch's layout (out, channels / groups, height, width) and a bias (out).
  /// - Parameters:
  ///   - inner: the shape of one output's weights of all channels; their order becomes (height, width, channels).
  ///   - groups: parts of outputs and channels; weights from one to another are zeros that stay.
  package init(weight: [Float], bias: [Float]?, inner: ImageShape, out: Int, groups: Int = 1) {
    self.inner = inner
    self.groups = groups
    panels = WeightPanels(inner: inner.count, out: out)
    order = inner.pytorchOrder
    hasBias = bias != nil
    self.weight = Parameter(count: panels.count)
    self.bias = Parameter(count: panels.panels * WeightPanels.width)
    panelRows = AlignedBuffer(count: panels.inner, step: WeightPanels.width)
    let grouped = GroupedWeight(inner: inner, out: out, groups: groups)
    panels.pack(grouped.dense(weight, filling: 0), source: order, into: self.weight.values.pointer)
    mask = groups == 1 ? nil : AlignedBuffer(count: panels.count)
    if let mask {
      let ones = [Float](repeating: 1, count: weight.count)
      panels.pack(grouped.dense(ones, filling: 0), source: order, into: mask.pointer)
    }
    for (index, value) in (bias ?? []).enumerated() { self.bias.values.pointer[index] = value }
  }

  /// What training adjusts.
  package var parameters: [Parameter] { hasBias ? [weight, bias] : [weight] }

  /// A matrix in this weight's panels, in PyTorch's layout.
  package func unpacked(_ matrix: AlignedBuffer<Float>) -> [Float] {
    GroupedWeight(inner: inner, out: panels.out, groups: groups).parts(of: panels.unpack(matrix.pointer, source: order))
  }

  /// The numbers in PyTorch's layout, by their names within the layer.
  package func exported() -> [String: [Float]] {
    let values = unpacked(weight.values)
    guard hasBias else { return ["weight": values] }
    return ["weight": values, "bias": Array(UnsafeBufferPointer(start: bias.values.pointer, count: panels.out))]
  }

  /// Elements of one shard's part of both gradients: the weight's, then the bias's.
  var gradientCount: Int { panels.count + bias.values.count }

  /// Sets both gradients to the sums of shards' parts, which lie one after the other, added in their order.
  func sumGradients(of shards: Int, from parts: UnsafePointer<Float>) {
    for (offset, target) in [(0, weight.gradient), (panels.count, bias.gradient)] {
      target.buffer.update(repeating: 0)
      for shard in 0..<shards {
        let part = parts + shard * gradientCount + offset
        for index in 0..<target.count { target.pointer[index] += part[index] }
      }
    }
  }

  /// Clears what a matrix in these panels has between channels of different groups.
  func clearOtherGroups(_ matrix: AlignedBuffer<Float>) {
    guard let mask else { return }
    for index in 0..<panels.count { matrix.pointer[index] *= mask.pointer[index] }
  }
}
