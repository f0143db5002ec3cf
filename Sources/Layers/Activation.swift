import Kernels
import Networks

/// How one image of an activation lies in memory: NHWC (a pixel's channels side by side) inside a border.
///
/// The border holds what padding would read, so that a convolution never asks where an image ends.
package struct ActivationLayout: Equatable {
  /// The image.
  package let image: ImageShape
  /// Rows above and below and columns left and right.
  package let border: Int

  /// An image inside a border of so many pixels.
  package init(image: ImageShape, border: Int) {
    self.image = image
    self.border = border
  }

  /// Elements from one row to the next.
  package var rowStride: Int { (image.width + 2 * border) * image.channels }
  /// Elements from one image to the next.
  package var imageStride: Int { (image.height + 2 * border) * rowStride }

  /// The offset of a pixel's first channel; negative coordinates reach into the border.
  package func offset(y: Int, x: Int) -> Int { (y + border) * rowStride + (x + border) * image.channels }

  /// The offset of the pixels of a grid, `height` x `width` of them from (`y`, `x`) on, `step` apart, row by row.
  package func pixelTable(y: Int = 0, x: Int = 0, height: Int, width: Int, step: Pair = 1) -> [Int32] {
    (0..<height).flatMap { row in
      (0..<width).map { column in Int32(offset(y: y + row * step.height, x: x + column * step.width)) }
    }
  }

  /// The offset of every pixel of the image.
  package var pixels: [Int32] { pixelTable(height: image.height, width: image.width) }

  /// The offset of the first pixel of each window that slides over the image, row by row.
  package func windowTable(_ window: Window, over output: ImageShape) -> [Int32] {
    pixelTable(
      y: -window.padding.top, x: -window.padding.left, height: output.height, width: output.width, step: window.stride)
  }

  /// The offsets of a window's pixels from its first: (row, column).
  package func tapTable(_ window: Window) -> [Int32] {
    (0..<window.kernel.height).flatMap { row in
      (0..<window.kernel.width).map { column in
        Int32(row * window.dilation.height * rowStride + column * window.dilation.width * image.channels)
      }
    }
  }

  /// The offsets of a window's values from its first: (row, column, channel).
  package func patchTable(_ window: Window) -> [Int32] {
    tapTable(window).flatMap { pixel in (0..<image.channels).map { pixel + Int32($0) } }
  }

  /// The offsets of a window's values in groups of four, for integer products: each run of values that lie side by side
  /// is filled up to a multiple of four, and the filling meets zero weights.
  package func patchGroupTable(_ window: Window) -> [Int32] {
    let taps = tapTable(window)
    let length = window.dilation.width == 1 ? window.kernel.width : 1
    let groups = (length * image.channels + 3) / 4
    return Swift.stride(from: 0, to: taps.count, by: length).flatMap { first in
      (0..<groups).map { taps[first] + Int32(4 * $0) }
    }
  }
}

/// The values of a batch between two layers.
package final class Activation<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  // Unchecked: the engine's layers write disjoint images and never while another layer reads them.
  package let layout: ActivationLayout
  /// The most images it holds.
  package let capacity: Int
  private let buffer: AlignedBuffer<Element>
  /// The first shard's first image.
  private let first: UnsafeMutablePointer<Element>
  /// Elements from one shard of images to the next.
  private let shardStride: Int

  /// Room for `capacity` images, every element, the border's too, set to `fill`.
  package convenience init(_ layout: ActivationLayout, capacity: Int, fill: Element) {
    let shard = Compute.imagesPerShard * layout.imageStride
    self.init(
      layout, capacity: capacity, fill: fill, in: AlignedBuffer(count: layout.imageStride * capacity), at: 0,
      shardStride: shard)
  }

  /// A place in memory that other activations use as well.
  /// - Parameters:
  ///   - offset: where it begins in a shard's part of the memory.
  ///   - shardStride: elements of such a part. The images of one shard lie side by side.
  package init(
    _ layout: ActivationLayout, capacity: Int, fill: Element, in buffer: AlignedBuffer<Element>, at offset: Int,
    shardStride: Int
  ) {
    self.layout = layout
    self.capacity = capacity
    self.buffer = buffer
    self.shardStride = shardStride
    first = buffer.pointer + offset
    for index in 0..<capacity { image(index).update(repeating: fill, count: layout.imageStride) }
  }

  /// The first element of an image, its border included.
  package func image(_ index: Int) -> UnsafeMutablePointer<Element> {
    let (shard, place) = (index / Compute.imagesPerShard, index % Compute.imagesPerShard)
    return first + (shard * shardStride + place * layout.imageStride)
  }

  /// The first pixel of an image, inside the border.
  package func origin(of index: Int) -> UnsafeMutablePointer<Element> {
    image(index) + layout.offset(y: 0, x: 0)
  }

  /// The first pixel of an image's row.
  package func row(_ y: Int, of index: Int) -> UnsafeMutablePointer<Element> {
    image(index) + layout.offset(y: y, x: 0)
  }

  /// Calls `body` with each row of an image's pixels: its first element, and its count.
  package func forEachRow(
    of image: Int, _ body: (_ row: Int, UnsafeMutablePointer<Element>, _ count: Int) -> Void
  ) {
    let first = self.image(image)
    for y in 0..<layout.image.height {
      body(y, first + layout.offset(y: y, x: 0), layout.image.width * layout.image.channels)
    }
  }
}

// What runs for every pixel is made for each type of elements here: rooms above would call it for any type.
extension Activation where Element == UInt8 {
  /// Fills an image from values in PyTorch's order: channel, row, column.
  package func load(image: Int, from source: UnsafePointer<UInt8>) { lay(image, from: source) }

  /// Fills an image's border.
  package func fillBorder(of image: Int, with fill: UInt8) { surround(image, with: fill) }

  /// The first `count` images' values in PyTorch's order: image, channel, row, column.
  package func values(count: Int) -> [UInt8] { collected(count: count) }
}

extension Activation where Element == Float {
  /// Fills an image from values in PyTorch's order: channel, row, column.
  package func load(image: Int, from source: UnsafePointer<Float>) { lay(image, from: source) }

  /// Fills an image's border.
  package func fillBorder(of image: Int, with fill: Float) { surround(image, with: fill) }

  /// The first `count` images' values in PyTorch's order: image, channel, row, column.
  package func values(count: Int) -> [Float] { collected(count: count) }
}

extension Activation {
  @inline(__always)
  private func lay(_ index: Int, from source: UnsafePointer<Element>) {
    let shape = layout.image
    var next = source
    for channel in 0..<shape.channels {
      forEachRow(of: index) { _, row, _ in
        for x in 0..<shape.width { row[x * shape.channels + channel] = next[x] }
        next += shape.width
      }
    }
  }

  @inline(__always)
  private func surround(_ index: Int, with fill: Element) {
    let (first, row, border) = (image(index), layout.rowStride, layout.border)
    let side = border * layout.image.channels
    // From one row's pixels to the next row's lie both their borders.
    first.update(repeating: fill, count: border * row + side)
    for y in 1..<max(layout.image.height, 1) {
      (first + layout.offset(y: y, x: 0) - 2 * side).update(repeating: fill, count: 2 * side)
    }
    (first + layout.offset(y: layout.image.height, x: 0) - 2 * side).update(repeating: fill, count: border * row + side)
  }

  @inline(__always)
  private func collected(count: Int) -> [Element] {
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
