import Kernels
import Networks

/// A convolution that a float engine makes by Winograd's transforms, and what it calls: an image a call, a band of tiles
/// at a time.
struct WinogradShape: Sendable {
  let layer: String
  let batch: Int
  let channels: Int
  let out: Int
  /// Rows and columns of tiles.
  let rows: Int
  let columns: Int
  /// Elements from one row of the bordered input to the next.
  let inputRow: Int
  let inputHeight: Int

  /// Nil for a layer that is made otherwise.
  init?(_ layer: Layer, input: ImageShape, output: ImageShape, batch: Int) {
    guard case .conv2d(let conv) = layer.operation, conv.kernel == 3, conv.stride == 1, conv.dilation == 1,
      !conv.isDepthwise(over: input),
      output.height.isMultiple(of: Winograd.tile), output.width.isMultiple(of: Winograd.tile),
      min(input.channels, output.channels) >= Winograd.leastChannels
    else { return nil }
    self.layer = layer.name
    self.batch = batch
    (channels, out) = (input.channels, conv.out)
    (rows, columns) = (output.height / Winograd.tile, output.width / Winograd.tile)
    inputRow = (input.width + 2 * conv.border) * channels
    inputHeight = input.height + 2 * conv.border
  }

  /// The kernels that it calls.
  var cases: [KernelCase] { [input, product, output, weight] }

  /// Multiplications and additions of the planes' products.
  var operations: Int { 2 * Winograd.planes * tiles * channels * out * batch }

  private var tiles: Int { rows * columns }
  private var bands: [Range<Int>] { Winograd.bands(rows: rows, columns: columns) }
  /// The tiles of a band, of the last perhaps fewer.
  private var most: Int { bands.map(\.count).max() ?? 0 }

  /// Patches to planes.
  private var input: KernelCase {
    let (shape, bands, pixels, size) = (self, bands, inputRow * inputHeight, Winograd.planes * tiles * channels)
    return make("winograd_input_f32", "\(most) x \(channels)", read: pixels, written: size) {
      let x = AlignedBuffer<Float>(random: pixels * shape.batch, seed: 1)
      let v = AlignedBuffer<Float>(count: size * shape.batch)
      let first = AlignedBuffer(shape.tileTable(row: shape.inputRow, channels: shape.channels))
      return KernelOperands { kernels, call in
        for band in bands {
          kernels.winogradInput(
            tiles: band.count, channels: shape.channels, x: x.pointer + call * pixels,
            tile: first.pointer + band.lowerBound, row: shape.inputRow,
            v: v.pointer + call * size + band.lowerBound * Winograd.planes * shape.channels,
            planeStride: band.count * shape.channels)
        }
      } results: {
        v.bytes
      }
    }
  }

  /// The planes' products.
  private var product: KernelCase {
    let (shape, bands, most, all) = (self, bands, most, Winograd.planes * tiles)
    return KernelCase(
      name: "gemm_f32 \(layer) winograd", shape: "\(most) x \(out) x \(channels)",
      work: .operations(operations, .f32), shards: batch
    ) {
      let panelStride = shape.channels * Kernels.panel
      let planeStride = PackedWeights.panels(shape.out) * panelStride
      let v = AlignedBuffer<Float>(random: all * shape.channels * shape.batch, seed: 1)
      let u = AlignedBuffer<Float>(random: Winograd.planes * planeStride, seed: 2)
      let m = AlignedBuffer<Float>(count: all * shape.out * shape.batch)
      let rowTable = AlignedBuffer((0..<most).map { Int32($0 * shape.channels) })
      let termTable = AlignedBuffer((0..<shape.channels).map { Int32($0) })
      let panelRows = AlignedBuffer((0..<shape.channels).map { Int32($0 * Kernels.panel) })
      let resultTable = AlignedBuffer((0..<most).map { Int32($0 * shape.out) })
      return KernelOperands { kernels, call in
        for band in bands {
          for plane in 0..<Winograd.planes {
            let first = call * all + band.lowerBound * Winograd.planes + plane * band.count
            kernels.gemmF32(
              m: band.count, n: shape.out, k: shape.channels,
              a: v.pointer + first * shape.channels, aRow: rowTable.pointer, aColumn: termTable.pointer,
              b: u.pointer + plane * planeStride, bRow: panelRows.pointer, bPanel: panelStride,
              c: m.pointer + first * shape.out, cRow: resultTable.pointer)
          }
        }
      } results: {
        m.bytes
      }
    }
  }

  /// Planes to tiles.
  private var output: KernelCase {
    let (shape, bands, pixels) = (self, bands, tiles * Winograd.tile * Winograd.tile * out)
    let size = Winograd.planes * tiles * out
    return make("winograd_output_f32", "\(most) x \(out)", read: size, written: pixels) {
      let m = AlignedBuffer<Float>(random: size * shape.batch, seed: 1)
      let bias = AlignedBuffer<Float>(random: shape.out, seed: 2)
      let y = AlignedBuffer<Float>(count: pixels * shape.batch)
      let row = shape.columns * Winograd.tile * shape.out
      let first = AlignedBuffer(shape.tileTable(row: row, channels: shape.out))
      return KernelOperands { kernels, call in
        for band in bands {
          kernels.winogradOutput(
            tiles: band.count, channels: shape.out,
            m: m.pointer + call * size + band.lowerBound * Winograd.planes * shape.out,
            planeStride: band.count * shape.out, bias: bias.pointer, relu: true,
            y: y.pointer + call * pixels, tile: first.pointer + band.lowerBound, row: row)
        }
      } results: {
        y.bytes
      }
    }
  }

  /// Kernels to planes, a panel a call.
  private var weight: KernelCase {
    let (count, panels) = (channels * Kernels.panel, PackedWeights.panels(out))
    return KernelCase(
      name: "winograd_weight_f32 \(layer)", shape: "\(count) x 9",
      work: .moves(read: 4 * 9 * count * panels, written: 4 * Winograd.planes * count * panels, inPlace: false),
      shards: panels
    ) {
      let w = AlignedBuffer<Float>(random: 9 * count * panels, seed: 1)
      let u = AlignedBuffer<Float>(count: Winograd.planes * count * panels)
      return KernelOperands { kernels, panel in
        kernels.winogradWeight(
          count: count, w: w.pointer + panel * 9 * count, tapStride: count, u: u.pointer + panel * count,
          planeStride: panels * count)
      } results: {
        u.bytes
      }
    }
  }

  /// The offset of each tile's first pixel.
  private func tileTable(row: Int, channels: Int) -> [Int32] {
    (0..<rows).flatMap { y in
      (0..<columns).map { Int32(y * Winograd.tile * row + $0 * Winograd.tile * channels) }
    }
  }

  /// - Parameters:
  ///   - read: floats of one image, likewise `written`.
  private func make(
    _ kernel: String, _ shape: String, read: Int, written: Int, _ operands: @escaping @Sendable () -> KernelOperands
  ) -> KernelCase {
    KernelCase(
      name: "\(kernel) \(layer)", shape: shape,
      work: .moves(read: 4 * read * batch, written: 4 * written * batch, inPlace: false), shards: batch,
      make: operands)
  }
}
