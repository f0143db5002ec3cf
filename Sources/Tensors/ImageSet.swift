/// Labelled images at rest: bytes, as files hold them. Networks see them as floats, pixel / 255.
public struct ImageSet: Sendable, Equatable {
  /// The number of images.
  public let count: Int
  /// Channels, height and width of one image.
  public let shape: Shape
  /// Image by image, channel by channel, row by row: (count, channels, height, width).
  public let pixels: [UInt8]
  /// The class of each image: (count).
  public let labels: [UInt8]

  /// Images of the given shape (channels, height, width) with their labels.
  /// - Precondition: there are `labels.count` whole images.
  public init(shape: Shape, pixels: [UInt8], labels: [UInt8]) {
    precondition(shape.rank == 3, "an image has channels, height and width")
    precondition(pixels.count == labels.count * shape.count, "\(labels.count) labels, \(pixels.count) pixels")
    count = labels.count
    self.shape = shape
    self.pixels = pixels
    self.labels = labels
  }

  /// The chosen images as floats in 0 ... 1, side by side: f32(pixel) / 255, rounded once, as PyTorch's users do.
  public func floats<Indices: Collection<Int>>(_ indices: Indices) -> [Float] {
    let size = shape.count
    return [Float](unsafeUninitializedCapacity: indices.count * size) { target, initialized in
      var next = 0
      pixels.withUnsafeBufferPointer { pixels in
        for index in indices {
          for pixel in index * size..<(index + 1) * size {
            target[next] = Float(pixels[pixel]) / 255
            next += 1
          }
        }
      }
      initialized = next
    }
  }

  /// The chosen images' classes.
  public func classes<Indices: Collection<Int>>(_ indices: Indices) -> [UInt8] { indices.map { labels[$0] } }

  /// The first `count` images, or all where there are fewer.
  public func prefix(_ count: Int) -> ImageSet {
    let count = min(count, self.count)
    return ImageSet(
      shape: shape, pixels: Array(pixels[..<(count * shape.count)]), labels: Array(labels[..<count]))
  }

  /// The images of those indices, in that order.
  public func selecting(_ indices: [Int]) -> ImageSet {
    let size = shape.count
    let chosen = [UInt8](unsafeUninitializedCapacity: indices.count * size) { target, initialized in
      pixels.withUnsafeBufferPointer { pixels in
        for (place, index) in indices.enumerated() {
          for pixel in 0..<size { target[place * size + pixel] = pixels[index * size + pixel] }
        }
      }
      initialized = indices.count * size
    }
    return ImageSet(shape: shape, pixels: chosen, labels: classes(indices))
  }

  /// `0 ..< count` cut into batches of `size`, the last perhaps smaller.
  public static func batches(of count: Int, size: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }
}
