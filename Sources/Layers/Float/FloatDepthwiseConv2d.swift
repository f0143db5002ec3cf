import Kernels
import Networks

/// A depthwise convolution in floats: each channel by a kernel of its own.
///
///     forward   Y[pixel][c] = b[c] + sum over taps of X[pixel + tap][c] * W[tap][c]
///     weight    dW[tap][c] = sum over images, pixels of X[pixel + tap][c] * dY[pixel][c]
///     input     dX[pixel][c] = sum over taps of dY[pixel - tap][c] * W[tap][c]
///
/// Taps outside the image are not visited. Weight gradients are summed per shard, then over shards in order.
final class FloatDepthwiseConv2d: WeightedFloatStep, @unchecked Sendable {
  // Unchecked: images and shards write memory of their own.
  private let conv: Conv2d
  private let input: FloatValue
  private let output: FloatValue
  private let compute: Compute
  let weights: FloatWeights
  private let channels: Int
  private let forwardTaps: DepthwiseTaps
  private let backwardTaps: DepthwiseTaps
  private let shardSums: AlignedBuffer<Float>

  init(
    _ conv: Conv2d, weight: [Float], bias: [Float]?, input: FloatValue, output: FloatValue, compute: Compute
  ) {
    self.conv = conv
    self.input = input
    self.output = output
    self.compute = compute
    let (layout, result) = (input.values.layout, output.values.layout)
    channels = layout.image.channels
    weights = FloatWeights(
      weight: weight, bias: bias,
      inner: ImageShape(channels: 1, height: conv.kernel.height, width: conv.kernel.width), out: channels)
    forwardTaps = DepthwiseTaps(conv.window, from: layout, to: result)
    backwardTaps = DepthwiseTaps(turning: conv.window, from: result, to: layout)
    let shards = output.gradient == nil ? 0 : Compute.shards(of: input.values.capacity)
    shardSums = AlignedBuffer(count: shards * weights.gradientCount)
  }

  var parameters: [Parameter] { weights.parameters }

  func exported() -> [String: [Float]] { weights.exported() }

  func forward(_ images: Range<Int>, mode: FloatMode) {
    for image in images {
      compute.kernels.depthwise(
        forwardTaps.table, channels: channels, x: input.values.image(image), weight: weights.weight.values.pointer,
        taps: weights.panels.inner, bias: weights.bias.values.pointer, relu: conv.relu, y: output.values.image(image))
    }
  }

  func backward(_ images: Range<Int>) {
    guard let gradient = output.gradient else { preconditionFailure("this engine was not made for training") }
    let stride = weights.gradientCount
    let sums = shardSums.pointer + images.lowerBound / Compute.imagesPerShard * stride
    sums.update(repeating: 0, count: stride)
    for image in images {
      if conv.relu { compute.maskByReLU(output, image) }
      let dy = gradient.image(image)
      compute.kernels.depthwiseWeight(
        forwardTaps.table, channels: channels, x: input.values.image(image), dy: dy, taps: weights.panels.inner,
        sums: sums)
      let biasSums = sums + weights.panels.count
      gradient.forEachRow(of: image) { _, row, rowCount in
        for first in Swift.stride(from: 0, to: rowCount, by: channels) {
          for channel in 0..<channels { biasSums[channel] += row[first + channel] }
        }
      }
      guard let target = input.gradient else { continue }
      compute.kernels.depthwise(
        backwardTaps.table, channels: channels, x: dy, weight: weights.weight.values.pointer,
        taps: weights.panels.inner, bias: nil, relu: false, y: target.image(image))
    }
  }

  func finishBackward(count: Int) {
    weights.sumGradients(of: Compute.shards(of: count), from: shardSums.pointer)
  }
}

/// Which pixels each output pixel of a depthwise convolution reads, and by which of the kernel's taps.
private struct DepthwiseTaps {
  let table: Kernels.TapTable

  /// The taps of a window that slides over an image, those outside left out.
  init(_ window: Window, from input: ActivationLayout, to output: ActivationLayout) {
    table = Self.table(to: output) { y, x in
      Self.taps(window).compactMap { tap in
        let row = y * window.stride.height - window.padding.top + tap.y * window.dilation.height
        let column = x * window.stride.width - window.padding.left + tap.x * window.dilation.width
        return input.image.has(row, column) ? (input.offset(y: row, x: column), tap.index) : nil
      }
    }
  }

  /// The taps by which a window's outputs saw each pixel: what its gradient is made of.
  init(turning window: Window, from output: ActivationLayout, to input: ActivationLayout) {
    table = Self.table(to: input) { y, x in
      Self.taps(window).compactMap { tap in
        let row = y + window.padding.top - tap.y * window.dilation.height
        let column = x + window.padding.left - tap.x * window.dilation.width
        guard row.isMultiple(of: window.stride.height), column.isMultiple(of: window.stride.width) else { return nil }
        let (outputRow, outputColumn) = (row / window.stride.height, column / window.stride.width)
        guard output.image.has(outputRow, outputColumn) else { return nil }
        return (output.offset(y: outputRow, x: outputColumn), tap.index)
      }
    }
  }

  private static func taps(_ window: Window) -> [(index: Int, y: Int, x: Int)] {
    (0..<window.kernel.height * window.kernel.width).map {
      ($0, $0 / window.kernel.width, $0 % window.kernel.width)
    }
  }

  private static func table(
    to target: ActivationLayout, _ taps: (_ y: Int, _ x: Int) -> [(offset: Int, tap: Int)]
  ) -> Kernels.TapTable {
    var table = Kernels.TapTable()
    for y in 0..<target.image.height {
      for x in 0..<target.image.width { table.append(target.offset(y: y, x: x), taps(y, x)) }
    }
    return table
  }
}

extension ImageShape {
  /// Whether a pixel lies in the image.
  fileprivate func has(_ y: Int, _ x: Int) -> Bool { (0..<height).contains(y) && (0..<width).contains(x) }
}
