import Kernels

/// How one image of an activation lies in memory: NHWC (a pixel's channels side by side) inside a border.
///
/// The border holds what padding would read, so that a convolution never asks where an image ends.
struct ActivationLayout: Equatable {
  /// The image.
  let image: ImageShape
  /// Rows above and below and columns left and right.
  let border: Int

  /// Elements from one row to the next.
  var rowStride: Int { (image.width + 2 * border) * image.channels }
  /// Elements from one image to the next.
  var imageStride: Int { (image.height + 2 * border) * rowStride }

  /// The offset of a pixel's first channel; negative coordinates reach into the border.
  func offset(y: Int, x: Int) -> Int { (y + border) * rowStride + (x + border) * image.channels }

  /// The offset of every `step`-th pixel, `height` x `width` of them from (`y`, `x`) on, row by row.
  func pixelTable(y: Int = 0, x: Int = 0, height: Int, width: Int, step: Int = 1) -> [Int32] {
    (0..<height).flatMap { row in
      (0..<width).map { column in Int32(offset(y: y + row * step, x: x + column * step)) }
    }
  }

  /// The offset of every pixel of the image.
  var pixels: [Int32] { pixelTable(height: image.height, width: image.width) }

  /// The offsets of a `kernel` x `kernel` patch's values from its first: (row, column, channel).
  func patchTable(kernel: Int) -> [Int32] {
    (0..<kernel).flatMap { row in
      (0..<kernel * image.channels).map { Int32(row * rowStride + $0) }
    }
  }

  /// The offsets of a patch's values in groups of four, for integer products: each patch row is filled up to a
  /// multiple of four, and the filling meets zero weights.
  func patchGroupTable(kernel: Int) -> [Int32] {
    let groups = (kernel * image.channels + 3) / 4
    return (0..<kernel).flatMap { row in (0..<groups).map { Int32(row * rowStride + 4 * $0) } }
  }
}

/// The values of a batch between two layers.
final class Activation<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  // Unchecked: the engine's layers write disjoint images and never while another layer reads them.
  let layout: ActivationLayout
  /// The most images it holds.
  let capacity: Int
  private let buffer: AlignedBuffer<Element>

  /// Room for `capacity` images, every element, the border's too, set to `fill`.
  init(_ layout: ActivationLayout, capacity: Int, fill: Element) {
    self.layout = layout
    self.capacity = capacity
    buffer = AlignedBuffer(count: layout.imageStride * capacity)
    buffer.pointer.update(repeating: fill, count: buffer.count)
  }

  /// The first element of an image, its border included.
  func image(_ index: Int) -> UnsafeMutablePointer<Element> { buffer.pointer + index * layout.imageStride }

  /// The first pixel of an image, inside the border.
  func origin(of index: Int) -> UnsafeMutablePointer<Element> { image(index) + layout.offset(y: 0, x: 0) }

  /// Calls `body` with each row of an image's pixels: its first element, and its count.
  func forEachRow(of image: Int, _ body: (_ row: Int, UnsafeMutablePointer<Element>, _ count: Int) -> Void) {
    let first = self.image(image)
    for y in 0..<layout.image.height {
      body(y, first + layout.offset(y: y, x: 0), layout.image.width * layout.image.channels)
    }
  }

  /// Fills an image from values in PyTorch's order (channel, row, column), each passed through `convert`.
  func load<Source>(
    image index: Int, from source: UnsafePointer<Source>, _ convert: (Source) -> Element
  ) {
    let shape = layout.image
    var next = source
    for channel in 0..<shape.channels {
      forEachRow(of: index) { _, row, _ in
        for x in 0..<shape.width { row[x * shape.channels + channel] = convert(next[x]) }
        next += shape.width
      }
    }
  }

  /// The first `count` images' values in PyTorch's order: image, channel, row, column.
  func values(count: Int) -> [Element] {
    let shape = layout.image
    return [Element](unsafeUninitializedCapacity: count * shape.count) { target, initialized in
      var next = 0
      for index in 0..<count {
        let pixels = image(index)
        for channel in 0..<shape.channels {
          for y in 0..<shape.height {
            for x in 0..<shape.width {
              target[next] = pixels[layout.offset(y: y, x: x) + channel]
              next += 1
            }
          }
        }
      }
      initialized = next
    }
  }
}

/// Tables and constants that kernels read, in memory of a fixed address.
final class Table<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  // Unchecked: written once, here.
  private let buffer: AlignedBuffer<Element>
  /// The number of entries.
  var count: Int { buffer.count }
  /// The entries.
  var pointer: UnsafePointer<Element> { UnsafePointer(buffer.pointer) }

  init(_ values: [Element]) {
    buffer = AlignedBuffer(count: values.count)
    for (index, value) in values.enumerated() { buffer.pointer[index] = value }
  }
}

extension Table where Element == Int32 {
  /// 0, step, 2 * step, ...
  convenience init(count: Int, step: Int = 1) {
    self.init((0..<count).map { Int32($0 * step) })
  }
}
