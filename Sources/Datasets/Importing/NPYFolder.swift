import Foundation
import Tensors

/// NumPy arrays under the names that Keras gave them: `x_train.npy`, `y_train.npy`, `x_test.npy`, `y_test.npy`.
struct NPYFolder {
  private let folder: URL

  init(_ folder: URL) { self.folder = folder }

  func read() throws -> FoundDataset { FoundDataset(train: try half(.train), test: try half(.test)) }

  private func half(_ half: DatasetHalf) throws -> FoundDataset.Half {
    let (imagesURL, images) = try array("x", of: half)
    let (labelsURL, labels) = try array("y", of: half)
    guard images.dtype == "|u1" else {
      throw NPYError.wrongType(file: imagesURL.path, expected: "uint8 pixels, 0 to 255", found: images.dtype)
    }
    // (count), or (count, 1)
    guard labels.shape.count == 1 || labels.shape.count == 2 && labels.shape[1] == 1 else {
      throw NPYError.wrongShape(file: labelsURL.path, expected: "labels (count)", found: labels.shape)
    }
    let (shape, pixels) = try Self.planes(images, file: imagesURL.path)
    return FoundDataset.Half(
      shape: shape, pixels: pixels, labels: labels.integers, imagesFile: imagesURL.path, labelsFile: labelsURL.path)
  }

  private func array(_ letter: String, of half: DatasetHalf) throws -> (URL, NPYArray) {
    let url = folder.appendingPathComponent("\(letter)_\(half.rawValue).npy")
    return (url, try NPYArray(parsing: LocalFile.source(url), file: url.path))
  }

  /// The shape of one image, and all images channel by channel.
  ///
  /// Of four dimensions the channels are the second or the last: the one that is 1 or 3, where only one is.
  private static func planes(_ images: NPYArray, file: String) throws(NPYError) -> (Shape, [UInt8]) {
    let sizes = images.shape
    if sizes.count == 3 { return ([1, sizes[1], sizes[2]], Array(images.content)) }
    guard sizes.count == 4, [1, 3].contains(sizes[1]) != [1, 3].contains(sizes[3]) else {
      throw .wrongShape(
        file: file,
        expected: "images (count, height, width), or with 1 or 3 channels, second or last but not both", found: sizes)
    }
    if [1, 3].contains(sizes[1]) { return ([sizes[1], sizes[2], sizes[3]], Array(images.content)) }
    let (area, channels, first) = (sizes[1] * sizes[2], sizes[3], images.content.startIndex)
    let planes = [UInt8](unsafeUninitializedCapacity: images.content.count) { target, initialized in
      for image in 0..<sizes[0] {
        for channel in 0..<channels {
          for pixel in 0..<area {
            target[(image * channels + channel) * area + pixel] =
              images.content[first + (image * area + pixel) * channels + channel]
          }
        }
      }
      initialized = images.content.count
    }
    return ([channels, sizes[1], sizes[2]], planes)
  }
}
