import Kernels
import Networks

/// How a float engine computes its convolutions.
public enum ConvolutionAlgorithm: Sendable {
  /// As sums of products in a fixed order: what calibration and quantization-aware training watch.
  case direct
  /// By `Winograd` where it fits: faster, and a few units in the last place away.
  case winograd
}

/// A 3x3 convolution by `Winograd`, bound to its memory, for outputs whose height and width are multiples of 4.
///
/// Against the direct sum, an output is off by at most some 2^-19 of the largest sum of its terms' magnitudes.
final class WinogradConv2d: @unchecked Sendable {
  // Unchecked: images write memory of their own; weights are set before images run.

  private let sourceRow: Int
  private let targetRow: Int
  private let compute: Compute
  private let panels: WeightPanels
  /// Transformed weights, plane by plane in panels of 16 outputs.
  private let transformed: AlignedBuffer<Float>
  private let sourceTiles: AlignedBuffer<Int32>
  private let targetTiles: AlignedBuffer<Int32>
  private let bands: [Range<Int>]
  private let rows: AlignedBuffer<Int32>
  private let columns: AlignedBuffer<Int32>
  private let weightRows: AlignedBuffer<Int32>
  private let outputRows: AlignedBuffer<Int32>

  /// Nil where it does not fit.
  /// - Parameters:
  ///   - start: the first patch's first row and column in the source, negative into its border.
  ///   - conv: the convolution; the gradient of its input is one of the same kernel, and slides alike.
  ///   - panels: how the weight of (tap, source channel) to target channel is cut.
  init?(
    from source: ActivationLayout, start: Pair, to target: ActivationLayout, _ conv: Conv2d, panels: WeightPanels,
    compute: Compute
  ) {
    let (image, channels, side) = (target.image, source.image.channels, Winograd.tile)
    guard conv.kernel == 3, conv.stride == 1, conv.dilation == 1, image.height.isMultiple(of: side),
      image.width.isMultiple(of: side),
      min(channels, image.channels) >= Winograd.leastChannels
    else { return nil }
    sourceRow = source.rowStride
    targetRow = target.rowStride
    self.panels = panels
    self.compute = compute
    let (height, width) = (image.height / side, image.width / side)
    sourceTiles = AlignedBuffer(
      source.pixelTable(y: start.height, x: start.width, height: height, width: width, step: Pair(side)))
    targetTiles = AlignedBuffer(target.pixelTable(height: height, width: width, step: Pair(side)))
    bands = Winograd.bands(rows: height, columns: width)
    let tiles = bands.map(\.count).max() ?? 0
    transformed = AlignedBuffer(count: Winograd.planes * panels.panels * channels * WeightPanels.width)
    rows = AlignedBuffer(count: tiles, step: channels)
    columns = AlignedBuffer(count: channels, step: 1)
    weightRows = AlignedBuffer(count: channels, step: WeightPanels.width)
    outputRows = AlignedBuffer(count: tiles, step: image.channels)
  }

  private var panelStride: Int { columns.count * WeightPanels.width }
  private var planeStride: Int { panels.panels * panelStride }

  /// Transforms a weight, given in panels.
  func prepare(_ weight: UnsafePointer<Float>) {
    for panel in 0..<panels.panels {
      compute.kernels.winogradWeight(
        count: panelStride, w: weight + panel * panels.panelStride, tapStride: panelStride,
        u: transformed.pointer + panel * panelStride, planeStride: planeStride)
    }
  }

  /// Convolves an image, both given by their first element.
  func run(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>?, relu: Bool
  ) {
    let (channels, out) = (columns.count, panels.out)
    let planes = Winograd.planes * rows.count
    withScratch(Float.self, count: planes * (channels + out)) { v in
      for band in bands { run(band, source, to: target, v: v, m: v + planes * channels, bias: bias, relu: relu) }
    }
  }

  private func run(
    _ band: Range<Int>, _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>,
    v: UnsafeMutablePointer<Float>, m: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>?, relu: Bool
  ) {
    let (channels, out) = (columns.count, panels.out)
    let (vStride, mStride) = (band.count * channels, band.count * out)
    compute.kernels.winogradInput(
      tiles: band.count, channels: channels, x: source, tile: sourceTiles.pointer + band.lowerBound,
      row: sourceRow, v: v, planeStride: vStride)
    for plane in 0..<Winograd.planes {
      compute.kernels.gemmF32(
        m: band.count, n: out, k: channels, a: v + plane * vStride, aRow: rows.pointer, aColumn: columns.pointer,
        b: transformed.pointer + plane * planeStride, bRow: weightRows.pointer, bPanel: panelStride,
        c: m + plane * mStride, cRow: outputRows.pointer, start: .zero, relu: false)
    }
    compute.kernels.winogradOutput(
      tiles: band.count, channels: out, m: m, planeStride: mStride, bias: bias, relu: relu, y: target,
      tile: targetTiles.pointer + band.lowerBound, row: targetRow)
  }
}
