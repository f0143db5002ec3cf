import Kernels
import Quantization

/// A layer at work on integer batches: bound to its input's and its output's memory.
protocol QuantizedStep: Sendable {
  /// Computes the output of the first `count` images.
  func forward(count: Int)
}

/// A convolution with integer weights: the integer twin of `FloatConv2d`.
struct QuantizedConv2d<Product: BlockProduct>: QuantizedStep, @unchecked Sendable {
  // Unchecked: blocks write memory of their own.

  /// Pixels of a block: its sums stay in the nearest cache between product and requantization.
  private static var pixelsPerBlock: Int { 112 }
  private static var parts: Int { 16 }

  private let product: Product
  private let input: Activation<UInt8>
  private let output: Activation<Product.Output>
  private let compute: Compute
  private let pixelTable: Table<Int32>
  private let groupTable: Table<Int32>
  private let outputTable: Table<Int32>
  private let scratch: AlignedBuffer<Int32>

  init(
    _ conv: Conv2d, product: Product, input: Activation<UInt8>, output: Activation<Product.Output>, compute: Compute
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
      let sums = scratch.pointer + part * Self.pixelsPerBlock * product.packed.out
      for block in range {
        let image = block / blocks
        let first = block % blocks * Self.pixelsPerBlock
        let block = ProductBlock(
          rows: min(Self.pixelsPerBlock, pixels - first), columns: 0..<product.packed.out,
          a: input.image(image), aRow: pixelTable.pointer + first, aGroup: groupTable.pointer, sums: sums,
          outputRow: outputTable.pointer + first, image: image, rowsAreImages: false)
        product.run(block, output: output.image(image), kernels: compute.kernels)
      }
    }
  }
}

/// A linear layer with integer weights: the integer twin of `FloatLinear`.
struct QuantizedLinear<Product: BlockProduct>: QuantizedStep, @unchecked Sendable {
  // Unchecked: blocks write memory of their own.
  private static var imagesPerBlock: Int { 64 }
  private static var parts: Int { 16 }

  private let product: Product
  private let input: Activation<UInt8>
  private let output: Activation<Product.Output>
  private let compute: Compute
  private let inputRows: Table<Int32>
  private let outputRows: Table<Int32>
  private let groupTable: Table<Int32>
  private let scratch: AlignedBuffer<Int32>

  init(product: Product, input: Activation<UInt8>, output: Activation<Product.Output>, compute: Compute) {
    self.product = product
    self.input = input
    self.output = output
    self.compute = compute
    inputRows = Table(count: input.capacity, step: input.layout.imageStride)
    outputRows = Table(count: input.capacity, step: output.layout.imageStride)
    groupTable = Table(count: product.packed.groups, step: 4)
    scratch = AlignedBuffer(count: Self.parts * Self.imagesPerBlock * WeightPanels.width)
  }

  func forward(count: Int) {
    let width = WeightPanels.width
    let panels = (product.packed.out + width - 1) / width
    let blocks = (count + Self.imagesPerBlock - 1) / Self.imagesPerBlock
    compute.forEachPart(of: blocks * panels, parts: Self.parts) { [self] part, range in
      for block in range {
        let first = block / panels * Self.imagesPerBlock
        let column = block % panels * width
        let block = ProductBlock(
          rows: min(Self.imagesPerBlock, count - first), columns: column..<min(column + width, product.packed.out),
          a: input.image(first), aRow: inputRows.pointer, aGroup: groupTable.pointer,
          sums: scratch.pointer + part * Self.imagesPerBlock * width, outputRow: outputRows.pointer, image: first,
          rowsAreImages: true)
        product.run(block, output: output.image(first), kernels: compute.kernels)
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
