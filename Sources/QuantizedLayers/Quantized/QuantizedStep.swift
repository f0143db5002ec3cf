import Int8Linear
import Kernels
import Layers
import Networks
import Quantization

/// A layer at work on integer batches: bound to its input's and its output's memory. As a `FloatStep`, it takes some
/// images, unless it needs the batch as a whole.
protocol QuantizedStep: Sendable {
  /// Whether an image's output hangs on the other images of the batch.
  var needsBatch: Bool { get }

  /// Computes the output of some images: on the calling thread, or, where the batch is needed, of all images at once, on
  /// the threads of its own choice.
  func forward(_ images: Range<Int>)
}

extension QuantizedStep {
  var needsBatch: Bool { false }
}

/// A linear layer with integer weights: the integer twin of `FloatLinear`.
struct QuantizedLinear<Product: BlockProduct>: QuantizedStep {
  private let product: Product
  private let input: Activation<UInt8>
  private let output: Activation<Product.Output>
  private let kernels: Kernels
  private let inputRows: AlignedBuffer<Int32>
  private let outputRows: AlignedBuffer<Int32>
  private let groupTable: AlignedBuffer<Int32>

  init(product: Product, input: Activation<UInt8>, output: Activation<Product.Output>, kernels: Kernels) {
    self.product = product
    self.input = input
    self.output = output
    self.kernels = kernels
    inputRows = AlignedBuffer(count: input.capacity, step: input.layout.imageStride)
    outputRows = AlignedBuffer(count: input.capacity, step: output.layout.imageStride)
    groupTable = AlignedBuffer(count: product.packed.groups, step: 4)
  }

  func forward(_ images: Range<Int>) {
    let (first, out) = (images.lowerBound, product.packed.out)
    withScratch(Int32.self, count: images.count * out) { sums in
      let block = ProductBlock(
        rows: images.count, a: input.image(first), aRow: inputRows.pointer,
        aGroup: groupTable.pointer,
        sums: sums, outputRow: outputRows.pointer, scale: first, scaleStep: 1)
      product.packed.run(block, kernels: kernels)
      product.store(block, output: output.image(first), kernels: kernels)
    }
  }
}

/// A max-pool of integers: the order of integers is that of the numbers they stand for.
struct QuantizedMaxPool2d: QuantizedStep {
  let geometry: PoolGeometry
  let input: Activation<UInt8>
  let output: Activation<UInt8>
  let kernels: Kernels

  func forward(_ images: Range<Int>) {
    for image in images {
      kernels.maxPoolU8(geometry, x: input.origin(of: image), y: output.origin(of: image))
    }
  }
}

/// A max-pool of integers in any windows: padded, rectangular, cut off at the end.
struct QuantizedPaddedMaxPool2d: QuantizedStep {
  private let windows: PoolWindows
  private let input: Activation<UInt8>
  private let output: Activation<UInt8>

  init(_ pool: MaxPool2d, input: Activation<UInt8>, output: Activation<UInt8>) {
    windows = PoolWindows(pool.window, from: input.layout, to: output.layout)
    (self.input, self.output) = (input, output)
  }

  func forward(_ images: Range<Int>) {
    let channels = input.layout.image.channels
    for image in images {
      let (source, target) = (input.image(image), output.image(image))
      for place in windows.places {
        let best = target + place.output
        best.update(repeating: 0, count: channels)
        windows.forEachPixel(of: place) { offset in
          let pixel = source + offset
          for channel in 0..<channels { best[channel] = max(best[channel], pixel[channel]) }
        }
      }
    }
  }
}

/// A ReLU that no layer took in: integers below the zero point become the zero point.
struct QuantizedReLU: QuantizedStep {
  let zeroPoint: UInt8
  let input: Activation<UInt8>
  let output: Activation<UInt8>

  func forward(_ images: Range<Int>) {
    for image in images {
      input.forEachRow(of: image) { y, row, rowCount in
        let target = output.row(y, of: image)
        for index in 0..<rowCount { target[index] = max(row[index], zeroPoint) }
      }
    }
  }
}

/// Fills an image's border before a value is made whose memory others have used.
struct FillBorder: QuantizedStep {
  let fill: @Sendable (_ image: Int) -> Void

  func forward(_ images: Range<Int>) { images.forEach(fill) }
}

/// An image as a vector where it cannot be the same memory: another reader wants a border around the image.
struct QuantizedCopy: QuantizedStep {
  let input: Activation<UInt8>
  let output: Activation<UInt8>

  func forward(_ images: Range<Int>) {
    for image in images { output.copy(image, from: input) }
  }
}
