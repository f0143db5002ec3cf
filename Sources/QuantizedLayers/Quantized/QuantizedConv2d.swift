import Int8Linear
import Kernels
import Layers
import Networks

/// A convolution with integer weights, the integer twin of `FloatConv2d`, and perhaps the max-pool that follows it.
///
/// Pooling the sums leaves less to requantize, and changes nothing: a multiplier is positive, and rounding keeps order.
struct QuantizedConv2d<Product: BlockProduct>: QuantizedStep {
  /// Pixels of a band, more or less: its sums stay in the nearest cache between product and requantization.
  private static var pixelsPerBand: Int { 112 }

  /// Neighbouring pixels of the convolution, and the outputs that are made of them.
  private struct Band {
    let pixels: Range<Int>
    let outputs: Range<Int>
    /// How the first become the second, nil where they are the same.
    let pool: PoolGeometry?
  }

  private let product: Product
  private let input: Activation<UInt8>
  private let output: Activation<Product.Output>
  private let kernels: Kernels
  private let pixelTable: AlignedBuffer<Int32>
  private let groupTable: AlignedBuffer<Int32>
  private let outputTable: AlignedBuffer<Int32>
  private let bands: [Band]
  private let sumsOfBand: Int

  /// - Parameters:
  ///   - size: what leaves the convolution.
  ///   - pool: a pool of plain windows that do not overlap, nil for none.
  ///   - output: where the convolution's outputs go, or the pool's.
  init(
    _ conv: Conv2d, size: ImageShape, pool: MaxPool2d?, product: Product, input: Activation<UInt8>,
    output: Activation<Product.Output>, kernels: Kernels
  ) {
    self.product = product
    self.input = input
    self.output = output
    self.kernels = kernels
    pixelTable = AlignedBuffer(input.layout.windowTable(conv.window, over: size))
    groupTable = AlignedBuffer(
      conv.isDepthwise(over: input.layout.image)
        ? input.layout.tapTable(conv.window) : input.layout.patchGroupTable(conv.window))
    outputTable = AlignedBuffer(output.layout.pixels)
    bands =
      if let pool {
        Self.bands(of: size, pool, to: output.layout.image)
      } else {
        stride(from: 0, to: size.height * size.width, by: Self.pixelsPerBand).map { first in
          let pixels = first..<min(first + Self.pixelsPerBand, size.height * size.width)
          return Band(pixels: pixels, outputs: pixels, pool: nil)
        }
      }
    sumsOfBand = (bands.map(\.pixels.count).max() ?? 0) * size.channels
  }

  /// Bands of whole rows of windows. Rows and columns that fill no window are computed or left out, and not read.
  private static func bands(of size: ImageShape, _ pool: MaxPool2d, to output: ImageShape) -> [Band] {
    let (rows, width, windowRow) = (output.height, output.width, pool.kernel.height * size.width)
    let rowsOfBand = max(1, pixelsPerBand / windowRow)
    return stride(from: 0, to: rows, by: rowsOfBand).map { first in
      let last = min(first + rowsOfBand, rows)
      return Band(
        pixels: first * pool.stride.height * size.width..<(last - 1) * pool.stride.height * size.width + windowRow,
        outputs: first * width..<last * width,
        pool: PoolGeometry(
          channels: size.channels, outHeight: last - first, outWidth: width, kernel: pool.kernel.height,
          stride: pool.stride.height,
          inputRow: size.width * size.channels, outputRow: width * size.channels))
    }
  }

  func forward(_ images: Range<Int>) {
    withScratch(Int32.self, count: 2 * sumsOfBand) { sums in
      for image in images {
        for band in bands { run(band, of: image, sums: sums, pooled: sums + sumsOfBand) }
      }
    }
  }

  private func run(
    _ band: Band, of image: Int, sums: UnsafeMutablePointer<Int32>, pooled: UnsafeMutablePointer<Int32>
  ) {
    var block = ProductBlock(
      rows: band.pixels.count, a: input.image(image),
      aRow: pixelTable.pointer + band.pixels.lowerBound, aGroup: groupTable.pointer, sums: sums,
      outputRow: outputTable.pointer + band.outputs.lowerBound, scale: image, scaleStep: 0)
    product.packed.run(block, kernels: kernels)
    if let pool = band.pool {
      kernels.maxPoolS32(pool, x: sums, y: pooled)
      (block.rows, block.sums) = (band.outputs.count, pooled)
    }
    product.store(block, output: output.image(image), kernels: kernels)
  }
}
