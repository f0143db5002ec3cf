import Kernels
import Networks

/// A float linear layer: Y[image][out] = b[out] + sum over k of X[image][k] * W[k][out], and its gradients.
///
/// Its input's features lie in our order (row, column, channel); the weight is packed to match.
final class FloatLinear: WeightedFloatStep, @unchecked Sendable {
  // Unchecked: blocks write memory of their own.

  /// Rows of a product that one worker takes at a time: fixed, so that threads never change a cut.
  private static let weightRowsPerBlock = 448
  private static let inputPanelsPerBlock = 16

  private let linear: Linear
  private let input: FloatValue
  private let output: FloatValue
  private let compute: Compute
  let weights: FloatWeights
  /// W^T in panels over the inputs, for the input's gradient.
  private let transposed: WeightPanels
  private let transposedWeight: AlignedBuffer<Float>

  private let inputRows: AlignedBuffer<Int32>
  private let outputRows: AlignedBuffer<Int32>
  private let gradientRows: AlignedBuffer<Int32>
  private let steps: AlignedBuffer<Int32>
  private let transposedRows: AlignedBuffer<Int32>
  private let zeros: AlignedBuffer<Int32>
  private let one = AlignedBuffer<Float>([1])

  init(
    _ linear: Linear, weight: [Float], bias: [Float]?, input: FloatValue, output: FloatValue, compute: Compute
  ) {
    precondition(input.values.layout.border == 0 && output.values.layout.border == 0, "vectors have no border")
    self.linear = linear
    self.input = input
    self.output = output
    self.compute = compute
    let image = input.values.layout.image
    let capacity = input.values.capacity
    weights = FloatWeights(weight: weight, bias: bias, inner: image, out: linear.out)
    transposed = WeightPanels(inner: linear.out, out: image.count)
    transposedWeight = AlignedBuffer(count: input.gradient == nil ? 0 : transposed.count)
    inputRows = AlignedBuffer(count: capacity, step: image.count)
    outputRows = AlignedBuffer(count: capacity, step: linear.out)
    gradientRows = AlignedBuffer(count: capacity, step: output.gradient?.layout.imageStride ?? 0)
    steps = AlignedBuffer(count: max(image.count, linear.out), step: 1)
    transposedRows = AlignedBuffer(count: linear.out, step: WeightPanels.width)
    zeros = AlignedBuffer(count: max(capacity, 1))
  }

  var parameters: [Parameter] { weights.parameters }

  func exported() -> [String: [Float]] { weights.exported() }

  private var panels: WeightPanels { weights.panels }

  func forward(_ images: Range<Int>, mode: FloatMode) {
    compute.kernels.gemmF32(
      m: images.count, n: linear.out, k: panels.inner,
      a: input.values.image(images.lowerBound), aRow: inputRows.pointer, aColumn: steps.pointer,
      b: weights.weight.values.pointer, bRow: weights.panelRows.pointer, bPanel: panels.panelStride,
      c: output.values.image(images.lowerBound), cRow: outputRows.pointer,
      start: .bias(weights.bias.values.pointer), relu: linear.relu)
  }

  var needsBatchBackward: Bool { true }

  func backward(_ images: Range<Int>) {
    let count = images.count
    guard let gradient = output.gradient else { preconditionFailure("this engine was not made for training") }
    if linear.relu { compute.pool.forEach(count) { [self] in compute.maskByReLU(output, $0) } }
    weightGradient(from: gradient, count: count)
    compute.kernels.gemmF32(
      m: 1, n: linear.out, k: count,
      a: one.pointer, aRow: zeros.pointer, aColumn: zeros.pointer,
      b: gradient.image(0), bRow: gradientRows.pointer, bPanel: WeightPanels.width,
      c: weights.bias.gradient.pointer, cRow: zeros.pointer, start: .zero, relu: false)
    if let target = input.gradient { inputGradient(from: gradient, into: target, count: count) }
  }

  /// dW[k][out] = sum over images of X[image][k] * dY[image][out].
  private func weightGradient(from gradient: Activation<Float>, count: Int) {
    let blocks = (panels.inner + Self.weightRowsPerBlock - 1) / Self.weightRowsPerBlock
    compute.pool.forEach(blocks) { [self] block in
      let first = block * Self.weightRowsPerBlock
      compute.kernels.gemmF32(
        m: min(Self.weightRowsPerBlock, panels.inner - first), n: panels.out, k: count,
        a: input.values.image(0) + first, aRow: steps.pointer, aColumn: inputRows.pointer,
        b: gradient.image(0), bRow: gradientRows.pointer, bPanel: WeightPanels.width,
        c: weights.weight.gradient.pointer + first * WeightPanels.width, cRow: weights.panelRows.pointer,
        cPanel: panels.panelStride, start: .zero, relu: false)
    }
  }

  /// dX[image][k] = sum over out of dY[image][out] * W[k][out].
  private func inputGradient(from gradient: Activation<Float>, into target: Activation<Float>, count: Int) {
    transposeWeight()
    let blocks = (transposed.panels + Self.inputPanelsPerBlock - 1) / Self.inputPanelsPerBlock
    compute.pool.forEach(blocks) { [self] block in
      let firstPanel = block * Self.inputPanelsPerBlock
      let first = firstPanel * WeightPanels.width
      compute.kernels.gemmF32(
        m: count, n: min(Self.inputPanelsPerBlock * WeightPanels.width, transposed.out - first), k: linear.out,
        a: gradient.image(0), aRow: gradientRows.pointer, aColumn: steps.pointer,
        b: transposedWeight.pointer + firstPanel * transposed.panelStride, bRow: transposedRows.pointer,
        bPanel: transposed.panelStride,
        c: target.image(0) + first, cRow: inputRows.pointer, start: .zero, relu: false)
    }
  }

  /// Both matrices lie in panels of 16, so each block of 16 x 16 is transposed within two contiguous runs.
  private func transposeWeight() {
    let width = WeightPanels.width
    compute.pool.forEach(transposed.panels) { [self] panel in
      let rows = transposed.columns(of: panel)
      for outPanel in 0..<panels.panels {
        compute.kernels.transpose(
          rows: rows, columns: panels.columns(of: outPanel),
          x: weights.weight.values.pointer + panels.offset(panel * width, outPanel * width), stride: width,
          out: transposedWeight.pointer + transposed.offset(outPanel * width, panel * width), outStride: width)
      }
    }
  }
}
