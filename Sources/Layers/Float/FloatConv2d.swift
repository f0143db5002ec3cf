import Kernels
import Networks

/// A float convolution as matrix products over offset tables: no patch is ever copied.
///
///     forward   Y[pixel][out] = b[out] + sum over (ky, kx, c) of X[pixel + (ky, kx)][c] * W[ky, kx, c][out]
///     weight    dW[ky, kx, c][out] = sum over images, pixels of X[pixel + (ky, kx)][c] * dY[pixel][out]
///     input     dX[pixel][c] = sum over (ky, kx, out) of dY[pixel - (ky, kx)][out] * W[ky, kx, c][out]
///
/// Of a grouped convolution, weights between channels of different groups are zeros. A max-pool that follows may be taken in: then what it pools lives for a moment, in a worker's cache.
final class FloatConv2d: WeightedFloatStep, @unchecked Sendable {
  // Unchecked: images and shards write memory of their own.
  private let conv: Conv2d
  private let input: FloatValue
  private let output: FloatValue
  private let compute: Compute
  let weights: FloatWeights
  private let pooling: ConvPooling?
  private let backwardPass: FloatConv2dBackward?
  private let winograd: WinogradConv2d?
  private var isPrepared = false

  private let pixelTable: AlignedBuffer<Int32>
  private let patchTable: AlignedBuffer<Int32>
  private let outputTable: AlignedBuffer<Int32>

  /// - Parameters:
  ///   - pool: the pool that is taken in, and the layout of what it pools; nil for none. The output is then the pool's.
  ///   - algorithm: how outputs are computed.
  ///   - inputGradient: how the input's gradient is, nil for the same way.
  init(
    _ conv: Conv2d, weight: [Float], bias: [Float]?, input: FloatValue, output: FloatValue,
    pool: (pool: MaxPool2d, layout: ActivationLayout)? = nil, algorithm: ConvolutionAlgorithm = .direct,
    inputGradient: ConvolutionAlgorithm? = nil, compute: Compute
  ) {
    self.conv = conv
    self.input = input
    self.output = output
    self.compute = compute
    let (layout, result) = (input.values.layout, pool?.layout ?? output.values.layout)
    let size = result.image
    weights = FloatWeights(
      weight: weight, bias: bias,
      inner: ImageShape(channels: layout.image.channels, height: conv.kernel.height, width: conv.kernel.width),
      out: conv.out, groups: conv.groups)
    pooling = pool.map { ConvPooling($0.pool, from: $0.layout, to: output, relu: conv.relu, kernels: compute.kernels) }
    pixelTable = AlignedBuffer(layout.windowTable(conv.window, over: size))
    patchTable = AlignedBuffer(layout.patchTable(conv.window))
    outputTable = AlignedBuffer(result.pixels)
    backwardPass =
      output.gradient == nil
      ? nil
      : FloatConv2dBackward(
        conv, input: input, gradient: result, weights: weights, pixelTable: pixelTable, patchTable: patchTable,
        algorithm: inputGradient ?? algorithm, compute: compute)
    winograd =
      algorithm == .direct
      ? nil
      : WinogradConv2d(
        from: layout, start: Pair(-conv.padding.top, -conv.padding.left), to: result, conv, panels: weights.panels,
        compute: compute)
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
    guard let pooling else {
      for image in images { convolve(image, to: output.values.image(image)) }
      return
    }
    pooling.withUnpooledImage { scratch in
      for image in images {
        convolve(image, to: scratch)
        pooling.pool(image, from: scratch)
      }
    }
  }

  private func convolve(_ image: Int, to target: UnsafeMutablePointer<Float>) {
    if let winograd {
      winograd.run(input.values.image(image), to: target, bias: weights.bias.values.pointer, relu: conv.relu)
      return
    }
    compute.kernels.gemmF32(
      m: outputTable.count, n: conv.out, k: weights.panels.inner,
      a: input.values.image(image), aRow: pixelTable.pointer, aColumn: patchTable.pointer,
      b: weights.weight.values.pointer, bRow: weights.panelRows.pointer, bPanel: weights.panels.panelStride,
      c: target, cRow: outputTable.pointer, start: .bias(weights.bias.values.pointer), relu: conv.relu)
  }

  func backward(_ images: Range<Int>) {
    guard let backwardPass, let gradient = output.gradient else {
      preconditionFailure("this engine was not made for training")
    }
    guard let pooling else {
      backwardPass.run(images) { [self] image in
        if conv.relu { compute.maskByReLU(output, image) }
        return UnsafePointer(gradient.image(image))
      }
      return
    }
    pooling.withUnpooledImage { scratch in
      backwardPass.run(images) { image in
        pooling.unpool(image, into: scratch)
        return UnsafePointer(scratch)
      }
    }
  }

  func finishBackward(count: Int) { backwardPass?.finish(count: count) }
}

extension Compute {
  /// Clears an image's gradient where its values are not positive. A border's values are zeros, and so it stays zero.
  func maskByReLU(_ node: FloatValue, _ image: Int) {
    guard let gradient = node.gradient else { return }
    kernels.reluBackward(
      count: gradient.layout.imageStride, y: node.values.image(image), dy: gradient.image(image))
  }
}
