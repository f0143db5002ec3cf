import Kernels
import Quantization

/// A layer at work on integer batches: bound to its input's and its output's memory.
protocol QuantizedStep: Sendable {
  /// Computes the output of the first `count` images.
  func forward(count: Int)
}

/// A quantized convolution: the integer twin of `FloatConv2d`.
struct QuantizedConv2d: QuantizedStep, @unchecked Sendable {
  // Unchecked: blocks write memory of their own.

  /// Pixels of a block: its sums stay in the nearest cache between product and requantization.
  private static let pixelsPerBlock = 112
  private static let parts = 16

  let product: IntegerProduct
  private let input: Activation<UInt8>
  private let output: Activation<UInt8>
  private let compute: Compute
  private let pixelTable: Table<Int32>
  private let groupTable: Table<Int32>
  private let outputTable: Table<Int32>
  private let scratch: AlignedBuffer<Int32>

  init(
    _ conv: Conv2d, product: IntegerProduct, input: Activation<UInt8>, output: Activation<UInt8>, compute: Compute
  ) {
    self.product = product
    self.input = input
    self.output = output
    self.compute = compute
    let size = output.layout.image
    pixelTable = Table(
      input.layout.pixelTable(
        y: -conv.padding, x: -conv.padding, height: size.height, width: size.width, step: conv.stride))
    groupTable = Table(input.layout.patchGroupTable(kernel: conv.kernel))
    outputTable = Table(output.layout.pixels)
    scratch = AlignedBuffer(count: Self.parts * Self.pixelsPerBlock * conv.out)
  }

  func forward(count: Int) {
    let pixels = outputTable.count
    let blocks = (pixels + Self.pixelsPerBlock - 1) / Self.pixelsPerBlock
    compute.forEachPart(of: count * blocks, parts: Self.parts) { [self] part, range in
      let sums = scratch.pointer + part * Self.pixelsPerBlock * product.out
      for block in range {
        let image = block / blocks
        let first = block % blocks * Self.pixelsPerBlock
        product.run(
          rows: min(Self.pixelsPerBlock, pixels - first), columns: 0..<product.out,
          a: input.image(image), aRow: pixelTable.pointer + first, aGroup: groupTable.pointer, scratch: sums,
          output: output.image(image), outputRow: outputTable.pointer + first, kernels: compute.kernels)
      }
    }
  }
}

/// A quantized linear layer: the integer twin of `FloatLinear`.
struct QuantizedLinear: QuantizedStep, @unchecked Sendable {
  // Unchecked: blocks write memory of their own.
  private static let imagesPerBlock = 64
  private static let parts = 16

  let product: IntegerProduct
  private let input: Activation<UInt8>
  private let output: Activation<UInt8>
  private let compute: Compute
  private let inputRows: Table<Int32>
  private let outputRows: Table<Int32>
  private let groupTable: Table<Int32>
  private let scratch: AlignedBuffer<Int32>

  init(product: IntegerProduct, input: Activation<UInt8>, output: Activation<UInt8>, compute: Compute) {
    self.product = product
    self.input = input
    self.output = output
    self.compute = compute
    inputRows = Table(count: input.capacity, step: input.layout.imageStride)
    outputRows = Table(count: input.capacity, step: output.layout.imageStride)
    groupTable = Table(count: product.groups, step: 4)
    scratch = AlignedBuffer(count: Self.parts * Self.imagesPerBlock * WeightPanels.width)
  }

  func forward(count: Int) {
    let width = WeightPanels.width
    let panels = (product.out + width - 1) / width
    let blocks = (count + Self.imagesPerBlock - 1) / Self.imagesPerBlock
    compute.forEachPart(of: blocks * panels, parts: Self.parts) { [self] part, range in
      for block in range {
        let first = block / panels * Self.imagesPerBlock
        let column = block % panels * width
        product.run(
          rows: min(Self.imagesPerBlock, count - first), columns: column..<min(column + width, product.out),
          a: input.image(first), aRow: inputRows.pointer, aGroup: groupTable.pointer,
          scratch: scratch.pointer + part * Self.imagesPerBlock * width,
          output: output.image(first), outputRow: outputRows.pointer, kernels: compute.kernels)
      }
    }
  }
}

/// A max-pool of integers: the order of integers is that of the numbers they stand for.
struct QuantizedMaxPool2d: QuantizedStep {
  let geometry: PoolGeometry
  let input: Activation<UInt8>
  let output: Activation<UInt8>
  let compute: Compute

  func forward(count: Int) {
    compute.pool.forEach(count) { image in
      compute.kernels.maxPoolU8(geometry, x: input.origin(of: image), y: output.origin(of: image))
    }
  }
}

/// A ReLU that no layer took in: integers below the zero point become the zero point.
struct QuantizedReLU: QuantizedStep {
  let zeroPoint: UInt8
  let input: Activation<UInt8>
  let output: Activation<UInt8>
  let compute: Compute

  func forward(count: Int) {
    compute.pool.forEach(count) { image in
      input.forEachRow(of: image) { y, row, rowCount in
        let target = output.image(image) + output.layout.offset(y: y, x: 0)
        for index in 0..<rowCount { target[index] = max(row[index], zeroPoint) }
      }
    }
  }
}

/// An image as a vector: the same memory under another name.
struct QuantizedFlatten: QuantizedStep {
  func forward(count: Int) {}
}
