import Kernels

/// A float convolution as matrix products over offset tables: no patch is ever copied.
///
///     forward   Y[pixel][out] = b[out] + sum over (ky, kx, c) of X[pixel + (ky, kx)][c] * W[ky, kx, c][out]
///     weight    dW[ky, kx, c][out] = sum over images, pixels of X[pixel + (ky, kx)][c] * dY[pixel][out]
///     input     dX[pixel][c] = sum over (ky, kx, out) of dY[pixel - (ky, kx)][out] * W[ky, kx, c][out]
final class FloatConv2d: WeightedFloatStep, @unchecked Sendable {
  // Unchecked: images and shards write memory of their own.
  private let conv: Conv2d
  private let input: FloatNode
  private let output: FloatNode
  private let compute: Compute
  let weights: FloatWeights
  private let backwardPass: FloatConv2dBackward?
  private let winograd: WinogradConv2d?
  private var isPrepared = false

  private let pixelTable: Table<Int32>
  private let patchTable: Table<Int32>
  private let outputTable: Table<Int32>

  /// - Parameters:
  ///   - algorithm: how outputs are computed.
  ///   - inputGradient: how the input's gradient is, nil for the same way.
  init(
    _ conv: Conv2d, weight: [Float], bias: [Float]?, input: FloatNode, output: FloatNode,
    algorithm: ConvolutionAlgorithm = .direct, inputGradient: ConvolutionAlgorithm? = nil, compute: Compute
  ) {
    self.conv = conv
    self.input = input
    self.output = output
    self.compute = compute
    let layout = input.values.layout
    let size = output.values.layout.image
    weights = FloatWeights(
      weight: weight, bias: bias,
      inner: ImageShape(channels: layout.image.channels, height: conv.kernel, width: conv.kernel), out: conv.out)
    pixelTable = Table(
      layout.pixelTable(
        y: -conv.padding, x: -conv.padding, height: size.height, width: size.width, step: conv.stride))
    patchTable = Table(layout.patchTable(kernel: conv.kernel))
    outputTable = Table(output.values.layout.pixels)
    backwardPass =
      output.gradient == nil
      ? nil
      : FloatConv2dBackward(
        conv, input: input, output: output, weights: weights, pixelTable: pixelTable, patchTable: patchTable,
        algorithm: inputGradient ?? algorithm, compute: compute)
    winograd =
      algorithm == .direct
      ? nil
      : WinogradConv2d(
        from: input.values, start: -conv.padding, to: output.values, kernel: conv.kernel, stride: conv.stride,
        panels: weights.panels, compute: compute)
  }

  var parameters: [Parameter] { weights.parameters }

  func exported() -> [String: [Float]] { weights.exported() }

  func prepare() {
    // Without a gradient nothing moves a weight.
    if isPrepared && output.gradient == nil { return }
    winograd?.prepare(weights.weight.values.pointer)
    backwardPass?.prepare()
    isPrepared = true
  }

  func forward(_ images: Range<Int>, mode: FloatMode) {
    if let winograd {
      for image in images { winograd.run(image, bias: weights.bias.values.pointer, relu: conv.relu) }
      return
    }
    for image in images {
      compute.kernels.gemmF32(
        m: outputTable.count, n: conv.out, k: weights.panels.inner,
        a: input.values.image(image), aRow: pixelTable.pointer, aColumn: patchTable.pointer,
        b: weights.weight.values.pointer, bRow: weights.panelRows.pointer, bPanel: weights.panels.panelStride,
        c: output.values.image(image), cRow: outputTable.pointer,
        start: .bias(weights.bias.values.pointer), relu: conv.relu)
    }
  }

  func backward(_ images: Range<Int>) {
    guard let backwardPass else { preconditionFailure("this engine was not made for training") }
    backwardPass.run(images)
  }

  func finishBackward(count: Int) { backwardPass?.finish(count: count) }
}

extension Compute {
  /// Clears an image's gradient where its values are not positive. A border's values are zeros, and so it stays zero.
  func maskByReLU(_ node: FloatNode, _ image: Int) {
    guard let gradient = node.gradient else { return }
    kernels.reluBackward(
      count: gradient.layout.imageStride, y: node.values.image(image), dy: gradient.image(image))
  }
}
