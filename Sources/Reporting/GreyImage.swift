import Compression
import Foundation

/// A small picture in shades of grey, ink on paper.
public struct GreyImage: Sendable, Hashable {
  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Row by row, 0 for paper, 255 for ink. // (height, width)
  public let pixels: [UInt8]

  /// A picture of the given pixels.
  /// - Precondition: there are `width * height` of them, and at least one.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height, "\(width)x\(height), \(pixels.count) pixels")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// Pictures of one size side by side, row by row; what is left of the last row stays paper.
  /// - Precondition: there is one at least, and all are of one size.
  public init(sheet images: [GreyImage], columns: Int) {
    guard let first = images.first else { preconditionFailure("a sheet of at least one picture") }
    let (width, height) = (first.width, first.height)
    precondition(columns > 0 && images.allSatisfy { $0.width == width && $0.height == height }, "one size")
    let rows = (images.count + columns - 1) / columns
    var pixels = [UInt8](repeating: 0, count: columns * width * rows * height)
    for (index, image) in images.enumerated() {
      let (top, left) = (index / columns * height, index % columns * width)
      for row in 0..<height {
        let target = (top + row) * columns * width + left
        pixels.replaceSubrange(target..<target + width, with: image.pixels[row * width..<(row + 1) * width])
      }
    }
    self.init(width: columns * width, height: rows * height, pixels: pixels)
  }

  /// The picture as a PNG of sixteen shades: as many as an eye tells apart in a digit, at half the size.
  func png() -> [UInt8] {
    var rows: [UInt8] = []
    for row in 0..<height {
      rows.append(0)  // no filter
      for column in stride(from: 0, to: width, by: 2) {
        let right = column + 1 < width ? shade(row, column + 1) : 0
        rows.append(shade(row, column) << 4 | right)
      }
    }
    let header = Self.bigEndian(UInt32(width)) + Self.bigEndian(UInt32(height)) + [4, 0, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Self.chunk("IHDR", header)
      + Self.chunk("IDAT", Deflate.zlib(rows)) + Self.chunk("IEND", [])
  }

  /// The PNG as a `data:` address.
  var dataURL: String { "data:image/png;base64," + Data(png()).base64EncodedString() }

  /// PNG's 0 is black.
  private func shade(_ row: Int, _ column: Int) -> UInt8 { 15 - pixels[row * width + column] >> 4 }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let content = Array(type.utf8) + data
    return bigEndian(UInt32(data.count)) + content + bigEndian(Deflate.crc32(content))
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
