import Kernels
import Networks

/// The gradients of a convolution.
///
/// Weight gradients are summed per shard, then over shards in order: the same bits on any number of threads.
final class FloatConv2dBackward: @unchecked Sendable {
  // Unchecked: images and shards write memory of their own.
  private let conv: Conv2d
  private let input: FloatValue
  private let weights: FloatWeights
  private let panels: WeightPanels
  private let compute: Compute
  private let pixelTable: AlignedBuffer<Int32>
  private let patchTable: AlignedBuffer<Int32>
  private let gradientPixels: AlignedBuffer<Int32>
  private let zeros: AlignedBuffer<Int32>
  private let one = AlignedBuffer<Float>([1])
  private let shardStride: Int
  private let shardSums: AlignedBuffer<Float>
  private let inputPass: InputGradient?

  /// - Parameter gradient: how the gradient of an image of the output lies.
  init(
    _ conv: Conv2d, input: FloatValue, gradient: ActivationLayout, weights: FloatWeights,
    pixelTable: AlignedBuffer<Int32>,
    patchTable: AlignedBuffer<Int32>, algorithm: ConvolutionAlgorithm, compute: Compute
  ) {
    self.conv = conv
    self.input = input
    self.weights = weights
    panels = weights.panels
    self.compute = compute
    self.pixelTable = pixelTable
    self.patchTable = patchTable
    gradientPixels = AlignedBuffer(gradient.pixels)
    zeros = AlignedBuffer(count: gradientPixels.count)
    shardStride = weights.gradientCount
    shardSums = AlignedBuffer(count: Compute.shards(of: input.values.capacity) * shardStride)
    inputPass = input.gradient.map {
      InputGradient(
        conv, target: $0, source: gradient, panels: weights.panels, algorithm: algorithm, compute: compute)
    }
  }

  /// Makes the weight ready for the input's gradient.
  func prepare() { inputPass?.prepare(weights.weight.values.pointer) }

  /// The gradients of a shard's images.
  /// - Parameter gradient: the gradient of an image's output, good until the next is asked for.
  func run(_ images: Range<Int>, gradient: (Int) -> UnsafePointer<Float>) {
    let sums = shardSums.pointer + images.lowerBound / Compute.imagesPerShard * shardStride
    for image in images {
      let source = gradient(image)
      accumulate(image, source, into: sums, isFirst: image == images.lowerBound)
      inputPass?.run(image, source)
    }
  }

  /// Sums the weight's gradient over shards.
  func finish(count: Int) {
    weights.sumGradients(of: Compute.shards(of: count), from: shardSums.pointer)
    weights.clearOtherGroups(weights.weight.gradient)
  }

  /// Adds one image's part of dW and, behind it, of db.
  private func accumulate(
    _ image: Int, _ gradient: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>, isFirst: Bool
  ) {
    compute.kernels.gemmF32(
      m: panels.inner, n: panels.out, k: gradientPixels.count,
      a: input.values.image(image), aRow: patchTable.pointer, aColumn: pixelTable.pointer,
      b: gradient, bRow: gradientPixels.pointer, bPanel: WeightPanels.width,
      c: sums, cRow: weights.panelRows.pointer, cPanel: panels.panelStride,
      start: isFirst ? .zero : .accumulate, relu: false)
    // db is the product of a row of ones with dY.
    compute.kernels.gemmF32(
      m: 1, n: conv.out, k: gradientPixels.count,
      a: one.pointer, aRow: zeros.pointer, aColumn: zeros.pointer,
      b: gradient, bRow: gradientPixels.pointer, bPanel: WeightPanels.width,
      c: sums + panels.count, cRow: zeros.pointer, start: isFirst ? .zero : .accumulate, relu: false)
  }
}

/// The gradient of a convolution's input: itself a convolution, of the output's gradient, spread by the stride and
/// bordered, with the kernel turned by half a turn and inputs and outputs exchanged.
private final class InputGradient: @unchecked Sendable {
  // Unchecked: images write memory of their own; the turned weights are set before images run.
  private let conv: Conv2d
  private let target: Activation<Float>
  private let source: ActivationLayout
  /// The source spread by the stride inside a border, where the source itself does not lie so.
  private let spread: Activation<Float>?
  private let panels: WeightPanels
  private let turned: WeightPanels
  private let turnedWeight: AlignedBuffer<Float>
  private let compute: Compute
  private let windowTable: AlignedBuffer<Int32>
  private let patchTable: AlignedBuffer<Int32>
  private let targetTable: AlignedBuffer<Int32>
  private let panelRows: AlignedBuffer<Int32>
  private let winograd: WinogradConv2d?

  init(
    _ conv: Conv2d, target: Activation<Float>, source: ActivationLayout, panels: WeightPanels,
    algorithm: ConvolutionAlgorithm, compute: Compute
  ) {
    self.conv = conv
    self.target = target
    self.source = source
    self.panels = panels
    self.compute = compute
    let image = target.layout.image
    let (taps, extent, border) = (conv.kernel.height * conv.kernel.width, conv.window.extent, conv.gradientBorder)
    turned = WeightPanels(inner: taps * conv.out, out: image.channels)
    turnedWeight = AlignedBuffer(count: turned.count)
    let fits = conv.stride == 1 && source.border >= border.largest
    spread =
      fits
      ? nil
      : Activation(
        ActivationLayout(
          image: ImageShape(
            channels: conv.out, height: image.height + extent.height - 1, width: image.width + extent.width - 1),
          border: 0), capacity: target.capacity, fill: 0)
    let layout = spread?.layout ?? source
    let start = spread == nil ? Pair(-border.top, -border.left) : 0
    windowTable = AlignedBuffer(
      layout.pixelTable(y: start.height, x: start.width, height: image.height, width: image.width))
    patchTable = AlignedBuffer(layout.patchTable(Window(kernel: conv.kernel, dilation: conv.dilation)))
    targetTable = AlignedBuffer(target.layout.pixels)
    panelRows = AlignedBuffer(count: turned.inner, step: WeightPanels.width)
    winograd =
      algorithm == .direct
      ? nil
      : WinogradConv2d(
        from: layout, start: start, to: target.layout,
        Conv2d(out: conv.out, kernel: conv.kernel, dilation: conv.dilation),
        panels: turned, compute: compute)
  }

  func prepare(_ weight: UnsafePointer<Float>) {
    turn(weight)
    winograd?.prepare(turnedWeight.pointer)
  }

  func run(_ image: Int, _ gradient: UnsafePointer<Float>) {
    if let spread { fill(spread, image: image, from: gradient) }
    let from = spread.map { UnsafePointer($0.image(image)) } ?? gradient
    if let winograd {
      winograd.run(from, to: target.image(image), bias: nil, relu: false)
      return
    }
    compute.kernels.gemmF32(
      m: targetTable.count, n: turned.out, k: turned.inner,
      a: from, aRow: windowTable.pointer, aColumn: patchTable.pointer,
      b: turnedWeight.pointer, bRow: panelRows.pointer, bPanel: turned.panelStride,
      c: target.image(image), cRow: targetTable.pointer, start: .zero, relu: false)
  }

  /// turned[(ky, kx, out)][in] = W[(height - 1 - ky, width - 1 - kx, in)][out].
  private func turn(_ weight: UnsafePointer<Float>) {
    let taps = conv.kernel.height * conv.kernel.width
    for tap in 0..<taps {
      for out in 0..<conv.out {
        let from = weight + panels.offset((taps - 1 - tap) * turned.out, out)
        for panel in 0..<turned.panels {
          let first = panel * WeightPanels.width
          let to = turnedWeight.pointer + turned.offset(tap * conv.out + out, first)
          for column in 0..<turned.columns(of: panel) { to[column] = from[(first + column) * WeightPanels.width] }
        }
      }
    }
  }

  /// Copies one image's gradient to where stride and border put it; all else was and stays zero. An output that saw
  /// nothing but padding has no part in the input's gradient, and no place.
  private func fill(_ spread: Activation<Float>, image: Int, from gradient: UnsafePointer<Float>) {
    let size = spread.layout.image
    for y in 0..<source.image.height {
      let row = conv.gradientBorder.top + y * conv.stride.height
      guard (0..<size.height).contains(row) else { continue }
      for x in 0..<source.image.width {
        let column = conv.gradientBorder.left + x * conv.stride.width
        guard (0..<size.width).contains(column) else { continue }
        (spread.image(image) + spread.layout.offset(y: row, x: column))
          .update(from: gradient + source.offset(y: y, x: x), count: conv.out)
      }
    }
  }
}

extension Conv2d {
  /// The border of zeros around the output's gradient that the input's gradient reads, at stride 1. Below zero where
  /// padding reaches past the kernel: so many rows and columns of outputs saw nothing but padding, and are not read.
  var gradientBorder: Padding {
    let extent = window.extent
    return Padding(
      top: extent.height - 1 - padding.top, left: extent.width - 1 - padding.left,
      bottom: extent.height - 1 - padding.bottom, right: extent.width - 1 - padding.right)
  }
}
